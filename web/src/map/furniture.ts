// What stands still on the map: scale bar, north mark, range rings, and the lines that say what is left out.
import { metresIn } from "../words/units";
import { project, pxPerMetre } from "./camera";
import { halo } from "./halo";
import type { Pen, Scene } from "./scene";

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

/** Rings around the middle of the desk's area, at round distances. */
export function paintRings(pen: Pen, scene: Scene): void {
  if (!scene.layers.rings) return;
  const { frame, tokens, read, desk } = scene;
  const unit_m = metresIn(read.units.distance);
  const unit_px = unit_m * pxPerMetre(frame, desk.view.lat);
  const step = roundDown(Math.max(RING_PX, frame.camera.width_px / 10) / unit_px);
  const [x, y] = project(frame, desk.view);
  pen.strokeStyle = tokens.buffer;
  pen.lineWidth = 1;
  pen.font = scene.plain.font;
  pen.textAlign = "center";
  for (let k = 1; k <= RINGS; k++) {
    const radius = k * step * unit_px;
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.stroke();
    halo(pen, scene, read.distanceLimit(k * step * unit_m), x, y - radius + 4, tokens.label);
  }
}

/** Whatever the map leaves out is said on the map: the base map, tracks behind a filter, labels without room. */
export function paintNotes(pen: Pen, scene: Scene): void {
  const { frame, tokens, read, columns, desk } = scene;
  const notes = [
    scene.base === "bare" ? read.t("map-bare") : "",
    scene.base === "failed" ? read.t("map-base-failed") : "",
    columns.hidden > 0 ? read.t("map-hidden", { hidden: columns.hidden, tracks: columns.count }) : "",
  ].filter((note) => note !== "");
  pen.font = scene.plain.font;
  pen.textAlign = "left";
  notes.forEach((note, i) => {
    halo(pen, scene, note, 16, frame.camera.height_px - 64 - i * 16, tokens.ink);
  });
  const credit = [scene.base === "shown" ? read.t("map-attribution") : "", desk.attribution].filter(
    (part) => part !== "",
  );
  pen.textAlign = "right";
  halo(pen, scene, credit.join(" · "), frame.camera.width_px - 8, frame.camera.height_px - 22, tokens.label);
}
