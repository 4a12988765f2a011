// Where one aircraft sees another: the hour of a clock whose twelve is its own course over the ground.
import { bearing_deg } from "../map/geodesy";
import type { Picture } from "../stream/types";

/** Bearing of the other aircraft and course of this one, degrees true. */
export interface Bearing {
  readonly to_deg: number;
  readonly track_deg: number;
}

const HOUR_DEG = 30;

export function clock({ to_deg, track_deg }: Bearing): number {
  const hour = Math.round((((to_deg - track_deg) % 360) + 360) / HOUR_DEG) % 12;
  return hour === 0 ? 12 : hour;
}

/** Bearing between two aircraft of the picture; null where one is not in it or its course is not known. */
export function bearingOf(picture: Picture | null, from: string, to: string): Bearing | null {
  if (picture === null) return null;
  const place = (id: string) => {
    const row = picture.id.indexOf(id);
    const lat = picture.lat[row];
    const lon = picture.lon[row];
    const track_deg = picture.track_deg[row] ?? null;
    return lat === undefined || lon === undefined ? null : { lat, lon, track_deg };
  };
  const here = place(from);
  const there = place(to);
  if (here === null || there === null || here.track_deg === null) return null;
  return { to_deg: bearing_deg(here, there), track_deg: here.track_deg };
}
