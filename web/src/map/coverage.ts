// Air nobody watches: hatched with flat lines outside every stated coverage, dotted edge, always with its label.
import type { Coverage } from "../stream/types";
import { type Frame, project } from "./camera";
import { circle } from "./geodesy";
import { halo } from "./halo";
import type { Pen, Scene } from "./scene";
import { LINE_PX } from "./type";

const POINTS = 96;
const LINE_GAP_PX = 7;
const FLOOR_SHOWN_M = 1; // a floor at the ground needs no words

/** Hatches the picture outside all circles. Nothing is drawn when no feed states its coverage. */
export class CoveragePainter {
  private readonly sheet = document.createElement("canvas");
  private drawnFor = "";

  paint(pen: Pen, scene: Scene): void {
    const { coverage } = scene.desk;
    if (!scene.layers.coverage || coverage.length === 0) return;
    const { width_px, height_px } = scene.frame.camera;
    this.redraw(scene, coverage);
    pen.drawImage(this.sheet, 0, 0, width_px, height_px);
    this.label(pen, scene, coverage);
  }

  /** The hatch changes with the camera only, not with the picture. */
  private redraw(scene: Scene, coverage: readonly Coverage[]): void {
    const { camera } = scene.frame;
    const { ratio } = scene.sprites;
    const key = [camera.lat, camera.lon, camera.zoom, camera.width_px, camera.height_px, ratio].join();
    if (key === this.drawnFor) return;
    this.drawnFor = key;
    this.sheet.width = camera.width_px * ratio;
    this.sheet.height = camera.height_px * ratio;
    const pen = this.sheet.getContext("2d");
    if (!pen) return;
    pen.scale(ratio, ratio);
    hatch(pen, scene);
    const areas = coverage.map((one) => outline(scene.frame, one));
    edges(pen, scene, areas);
  }

  private label(pen: Pen, scene: Scene, coverage: readonly Coverage[]): void {
    const spot = unwatchedSpot(scene, coverage);
    pen.textAlign = "right";
    if (spot) {
      pen.font = `700 ${LINE_PX}px ${scene.tokens.font}`;
      halo(pen, scene, scene.read.t("map-not-watched"), spot[0], spot[1], scene.tokens.ink);
    }
    pen.font = scene.plain.font;
    for (const one of coverage) if (one.floor_m > FLOOR_SHOWN_M) floorLabel(pen, scene, one);
  }
}

function hatch(pen: Pen, { frame, tokens }: Scene): void {
  pen.strokeStyle = tokens.inkQuiet;
  pen.globalAlpha = 0.42;
  pen.lineWidth = 1;
  pen.beginPath();
  for (let y = 3.5; y < frame.camera.height_px; y += LINE_GAP_PX) {
    pen.moveTo(0, y);
    pen.lineTo(frame.camera.width_px, y);
  }
  pen.stroke();
  pen.globalAlpha = 1;
}

/** Dotted edges of the union: each edge is drawn, then the inside of every circle is wiped clean. */
function edges(pen: Pen, { tokens }: Scene, areas: readonly Path2D[]): void {
  pen.strokeStyle = tokens.inkQuiet;
  pen.lineCap = "round";
  pen.lineWidth = 2.6;
  pen.setLineDash([1, 4]);
  for (const area of areas) pen.stroke(area);
  pen.setLineDash([]);
  pen.globalCompositeOperation = "destination-out";
  for (const area of areas) pen.fill(area);
  pen.globalCompositeOperation = "source-over";
}

function outline(frame: Frame, { lat, lon, radius_m }: Coverage): Path2D {
  const path = new Path2D();
  for (const place of circle({ lat, lon }, radius_m, POINTS)) path.lineTo(...project(frame, place));
  path.closePath();
  return path;
}

const SPOTS = [
  [0.97, 0.9],
  [0.97, 0.5],
  [0.97, 0.12],
  [0.5, 0.92],
  [0.5, 0.08],
  [0.2, 0.92],
  [0.2, 0.08],
  [0.2, 0.5],
] as const;

/** A place in the hatched part for the words: the lower right corner first, null when none is in view. */
function unwatchedSpot({ frame }: Scene, coverage: readonly Coverage[]): readonly [number, number] | null {
  const { width_px, height_px } = frame.camera;
  const outside = (x: number, y: number): boolean =>
    coverage.every((one) => {
      const [cx, cy] = project(frame, one);
      const [, top] = project(frame, circle(one, one.radius_m, 4)[0] as { lat: number; lon: number });
      return Math.hypot(x - cx, y - cy) > cy - top;
    });
  const spots = SPOTS.map(([across, down]) => [across * width_px - 50, down * height_px] as const);
  return spots.find(([x, y]) => outside(x, y) && outside(x - 70, y)) ?? null;
}

/** "CTF east: not watched below 5,000 ft" at the northern edge of a coverage that does not reach the ground. */
function floorLabel(pen: Pen, scene: Scene, one: Coverage): void {
  const north = circle(one, one.radius_m, 4)[0] as { lat: number; lon: number };
  const [x, y] = project(scene.frame, north);
  const text = scene.read.t("map-unwatched-below", {
    feed: one.feed,
    height: scene.read.heightLimit(one.floor_m),
  });
  const half = scene.plain.width(text) / 2 + 8;
  const most = scene.frame.camera.width_px - half - 40;
  if (x < -half || x > most + 2 * half) return;
  pen.textAlign = "center";
  halo(pen, scene, text, Math.max(half, Math.min(most, x)), y + 16, scene.tokens.inkSoft);
}
