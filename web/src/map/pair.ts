// The two aircraft of an alert on the screen: where they are and where they will be closest.
import { ahead_s, isOver } from "../alerts/moment";
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
  /** At the closest approach; the present places when that is not ahead or not known. */
  readonly closest: readonly [a: Point, b: Point];
  readonly middle: Point;
  /** Radius of the horizontal minimum around the middle. */
  readonly ring_px: number;
  /** Seconds to the closest approach, 0 when it is now or not ahead. */
  readonly left_s: number;
}

/** Null when the alert is not about a pair, or one of the two is no longer in the picture. */
export function pairOf(scene: Unlabelled, alert: Alert): Pair | null {
  const rowA = scene.columns.row.get(alert.a?.id ?? "");
  const rowB = scene.columns.row.get(alert.b?.id ?? "");
  if (rowA === undefined || rowB === undefined) return null;
  const now = [at(scene, rowA), at(scene, rowB)] as const;
  const approach = isOver(alert) ? null : alert.approach; // what was predicted of it says nothing any more
  const left_s = ahead_s(alert, scene.columns.now_s);
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

type Apart = readonly [across_m: number, apart_m: number | null];

export const apartNow = ({ horizontal_m, vertical_m }: Approach): Apart => [horizontal_m, vertical_m];

/** Least distance and height difference still to come; those of now where the closest approach is not ahead. */
export function leastOf(alert: Alert, approach: Approach, now_s: number): Apart {
  if (ahead_s(alert, now_s) === 0) return apartNow(approach);
  return [approach.cpa_horizontal_m, approach.cpa_vertical_m];
}

/** "0.8 NM, same height": how near an alert's pair comes, "" for an alert without an approach. */
export function nearness(read: Readings, alert: Alert, now_s: number): string {
  const { approach } = alert;
  return approach ? apartText(read, approach, leastOf(alert, approach, now_s)) : "";
}

/** A distance and a height difference in words, each beside its minimum. */
export function apartText(read: Readings, approach: Approach, [across_m, apart_m]: Apart): string {
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
