// Which aircraft a pointer means: the nearest within reach, a farther reach for fingers.
import type { Columns } from "./columns";
import type { Screen } from "./screen";

export const MOUSE_REACH_PX = 18;
export const TOUCH_REACH_PX = 28; // half of the 56 px a finger needs

/** Row of the nearest aircraft drawn within `reach_px`, -1 when there is none; own and other party win ties. */
export function nearest(columns: Columns, screen: Screen, x: number, y: number, reach_px: number): number {
  let found = -1;
  let least = reach_px;
  for (const row of screen.rows) {
    const away = Math.hypot((screen.x[row] as number) - x, (screen.y[row] as number) - y);
    const wins =
      found >= 0 && away === least && (columns.role[row] as number) < (columns.role[found] as number);
    if (away < least || wins) [found, least] = [row, away];
  }
  return found;
}
