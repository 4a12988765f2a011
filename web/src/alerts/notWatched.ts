// What the desk does not see, in one sentence: never left out, because silence reads as "nothing there".
import type { Coverage, Desk, Picture } from "../stream/types";
import type { Words } from "../words/catalogue";

/** Least and greatest floor of the stated coverage in one phrase, or "" where the floor is the ground. */
function floors(words: Words, coverage: readonly Coverage[]): string {
  const all = coverage.map((area) => area.floor_m);
  const least = Math.min(...all);
  const most = Math.max(...all);
  if (most <= 0) return "";
  if (least === most) return words.t("not-watched-below", { height: words.heightLimit(most) });
  return words.t("not-watched-below-between", {
    least: words.heightLimit(least),
    most: words.heightLimit(most),
  });
}

/** "Not watched: outside the drawn coverage, below 5,000 ft; 3 tracks without height." */
export function notWatched(words: Words, desk: Desk, picture: Picture): string {
  const parts = [];
  if (desk.coverage.length === 0) parts.push(words.t("not-watched-unstated"));
  else parts.push([words.t("not-watched-outside"), floors(words, desk.coverage)].filter(Boolean).join(", "));
  const { without_height, stale } = picture.counts;
  if (without_height > 0) parts.push(words.t("tracks-without-height", { count: without_height }));
  if (stale > 0) parts.push(words.t("tracks-stale", { count: stale }));
  return words.t("not-watched", { what: parts.join("; ") });
}
