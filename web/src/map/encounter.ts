// The selected encounter: brackets on both aircraft, their predicted paths, the closest approach and the minimum.
import type { Alert } from "../stream/types";
import { type Pair, type Point, pairOf } from "./pair";
import type { Pen, Scene } from "./scene";
import { roleColour } from "./symbols";
import { levelColour } from "./tokens";

export const DOT_EVERY_S = 10;
const MOST_DOTS = 60; // ten minutes; a longer prediction gets no more

export function paintEncounter(pen: Pen, scene: Scene): void {
  if (scene.picked >= 0) bracket(pen, scene, at(scene, scene.picked), 1);
  if (!scene.selected) return;
  const pair = pairOf(scene, scene.selected);
  if (!pair) return;
  ring(pen, scene, pair);
  join(pen, scene, pair);
  for (const k of [0, 1] as const) path(pen, scene, scene.selected, pair, k);
  closest(pen, scene, pair);
  for (const point of pair.now) bracket(pen, scene, point, 2);
}

/** The ground both look at each other across: a thin dotted line between the two, now. */
function join(pen: Pen, { tokens }: Scene, { now: [a, b] }: Pair): void {
  pen.strokeStyle = tokens.select;
  pen.globalAlpha = 0.7;
  pen.lineWidth = 1;
  pen.setLineDash([2, 4]);
  line(pen, a, b);
  pen.setLineDash([]);
  pen.globalAlpha = 1;
}

function ring(pen: Pen, { tokens, selected }: Scene, { middle: [x, y], ring_px }: Pair): void {
  if (ring_px < 3) return;
  pen.strokeStyle = levelColour(tokens, selected?.level ?? 1);
  pen.lineWidth = 1.2;
  pen.setLineDash([4, 3]);
  pen.beginPath();
  pen.arc(x, y, ring_px, 0, 2 * Math.PI);
  pen.stroke();
  pen.setLineDash([]);
}

/** Straight from now to the closest approach, or bent along the present course while the aircraft turns. */
function path(pen: Pen, scene: Scene, alert: Alert, pair: Pair, k: 0 | 1): void {
  const row = pair.rows[k];
  const [from, to] = [pair.now[k], pair.closest[k]];
  const bend = alert.approach?.turning ? bendOf(scene, row, from, to) : null;
  const colour = roleColour(scene.tokens, scene.columns.role[row] as number);
  pen.strokeStyle = colour;
  pen.lineWidth = 1.6;
  pen.beginPath();
  pen.moveTo(from[0], from[1]);
  if (bend) pen.quadraticCurveTo(bend[0], bend[1], to[0], to[1]);
  else pen.lineTo(to[0], to[1]);
  pen.stroke();
  pen.fillStyle = colour;
  pen.beginPath();
  for (const share of dotShares(pair.left_s)) {
    const [x, y] = along(from, bend, to, share);
    pen.moveTo(x + 1.7, y);
    pen.arc(x, y, 1.7, 0, 2 * Math.PI);
  }
  pen.fill();
}

/** Shares of the way at which dots lie: every 10 s from now, the ends left out. */
export function dotShares(left_s: number): number[] {
  const count = Math.min(MOST_DOTS, Math.max(0, Math.ceil(left_s / DOT_EVERY_S) - 1));
  return Array.from({ length: count }, (_, i) => ((i + 1) * DOT_EVERY_S) / left_s);
}

/** Control point on the present course, half the way ahead. */
function bendOf({ picture }: Scene, row: number, from: Point, to: Point): Point | null {
  const course = picture?.track_deg[row];
  if (course == null) return null;
  const half = Math.hypot(to[0] - from[0], to[1] - from[1]) / 2;
  const angle = (course * Math.PI) / 180;
  return [from[0] + Math.sin(angle) * half, from[1] - Math.cos(angle) * half];
}

function along(from: Point, bend: Point | null, to: Point, share: number): Point {
  const rest = 1 - share;
  if (!bend) return [from[0] * rest + to[0] * share, from[1] * rest + to[1] * share];
  const mix = (k: 0 | 1): number =>
    rest * rest * from[k] + 2 * rest * share * bend[k] + share * share * to[k];
  return [mix(0), mix(1)];
}

function closest(pen: Pen, { tokens, selected }: Scene, { closest: [a, b], left_s }: Pair): void {
  pen.strokeStyle = levelColour(tokens, selected?.level ?? 1);
  pen.lineWidth = 3.5;
  line(pen, a, b);
  if (left_s <= 0) return;
  pen.fillStyle = tokens.ground;
  pen.strokeStyle = tokens.select;
  pen.lineWidth = 1.3;
  for (const [x, y] of [a, b]) {
    pen.beginPath();
    pen.arc(x, y, 2.6, 0, 2 * Math.PI);
    pen.fill();
    pen.stroke();
  }
}

const BRACKET = "M-13-8v-5h5M8-13h5v5M13 8v5h-5M-8 13h-5v-5";

function bracket(pen: Pen, { tokens }: Scene, [x, y]: Point, width: number): void {
  pen.save();
  pen.translate(x, y);
  pen.strokeStyle = tokens.select;
  pen.lineWidth = width;
  pen.stroke(new Path2D(BRACKET));
  pen.restore();
}

function line(pen: Pen, a: Point, b: Point): void {
  pen.beginPath();
  pen.moveTo(a[0], a[1]);
  pen.lineTo(b[0], b[1]);
  pen.stroke();
}

const at = ({ screen }: Scene, row: number): Point => [screen.x[row] as number, screen.y[row] as number];
