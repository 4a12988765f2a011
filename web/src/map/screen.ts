// Where the aircraft of the picture stand on the screen: typed columns, redone whenever the camera moves.
import { type Frame, mercatorX } from "./camera";
import type { Columns } from "./columns";

// Aircraft this far outside are still projected, so vectors and circles reach in from the edge.
const MARGIN_PX = 80;

export interface Screen {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Rows drawn and in view, ascending. */
  readonly rows: Int32Array;
}

export function screenOf(columns: Columns, frame: Frame): Screen {
  const { count } = columns;
  const [x, y, rows] = [new Float32Array(count), new Float32Array(count), new Int32Array(count)];
  const { width_px, height_px } = frame.camera;
  const middle = mercatorX(frame.camera.lon);
  let seen = 0;
  for (let i = 0; i < count; i++) {
    const mx = columns.x[i] as number;
    const px = (mx + Math.round(middle - mx)) * frame.world_px - frame.left_px;
    const py = (columns.y[i] as number) * frame.world_px - frame.top_px;
    x[i] = px;
    y[i] = py;
    const inView =
      px > -MARGIN_PX && px < width_px + MARGIN_PX && py > -MARGIN_PX && py < height_px + MARGIN_PX;
    if (inView && columns.drawn[i]) rows[seen++] = i;
  }
  return { x, y, rows: rows.subarray(0, seen) };
}
