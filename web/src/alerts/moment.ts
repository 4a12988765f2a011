// Where an encounter stands in time: before the minima, inside them, or over; and whether its closest point is ahead.
import type { Alert } from "../stream/types";

type Timed = Pick<Alert, "kind" | "state" | "approach">;

/** Inside the minima a closest point later than this is not named: two aircraft almost parallel have theirs anywhere. */
export const CLOSEST_WITHIN_S = 120;

/** Over and not acknowledged: it stays in the list, and nothing is predicted of it. */
export const isOver = ({ state }: Pick<Alert, "state">): boolean => state === "cleared";

export function insideNow(alert: Timed, now_s: number): boolean {
  if (alert.approach === null || isOver(alert)) return false;
  const entry = alert.approach.t_in_s;
  return alert.kind === "loss" || (entry !== null && entry <= now_s);
}

/** Seconds to a closest approach worth naming; 0 when it is now, behind, over, or too far ahead of a pair inside. */
export function ahead_s(alert: Timed, now_s: number): number {
  if (alert.approach === null || isOver(alert)) return 0;
  const left_s = Math.max(0, alert.approach.t_cpa_s - now_s);
  return insideNow(alert, now_s) && left_s > CLOSEST_WITHIN_S ? 0 : left_s;
}

/** Inside this before the loss no height change is offered: an airborne system may be about to give the crew its own. */
export const NO_HEIGHT_WITHIN_S = 60;
const VERTICAL: ReadonlySet<string> = new Set(["vertical_speed", "altitude"]);

/** Whether the answer offers no height change because the minima are lost too soon, or already. */
export function noHeightChange(alert: Timed & Pick<Alert, "guidance">, now_s: number): boolean {
  const { guidance, approach } = alert;
  if (guidance?.kind !== "manoeuvre" || approach === null) return false;
  const vertical = [guidance.a, guidance.b].some(({ dimension }) => VERTICAL.has(dimension));
  return !vertical && (approach.t_in_s ?? approach.t_cpa_s) - now_s < NO_HEIGHT_WITHIN_S;
}
