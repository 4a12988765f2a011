// What stands still on the map: scale bar, north mark, range rings, and the lines that say what is left out.
import { metresIn } from "../words/units";
import { project, pxPerMetre } from "./camera";
import type { Caption } from "./caption";
import { halo } from "./halo";
import type { Pen, Scene, Unlabelled } from "./scene";

const SCALE_PX = 130; // the bar is the longest round distance shorter than this
const ROUND = [1, 2, 5];
const RINGS = 4;
const RING_PX = 90;

/** The largest 1, 2 or 5 times a power of ten that is not above `most`. */
export function roundDown(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  return power * (ROUND.findLast((n) => n * power <= most * (1 + 1e-12)) as number);
}

export function paintScale(pen: Pen, scene: Scene): void {
  const { frame, tokens, read } = scene;
  const unit_m = metresIn(read.units.distance);
  const unit_px = unit_m * pxPerMetre(frame, frame.camera.lat);
  const length = roundDown(SCALE_PX / unit_px);
  const width = length * unit_px;
  const [x, y] = [16, frame.camera.height_px - 34];
  pen.strokeStyle = tokens.inkQuiet;
  pen.lineWidth = 1.2;
  pen.beginPath();
  pen.moveTo(x, y - 4);
  pen.lineTo(x, y);
  pen.lineTo(x + width, y);
  pen.lineTo(x + width, y - 4);
  pen.moveTo(x + width / 2, y - 3);
  pen.lineTo(x + width / 2, y);
  pen.stroke();
  pen.font = scene.plain.font;
  pen.textAlign = "center";
  halo(pen, scene, "0", x, y - 8, tokens.inkQuiet);
  halo(pen, scene, String(Number((length / 2).toPrecision(3))), x + width / 2, y - 8, tokens.inkQuiet);
  halo(pen, scene, read.distanceLimit(length * unit_m), x + width, y - 8, tokens.inkQuiet);
}

export function paintNorth(pen: Pen, { frame, tokens, plain, read }: Scene): void {
  const x = frame.camera.width_px - 22;
  pen.strokeStyle = tokens.inkQuiet;
  pen.fillStyle = tokens.inkQuiet;
  pen.lineWidth = 1.2;
  pen.beginPath();
  pen.moveTo(x, 46);
  pen.lineTo(x, 20);
  pen.stroke();
  pen.fill(new Path2D(`M${x} 14l4 9h-8z`));
  pen.font = plain.font;
  pen.textAlign = "center";
  pen.fillText(read.t("map-north"), x, 60);
}

/** Radius and name of each ring around the middle of the desk's area, at round distances. */
function ringsOf({
  frame,
  read,
  desk,
}: Unlabelled): readonly { readonly radius_px: number; readonly name: string }[] {
  const unit_m = metresIn(read.units.distance);
  const unit_px = unit_m * pxPerMetre(frame, desk.view.lat);
  const step = roundDown(Math.max(RING_PX, frame.camera.width_px / 10) / unit_px);
  return Array.from({ length: RINGS }, (_, i) => ({
    radius_px: (i + 1) * step * unit_px,
    name: read.distanceLimit((i + 1) * step * unit_m),
  }));
}

export function paintRings(pen: Pen, scene: Scene): void {
  if (!scene.layers.rings) return;
  const [x, y] = project(scene.frame, scene.desk.view);
  pen.strokeStyle = scene.tokens.buffer;
  pen.lineWidth = 1;
  for (const { radius_px } of ringsOf(scene)) {
    pen.beginPath();
    pen.arc(x, y, radius_px, 0, 2 * Math.PI);
    pen.stroke();
  }
}

export function ringCaptions(scene: Unlabelled): Caption[] {
  if (!scene.layers.rings) return [];
  const [x, y] = project(scene.frame, scene.desk.view);
  const colour = scene.tokens.label;
  return ringsOf(scene).map(({ radius_px, name }) => ({
    text: name,
    x,
    y: y - radius_px + 4,
    align: "center",
    colour,
  }));
}

/** Whatever the map leaves out is said on the map: the base map, tracks behind a filter. */
export function noteCaptions(scene: Unlabelled): Caption[] {
  const { base, read, columns, frame, desk, tokens } = scene;
  const { width_px, height_px } = frame.camera;
  const left = [
    base === "bare" ? read.t("map-bare") : "",
    base === "failed" ? read.t("map-base-failed") : "",
    columns.hidden > 0 ? read.t("map-hidden", { hidden: columns.hidden, tracks: columns.count }) : "",
  ].filter((note) => note !== "");
  const credit = [base === "shown" ? read.t("map-attribution") : "", desk.attribution];
  const right = credit.filter((part) => part !== "").join(" · ");
  return [
    ...left.map(
      (text, i): Caption => ({ text, x: 16, y: height_px - 64 - i * 16, align: "left", colour: tokens.ink }),
    ),
    { text: right, x: width_px - 8, y: height_px - 22, align: "right", colour: tokens.label },
  ];
}
