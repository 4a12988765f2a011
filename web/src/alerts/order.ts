// The order of the list: warnings, cautions, advisories; inside a level the least time to loss first.
import type { Alert, Level } from "../stream/types";

/** Above this many open encounters, cautions and advisories fold to one line; warnings never fold. */
export const FOLD_ABOVE = 3;

export const LEVELS: readonly Level[] = [3, 2, 1];
export const LEVEL_WORD: Readonly<Record<Level, "warning" | "caution" | "advisory">> = {
  3: "warning",
  2: "caution",
  1: "advisory",
};

/** When the minima are lost: now for a loss, never for what has no predicted entry. */
function loss_s(alert: Alert): number {
  if (alert.kind === "loss") return Number.NEGATIVE_INFINITY;
  return alert.approach?.t_in_s ?? Number.POSITIVE_INFINITY;
}

function compare(a: Alert, b: Alert): number {
  if (a.level !== b.level) return b.level - a.level;
  const first = loss_s(a);
  const second = loss_s(b);
  if (first !== second) return first < second ? -1 : 1;
  if (a.first_s !== b.first_s) return a.first_s - b.first_s;
  return a.id < b.id ? -1 : 1;
}

/** Alerts that stand in the list, in screen order. */
export function listed(alerts: Iterable<Alert>): readonly Alert[] {
  return [...alerts].filter((alert) => alert.state !== "shelved").sort(compare);
}

/** Shelved alerts, the one that comes back first on top. */
export function shelved(alerts: Iterable<Alert>): readonly Alert[] {
  return [...alerts]
    .filter((alert) => alert.state === "shelved")
    .sort((a, b) => (a.shelved?.until_s ?? 0) - (b.shelved?.until_s ?? 0));
}

export function openCount(alerts: readonly Alert[], level: Level): number {
  return alerts.filter((alert) => alert.level === level).length;
}

export function folds(alert: Alert, open: number, selected: boolean): boolean {
  return open > FOLD_ABOVE && alert.level < 3 && !selected;
}

/** Whether somebody still has to answer. */
export function unanswered(alert: Alert): boolean {
  return alert.state === "active" || alert.state === "cleared";
}

/** A warning, and a pair already inside the minima, cannot be put on the shelf. */
export function shelvable(alert: Alert): boolean {
  return alert.level < 3 && alert.kind !== "loss" && alert.state !== "cleared" && alert.state !== "shelved";
}
