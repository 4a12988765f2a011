// The measuring tool: two clicks, then distance and bearing both ways on the reference sphere.
// An end put on an aircraft moves with it.
import { project } from "./camera";
import { bearing_deg, distance_m, type Place } from "./geodesy";
import { halo } from "./halo";
import type { Pen, Scene } from "./scene";

export interface End {
  readonly place: Place;
  /** Track the end is fixed to, "" for a place on the ground. */
  readonly id: string;
}

/** The tool's state: off, or with none, one or two ends set. */
export interface Ruler {
  readonly on: boolean;
  readonly ends: readonly End[];
  /** Where the pointer is, while the second end is not set. */
  readonly pointer: Place | null;
}

export const RULER_OFF: Ruler = { on: false, ends: [], pointer: null };
export const RULER_ON: Ruler = { on: true, ends: [], pointer: null };

/** A third click begins a new line. */
export function clicked(ruler: Ruler, end: End): Ruler {
  const ends = ruler.ends.length >= 2 ? [end] : [...ruler.ends, end];
  return { ...ruler, ends, pointer: null };
}

export const pointed = (ruler: Ruler, pointer: Place): Ruler =>
  ruler.ends.length === 1 ? { ...ruler, pointer } : ruler;

/** "045°": three digits, a full circle is 000. */
export const bearingText = (degrees: number): string =>
  `${String(Math.round(degrees) % 360).padStart(3, "0")}°`;

export function paintRuler(pen: Pen, scene: Scene): void {
  const { ruler, frame, tokens, read } = scene;
  if (!ruler.on) return;
  if (ruler.ends.length === 0) {
    pen.font = scene.plain.font;
    pen.textAlign = "center";
    halo(pen, scene, read.t("map-measure-hint"), frame.camera.width_px / 2, 62, tokens.ink);
    return;
  }
  const from = placeOf(scene, ruler.ends[0] as End);
  const second = ruler.ends[1];
  const to = second ? placeOf(scene, second) : ruler.pointer;
  if (to) paintLine(pen, scene, from, to);
}

function placeOf({ columns, picture }: Scene, { place, id }: End): Place {
  const row = columns.row.get(id);
  if (row === undefined || !picture) return place;
  return { lat: picture.lat[row] as number, lon: picture.lon[row] as number };
}

function paintLine(pen: Pen, scene: Scene, from: Place, to: Place): void {
  const { frame, tokens, read } = scene;
  const [x1, y1] = project(frame, from);
  const [x2, y2] = project(frame, to);
  pen.strokeStyle = tokens.focus;
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  for (const [x, y] of [
    [x1, y1],
    [x2, y2],
  ] as const) {
    pen.moveTo(x - 5, y);
    pen.lineTo(x + 5, y);
    pen.moveTo(x, y - 5);
    pen.lineTo(x, y + 5);
  }
  pen.stroke();
  const text = read.t("map-measured", {
    distance: read.distance(distance_m(from, to)),
    there: bearingText(bearing_deg(from, to)),
    back: bearingText(bearing_deg(to, from)),
  });
  pen.font = scene.bold.font;
  pen.textAlign = "center";
  halo(pen, scene, text, (x1 + x2) / 2, (y1 + y2) / 2 - 10, tokens.ink);
}
