// The two aircraft of an alert on the screen: where they are and where they will be closest.
import type { Alert, Approach, Picture } from "../stream/types";
import { project, pxPerMetre } from "./camera";
import type { Columns } from "./columns";
import { halfway, type Place } from "./geodesy";
import { midpoint, type Point } from "./path";
import type { Readings } from "./readings";
import type { Unlabelled } from "./scene";

export interface Pair {
  readonly rows: readonly [a: number, b: number];
  readonly now: readonly [a: Point, b: Point];
  /** At the closest approach; the present places when that is over or not known. */
  readonly closest: readonly [a: Point, b: Point];
  readonly middle: Point;
  /** Radius of the horizontal minimum around the middle. */
  readonly ring_px: number;
  /** Seconds to the closest approach, 0 when it is now or over. */
  readonly left_s: number;
}

/** Over and not acknowledged: it stays in the list, and nothing is predicted of it. */
export const isOver = ({ state }: Pick<Alert, "state">): boolean => state === "cleared";

/** Null when the alert is not about a pair, or one of the two is no longer in the picture. */
export function pairOf(scene: Unlabelled, alert: Alert): Pair | null {
  const rowA = scene.columns.row.get(alert.a?.id ?? "");
  const rowB = scene.columns.row.get(alert.b?.id ?? "");
  if (rowA === undefined || rowB === undefined) return null;
  const now = [at(scene, rowA), at(scene, rowB)] as const;
  const approach = isOver(alert) ? null : alert.approach; // what was predicted of it says nothing any more
  const left_s = approach ? Math.max(0, approach.t_cpa_s - scene.columns.now_s) : 0;
  const closest = approach && left_s > 0 ? closestOf(scene, approach) : now;
  const middle = midpoint(closest[0], closest[1]);
  const lat = scene.picture?.lat[rowA] ?? 0;
  const ring_px = (approach?.asked_horizontal_m ?? 0) * pxPerMetre(scene.frame, lat);
  return { rows: [rowA, rowB], now, closest, middle, ring_px, left_s };
}

function closestOf(
  { frame }: Unlabelled,
  { a_cpa, b_cpa }: { readonly a_cpa: readonly [number, number]; readonly b_cpa: readonly [number, number] },
): readonly [Point, Point] {
  return [project(frame, { lat: a_cpa[0], lon: a_cpa[1] }), project(frame, { lat: b_cpa[0], lon: b_cpa[1] })];
}

const at = ({ screen }: Unlabelled, row: number): Point => [screen.x[row] as number, screen.y[row] as number];

/** Least distance and height difference still to come; those of now once the closest approach is over. */
export function leastOf(
  approach: Approach,
  now_s: number,
): readonly [across_m: number, apart_m: number | null] {
  return approach.t_cpa_s > now_s
    ? [approach.cpa_horizontal_m, approach.cpa_vertical_m]
    : [approach.horizontal_m, approach.vertical_m];
}

/** "0.8 NM, same height": how near an alert's pair comes, "" for an alert without an approach. */
export function nearness(read: Readings, { approach }: Alert, now_s: number): string {
  if (!approach) return "";
  const [across_m, apart_m] = leastOf(approach, now_s);
  const across = read.distance(across_m, approach.asked_horizontal_m);
  return `${across}, ${read.heightApart(apart_m, approach.asked_vertical_m)}`;
}

/** Halfway between the two aircraft now; where one is missing, the other; null where both are. */
export function placeOf(picture: Picture | null, columns: Columns, { a, b }: Alert): Place | null {
  const places = [a, b].flatMap((aircraft) => {
    const row = columns.row.get(aircraft?.id ?? "");
    if (row === undefined || !picture) return [];
    return [{ lat: picture.lat[row] as number, lon: picture.lon[row] as number }];
  });
  const [first, second] = places;
  return first && second ? halfway(first, second) : (first ?? null);
}
