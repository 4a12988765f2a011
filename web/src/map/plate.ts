// The plate of the selected encounter: how near, how high apart, how soon; beside the minimum circle, in view.
import { ahead_s, insideNow, isOver } from "../alerts/moment";
import type { Alert, Approach } from "../stream/types";
import { type Box, overlap } from "./declutter";
import { apartNow, apartText, nearness, type Pair, pairOf } from "./pair";
import type { Point } from "./path";
import type { Readings } from "./readings";
import type { Pen, Scene, Unlabelled } from "./scene";
import { levelColour } from "./tokens";

const HEIGHT_PX = 22;
const PAD_PX = 8;
const GAP_PX = 16;
const EDGE_PX = 8;
const LEAST_RING_PX = 20; // the plate keeps off the two symbols even where the circle is a dot

export interface Plate extends Box {
  readonly text: string;
  readonly pair: Pair;
}

/** The plate of the selected alert, null when nothing is selected, it is over, or it has no pair on the map. */
export function plateBox(scene: Unlabelled): Plate | null {
  const { selected, read } = scene;
  if (!selected?.approach || isOver(selected)) return null;
  const pair = pairOf(scene, selected);
  if (!pair) return null;
  const text = plateText(read, selected, selected.approach, scene.columns.now_s);
  const width = scene.bold.width(text) + 2 * PAD_PX;
  return { ...spot(scene, pair, width), text, pair };
}

/** Inside the minima the plate says what is, before them what will be. */
function plateText(read: Readings, alert: Alert, approach: Approach, now_s: number): string {
  if (insideNow(alert, now_s))
    return `${apartText(read, approach, apartNow(approach))}, ${read.t("map-now")}`;
  const left_s = ahead_s(alert, now_s);
  return `${nearness(read, alert, now_s)}, ${left_s > 0 ? read.duration(left_s) : read.t("map-now")}`;
}

function spot(scene: Unlabelled, pair: Pair, width: number): Box {
  const reach = Math.max(pair.ring_px, LEAST_RING_PX) + GAP_PX;
  const [x, y] = pair.middle;
  const places: readonly Point[] = [
    [x - PAD_PX, y + reach],
    [x - PAD_PX, y - reach - HEIGHT_PX],
    [x + reach, y - HEIGHT_PX / 2],
    [x - reach - width, y - HEIGHT_PX / 2],
  ];
  const boxes = places.map(([left, top]) => ({ left, top, width, height: HEIGHT_PX }));
  const fits = boxes.find((box) => inView(scene, box) && !pair.now.some((point) => holds(box, point)));
  return fits ?? pushedIn(scene, boxes[0] as Box);
}

function inView({ frame, covered }: Unlabelled, box: Box): boolean {
  const { width_px, height_px } = frame.camera;
  return (
    !covered.some((panel) => overlap(box, panel)) &&
    box.left >= EDGE_PX &&
    box.top >= EDGE_PX &&
    box.left + box.width <= width_px - EDGE_PX &&
    box.top + box.height <= height_px - EDGE_PX
  );
}

const holds = (box: Box, [x, y]: Point): boolean =>
  x > box.left - 14 && x < box.left + box.width + 14 && y > box.top - 14 && y < box.top + box.height + 14;

function pushedIn({ frame }: Unlabelled, box: Box): Box {
  const { width_px, height_px } = frame.camera;
  return {
    ...box,
    left: Math.max(EDGE_PX, Math.min(width_px - EDGE_PX - box.width, box.left)),
    top: Math.max(EDGE_PX, Math.min(height_px - EDGE_PX - box.height, box.top)),
  };
}

/** A warning is a filled plate, a caution an outlined one, an advisory a line: the level needs no colour. */
export function paintPlate(pen: Pen, scene: Scene): void {
  const plate = plateBox(scene);
  if (!plate || !scene.selected) return;
  const { tokens } = scene;
  const { level } = scene.selected;
  const colour = levelColour(tokens, level);
  const [x, y] = plate.pair.middle;
  pen.strokeStyle = colour;
  pen.lineWidth = 1.2;
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(
    Math.max(plate.left + PAD_PX, Math.min(plate.left + plate.width - PAD_PX, x)),
    plate.top > y ? plate.top : plate.top + plate.height,
  );
  pen.stroke();
  pen.fillStyle = level >= 3 ? colour : tokens.panel;
  pen.beginPath();
  pen.roundRect(plate.left, plate.top, plate.width, plate.height, 2);
  pen.fill();
  if (level === 2) pen.stroke();
  if (level < 2) pen.fillRect(plate.left, plate.top, plate.width, plate.height);
  pen.fillStyle = level >= 3 ? tokens.inkOnAlert : colour;
  pen.font = scene.bold.font;
  pen.textAlign = "left";
  pen.fillText(plate.text, plate.left + PAD_PX, plate.top + 15.5);
}
