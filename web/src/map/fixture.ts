// A picture for the unit tests of the map: rows say only what a test is about.
import type { Picture } from "../stream/types";

export interface Row {
  readonly id: string;
  readonly lat?: number;
  readonly lon?: number;
  readonly age_s?: number;
  readonly party?: string;
  readonly altitude_m?: number | null;
  readonly vertical_mps?: number | null;
  readonly stale?: boolean;
  readonly quality?: Picture["quality"][number];
  readonly radius_m?: number | null;
  readonly delay_s?: number;
}

export function pictureOf(rows: readonly Row[], now_s: number): Picture {
  const all = <T>(value: T): T[] => rows.map(() => value);
  return {
    ...{ type: "picture", seq: 1, now_s, tick: 1, mode: "EXERCISE", as_of_s: now_s },
    id: rows.map(({ id }) => id),
    label: rows.map(({ id }) => id.toUpperCase()),
    party: rows.map(({ party = "own" }) => party),
    class: all("fixed"),
    lat: rows.map(({ lat = 36 }) => lat),
    lon: rows.map(({ lon = 36 }) => lon),
    altitude_m: rows.map(({ altitude_m = 5000 }) => altitude_m),
    altitude_kind: all("pressure"),
    track_deg: all(90),
    speed_mps: all(200),
    vertical_mps: rows.map(({ vertical_mps = 0 }) => vertical_mps),
    age_s: rows.map(({ age_s = 0.5 }) => age_s),
    state: rows.map(({ stale = false }) => (stale ? "stale" : "fresh")),
    quality: rows.map(({ quality = "good" }) => quality),
    uncertainty_m: all(90),
    source: all("adsb_icao"),
    feed: all("one"),
    squawk: all("4271"),
    radius_m: rows.map(({ radius_m = null }) => radius_m),
    delay_s: rows.map(({ delay_s = 0 }) => delay_s),
    feeds: [],
    counts: {
      tracks: rows.length,
      stale: 0,
      without_height: 0,
      unjudged: {},
      unjudged_pairs: [],
      duplicates: [],
      suppressed: {},
      suppressed_pairs: [],
    },
    rate: { last_hour: 0, bins: [], flood: false },
    storage: { late_s: 0 },
    sound: { proven_s: null },
    guidance: { ready: true },
    peers: [],
    presence: null,
    telling: null,
    transport: null,
  };
}
