// Air nobody watches: hatched with flat lines outside every stated coverage, dotted edge, always with its label.
import type { Coverage } from "../stream/types";
import { type Frame, project } from "./camera";
import { type Caption, keptIn } from "./caption";
import { circle, destination } from "./geodesy";
import type { Point } from "./path";
import type { Pen, Scene, Unlabelled } from "./scene";

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

const HALF_WORDS_PX = 40; // both ends of the words must be in unwatched air
const MARGIN_PX = 8; // off the dotted edge
const SEARCH_PX = 24;
const BOTTOM_PX = 84; // the scale bar, the notes and the names of meridians
const EDGE_MARGIN_PX = 46; // the north mark and the buttons

/** The words of the coverage: "Not watched" on the hatch, and the floor of each circle that has one. */
export function coverageCaptions(scene: Unlabelled): Caption[] {
  const { coverage } = scene.desk;
  if (!scene.layers.coverage || coverage.length === 0) return [];
  const spot = unwatchedSpot(scene, coverage);
  const { ink } = scene.tokens;
  const words: Caption[] = spot
    ? [
        {
          text: scene.read.t("map-not-watched"),
          x: spot[0],
          y: spot[1],
          align: "center",
          colour: ink,
          bold: true,
        },
      ]
    : [];
  return [...words, ...coverage.flatMap((one) => floorCaption(scene, one))];
}

/** A place in the hatched part in view, the lower right first; null when there is none. */
function unwatchedSpot({ frame }: Unlabelled, coverage: readonly Coverage[]): Point | null {
  const { width_px, height_px } = frame.camera;
  const circles = coverage.map((one) => {
    const [x, y] = project(frame, one);
    return { x, y, radius: y - northOf(frame, one)[1] + MARGIN_PX };
  });
  const outside = (px: number, py: number): boolean =>
    circles.every(({ x, y, radius }) => Math.hypot(px - x, py - y) > radius);
  for (let y = height_px - BOTTOM_PX; y > 20; y -= SEARCH_PX)
    for (let x = width_px - EDGE_MARGIN_PX - HALF_WORDS_PX; x > HALF_WORDS_PX; x -= SEARCH_PX)
      if (outside(x - HALF_WORDS_PX, y) && outside(x + HALF_WORDS_PX, y)) return [x, y];
  return null;
}

/** "CTF east: not watched below 5,000 ft" at the northern edge of a coverage that does not reach the ground. */
function floorCaption(scene: Unlabelled, one: Coverage): Caption[] {
  if (one.floor_m <= FLOOR_SHOWN_M) return [];
  const [x, y] = northOf(scene.frame, one);
  const { width_px, height_px } = scene.frame.camera;
  if (x < 0 || x > width_px || y < 0 || y > height_px) return [];
  const text = scene.read.t("map-unwatched-below", {
    feed: one.feed,
    height: scene.read.heightLimit(one.floor_m),
  });
  const caption = { text, x, y: y + 16, align: "center", colour: scene.tokens.inkSoft } as const;
  return [keptIn(scene, caption, EDGE_MARGIN_PX)];
}

const northOf = (frame: Frame, one: Coverage): Point => project(frame, destination(one, 0, one.radius_m));
