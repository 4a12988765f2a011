// The selected encounter: brackets on both aircraft, their predicted paths, the closest approach and the minimum.
import { isOver } from "../alerts/moment";
import type { Alert } from "../stream/types";
import { type Pair, pairOf } from "./pair";
import { along, dotShares, type Path, type Point, pathOf } from "./path";
import type { Pen, Scene } from "./scene";
import { roleColour } from "./symbols";
import { levelColour } from "./tokens";

const DOT_PX = 1.7;

export function paintEncounter(pen: Pen, scene: Scene): void {
  if (scene.picked >= 0) bracket(pen, scene, at(scene, scene.picked), 1);
  const { selected, columns, picture, tokens } = scene;
  if (selected && isOver(selected)) {
    for (const row of rowsOf(scene, selected)) bracket(pen, scene, at(scene, row), 1);
    return;
  }
  const pair = selected ? pairOf(scene, selected) : null;
  if (!selected || !pair) return;
  ring(pen, scene, pair);
  join(pen, scene, pair);
  for (const k of [0, 1] as const) {
    const row = pair.rows[k];
    const turning = selected.approach?.turning ?? false;
    const way = pathOf(pair.now[k], pair.closest[k], turning, picture?.track_deg[row]);
    paintPath(pen, way, pair.left_s, roleColour(tokens, columns.role[row] as number));
  }
  closest(pen, scene, pair);
  for (const point of pair.now) bracket(pen, scene, point, 2);
}

/** Rows of the aircraft of an alert that are still in the picture. */
const rowsOf = ({ columns }: Scene, { a, b }: Alert): number[] =>
  [a, b].flatMap((aircraft) => columns.row.get(aircraft?.id ?? "") ?? []);

/** A thin dotted line between the two as they are now. */
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

function paintPath(pen: Pen, way: Path, left_s: number, colour: string): void {
  const { from, to, bend } = way;
  pen.strokeStyle = colour;
  pen.lineWidth = 1.6;
  pen.beginPath();
  pen.moveTo(...from);
  if (bend) pen.quadraticCurveTo(...bend, ...to);
  else pen.lineTo(...to);
  pen.stroke();
  pen.fillStyle = colour;
  pen.beginPath();
  for (const share of dotShares(left_s)) {
    const [x, y] = along(way, share);
    pen.moveTo(x + DOT_PX, y);
    pen.arc(x, y, DOT_PX, 0, 2 * Math.PI);
  }
  pen.fill();
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
  pen.moveTo(...a);
  pen.lineTo(...b);
  pen.stroke();
}

const at = ({ screen }: Scene, row: number): Point => [screen.x[row] as number, screen.y[row] as number];
