// Text with a dark rim, readable over any line of the map.
import type { Pen, Unlabelled } from "./scene";

const HALO_PX = 3.5;

/** Writes one line at the pen's font and alignment. */
export function halo(
  pen: Pen,
  { tokens }: Unlabelled,
  text: string,
  x: number,
  y: number,
  colour: string,
): void {
  pen.strokeStyle = tokens.panel;
  pen.lineWidth = HALO_PX;
  pen.lineJoin = "round";
  pen.strokeText(text, x, y);
  pen.fillStyle = colour;
  pen.fillText(text, x, y);
}
