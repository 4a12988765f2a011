// Meridians and parallels at a step that suits the zoom, with their names along the edges.
import { type Frame, project, unproject } from "./camera";
import type { Box } from "./declutter";
import type { Scene } from "./scene";

// Steps people read on aeronautical charts, in minutes of arc: 5', 15', 30', then whole degrees.
const STEPS_MIN = [1, 5, 15, 30, 60, 120, 300, 600, 1200, 1800];
const LEAST_GAP_PX = 90; // closer lines than this are a mesh, not a grid
const MOST_LINES = 80; // a limit in case of an odd camera; about 30 are drawn

/** The smallest step in minutes whose lines are at least 90 px apart. */
export function stepFor(pxPerDegree: number): number {
  const fits = STEPS_MIN.find((step) => (pxPerDegree * step) / 60 >= LEAST_GAP_PX);
  return fits ?? (STEPS_MIN.at(-1) as number);
}

/** Multiples of the step, in minutes, from the first at or above `from_deg` to the last at or below `to_deg`. */
export function linesBetween(from_deg: number, to_deg: number, step_min: number): number[] {
  const first = Math.ceil((from_deg * 60) / step_min - 1e-9);
  const last = Math.floor((to_deg * 60) / step_min + 1e-9);
  const count = Math.max(0, Math.min(MOST_LINES, last - first + 1));
  return Array.from({ length: count }, (_, i) => (first + i) * step_min);
}

/** "36°15′ N", "035°45′ E": degrees with leading zeros and two digits of minutes, as on charts. */
export function angleText(minutes: number, axis: "lat" | "lon"): string {
  const turned = axis === "lon" ? ((((minutes + 10800) % 21600) + 21600) % 21600) - 10800 : minutes;
  const whole = Math.abs(Math.round(turned));
  const degrees = String(Math.floor(whole / 60)).padStart(axis === "lat" ? 2 : 3, "0");
  const side = axis === "lat" ? (turned < 0 ? "S" : "N") : turned < 0 ? "W" : "E";
  return `${degrees}°${String(whole % 60).padStart(2, "0")}′ ${side}`;
}

interface Grid {
  readonly meridians: readonly { readonly at: number; readonly name: string }[];
  readonly parallels: readonly { readonly at: number; readonly name: string }[];
}

// Parallels are named at the right edge, below the north mark and the buttons and above the names of meridians.
const NAMES_FROM_PX = 175;
const NAMES_END_PX = 30;
const NAME_WIDTH_PX = 66;

/** Where the names of the parallels stand, so that labels keep off them. */
export function nameBoxes(frame: Frame): Box[] {
  return named(frame).map(({ at }) => ({
    left: frame.camera.width_px - NAME_WIDTH_PX,
    top: at - 15,
    width: NAME_WIDTH_PX,
    height: 13,
  }));
}

const named = (frame: Frame): Grid["parallels"] =>
  gridOf(frame).parallels.filter(
    ({ at }) => at > NAMES_FROM_PX && at < frame.camera.height_px - NAMES_END_PX,
  );

function gridOf(frame: Frame): Grid {
  const { width_px, height_px, lon } = frame.camera;
  const step = stepFor(frame.world_px / 360);
  const half = (width_px / frame.world_px) * 180;
  const [north, south] = [unproject(frame, 0, 0).lat, unproject(frame, 0, height_px).lat];
  return {
    meridians: linesBetween(lon - half, lon + half, step).map((minutes) => ({
      at: width_px / 2 + ((minutes / 60 - lon) / 360) * frame.world_px,
      name: angleText(minutes, "lon"),
    })),
    parallels: linesBetween(south, north, step).map((minutes) => ({
      at: project(frame, { lat: minutes / 60, lon })[1],
      name: angleText(minutes, "lat"),
    })),
  };
}

/** Draws the lines and their names; names stand at the bottom and the right edge. */
export function paintGraticule(pen: CanvasRenderingContext2D, scene: Scene): void {
  const { width_px, height_px } = scene.frame.camera;
  const { meridians, parallels } = gridOf(scene.frame);
  pen.strokeStyle = scene.tokens.coast;
  pen.globalAlpha = 0.38;
  pen.lineWidth = 1;
  pen.beginPath();
  for (const { at } of meridians) strokeLine(pen, Math.round(at) + 0.5, 0, Math.round(at) + 0.5, height_px);
  for (const { at } of parallels) strokeLine(pen, 0, Math.round(at) + 0.5, width_px, Math.round(at) + 0.5);
  pen.stroke();
  pen.globalAlpha = 1;
  pen.fillStyle = scene.tokens.label;
  pen.font = `11px ${scene.tokens.font}`;
  pen.textAlign = "left";
  for (const { at, name } of meridians) if (at < width_px - 130) pen.fillText(name, at + 4, height_px - 6);
  pen.textAlign = "right";
  for (const { at, name } of named(scene.frame)) pen.fillText(name, width_px - 6, at - 4);
}

function strokeLine(pen: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
}
