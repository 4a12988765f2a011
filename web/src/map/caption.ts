// Words that stand still on the map (not labels of aircraft): where they stand is known before labels are placed.
import type { Box } from "./declutter";
import { halo } from "./halo";
import type { Pen, Unlabelled } from "./scene";

export interface Caption {
  readonly text: string;
  readonly x: number;
  /** Base line of the text. */
  readonly y: number;
  readonly align: "left" | "center" | "right";
  readonly colour: string;
  readonly bold?: boolean;
}

const RISE_PX = 11;
const HEIGHT_PX = 15;
const EDGE_PX = 6;

/** The box a caption covers. */
export function captionBox(scene: Unlabelled, { text, x, y, align, bold }: Caption): Box {
  const width = (bold ? scene.bold : scene.plain).width(text);
  const left = align === "left" ? x : align === "right" ? x - width : x - width / 2;
  return { left, top: y - RISE_PX, width, height: HEIGHT_PX };
}

/** The caption moved sideways so that all of it is in view, `margin` px off the right edge. */
export function keptIn(scene: Unlabelled, caption: Caption, margin = EDGE_PX): Caption {
  const { left, width } = captionBox(scene, caption);
  const most = scene.frame.camera.width_px - margin - width;
  return { ...caption, x: caption.x + Math.max(EDGE_PX, Math.min(most, left)) - left };
}

export function paintCaption(
  pen: Pen,
  scene: Unlabelled,
  { text, x, y, align, colour, bold }: Caption,
): void {
  pen.font = (bold ? scene.bold : scene.plain).font;
  pen.textAlign = align;
  halo(pen, scene, text, x, y, colour);
}
