// Made-up traffic for the development page of the map: nobody's aircraft, nobody's positions.
import type { AircraftClass, Alert, Desk, Level, Picture, Trails } from "../src/stream/types";

const NOW_S = Date.UTC(2026, 10, 22, 12, 3, 11) / 1000;
const KT = 1852 / 3600;
const FT = 0.3048;
const NM_DEG = 1 / 60;

export const DESK: Desk = {
  product_version: "dev",
  mode: "EXERCISE",
  title: "",
  party: { id: "nag", name: "Northern Air Group" },
  desk: "desk 2",
  relay_s: 55,
  languages: ["en", "ru"],
  parties: [
    { id: "nag", name: "Northern Air Group", role: "own" },
    { id: "ctf", name: "Coastal Task Force", role: "peer" },
    { id: "civil", name: "Civil", role: "civil" },
  ],
  procedures: { title: "dev", version: "1", hash: "", status: "unilateral", unchecked: [] },
  alert_policy: { supervisor_s: 15, shelve_max_s: 900, rate_limit_per_h: 6, flood_per_10min: 10 },
  view: { lat: 36.15, lon: 36.05, span_deg: 1.95 },
  coverage: [
    { feed: "NAG radar", lat: 36.55, lon: 36.05, radius_m: 105_000, floor_m: 0 },
    { feed: "CTF east", lat: 36.1, lon: 36.9, radius_m: 60_000, floor_m: 1524 },
  ],
  watchdog_port: 0,
  attribution: "",
};

interface Flight {
  readonly id: string;
  readonly label: string;
  readonly party: string;
  readonly form: AircraftClass;
  readonly lat: number;
  readonly lon: number;
  readonly feet: number | null;
  readonly course: number | null;
  readonly knots: number | null;
  readonly climb: number;
  readonly age_s: number;
  readonly quality: "good" | "degraded" | "suspect";
}

const flight = (
  label: string,
  party: string,
  form: AircraftClass,
  [lat, lon]: readonly [number, number],
  [course, knots]: readonly [number | null, number | null],
  feet: number | null,
  rest: Partial<Flight> = {},
): Flight => ({
  id: label.toLowerCase().replaceAll(" ", ""),
  label,
  party,
  form,
  lat,
  lon,
  feet,
  course,
  knots,
  climb: 0,
  age_s: 0.6,
  quality: "good",
  ...rest,
});

const NAMED: readonly Flight[] = [
  flight("HAWK 11", "nag", "fixed", [36.393, 36.094], [97, 430], 19_000),
  flight("LANCE 07", "ctf", "fixed", [36.423, 36.278], [229, 415], 19_000),
  flight("RJA 342", "civil", "fixed", [36.665, 35.8], [97, 300], 8000, { climb: -8 }),
  flight("UAV 7A1", "ctf", "uav", [36.62, 36.015], [322, 85], 7300),
  flight("HAWK 31", "nag", "fixed", [36.6, 36.445], [205, 360], 26_000),
  flight("HAWK 32", "nag", "fixed", [36.625, 36.425], [205, 360], 26_000),
  flight("RESCUE 2", "nag", "rotor", [36.235, 36.02], [12, 110], 1500),
  flight("LANCE 22", "ctf", "fixed", [36.05, 36.98], [285, 405], 24_000, { age_s: 38 }),
  flight("KVL 908", "civil", "fixed", [36.185, 36.72], [262, 455], 36_000),
  flight("SVN 215", "civil", "fixed", [35.905, 35.72], [8, 440], 34_000),
  flight("U 0417", "?", "unknown", [35.735, 36.4], [62, 140], null),
  flight("HAWK 40", "nag", "uav", [36.33, 36.93], [301, 240], 12_000, { climb: 7 }),
  flight("LANCE 03", "ctf", "fixed", [35.98, 36.57], [332, 390], 22_000),
  flight("MULE 5", "nag", "fixed", [36.05, 36.2], [80, 280], 15_000, { quality: "suspect" }),
  flight("MULE 5B", "civil", "fixed", [36.055, 36.235], [80, 280], 15_000, { quality: "degraded" }),
];

/** A sequence that looks random and is the same every time. */
function* dice(seed: number): Generator<number, number, unknown> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

function crowd(count: number): Flight[] {
  const roll = dice(7);
  const next = (): number => roll.next().value;
  return Array.from({ length: count }, (_, i) => {
    const party = next() < 0.75 ? "civil" : next() < 0.5 ? "nag" : "ctf";
    const form = (["fixed", "fixed", "fixed", "rotor", "uav"] as const)[Math.floor(next() * 5)] ?? "fixed";
    const place = [35.2 + next() * 2, 34.6 + next() * 3] as const;
    const feet = next() < 0.05 ? null : Math.round(next() * 400) * 100;
    const age_s = next() < 0.04 ? 20 + next() * 30 : next();
    return flight(`T${1000 + i}`, party, form, place, [next() * 360, 120 + next() * 380], feet, { age_s });
  });
}

export const flights = (count: number): readonly Flight[] => [...NAMED, ...crowd(count - NAMED.length)];

function placeAt({ lat, lon, course, knots }: Flight, after_s: number): readonly [number, number] {
  if (course === null || knots === null) return [lat, lon];
  const arc = ((knots * after_s) / 3600) * NM_DEG;
  const angle = (course * Math.PI) / 180;
  return [lat + arc * Math.cos(angle), lon + (arc * Math.sin(angle)) / Math.cos((lat * Math.PI) / 180)];
}

export function pictureAt(list: readonly Flight[], after_s: number): Picture {
  const places = list.map((one) => placeAt(one, after_s));
  return {
    type: "picture",
    seq: after_s,
    now_s: NOW_S + after_s,
    tick: after_s,
    mode: "EXERCISE",
    as_of_s: NOW_S + after_s,
    id: list.map(({ id }) => id),
    label: list.map(({ label }) => label),
    party: list.map(({ party }) => party),
    class: list.map(({ form }) => form),
    lat: places.map(([lat]) => lat),
    lon: places.map(([, lon]) => lon),
    altitude_m: list.map(({ feet }) => (feet === null ? null : feet * FT)),
    altitude_kind: list.map(({ feet }) => (feet === null ? "unknown" : feet < 7500 ? "qnh" : "pressure")),
    track_deg: list.map(({ course }) => course),
    speed_mps: list.map(({ knots }) => (knots === null ? null : knots * KT)),
    vertical_mps: list.map(({ climb }) => climb),
    age_s: list.map(({ age_s }) => (age_s > 15 ? age_s + after_s : age_s)),
    state: list.map(({ age_s }) => (age_s > 15 ? "stale" : "fresh")),
    quality: list.map(({ quality }) => quality),
    uncertainty_m: list.map(({ age_s, quality }) =>
      age_s > 15 ? 60 * age_s : quality === "good" ? 90 : 900,
    ),
    source: list.map(() => "adsb_icao"),
    feed: list.map(() => "NAG ADS-B"),
    squawk: list.map(() => "4271"),
    feeds: [],
    counts: {
      tracks: list.length,
      stale: 1,
      without_height: 1,
      unjudged: {},
      duplicates: [{ a: "mule5", b: "mule5b", since_s: NOW_S }],
      suppressed: {},
    },
    rate: { last_hour: 4, bins: [1, 0, 2, 0, 0, 1, 0], flood: false },
    storage: { late_s: 0 },
    sound: { proven_s: NOW_S },
    guidance: { ready: true },
    transport: null,
  };
}

/** Three minutes of places, with a hole of 45 s for one flight. */
export function trailsOf(list: readonly Flight[]): Trails {
  const t = Array.from({ length: 180 }, (_, i) => NOW_S - 180 + i);
  const column = (k: 0 | 1) =>
    list.map((one) =>
      t.map((at) => {
        const since = at - NOW_S;
        const lost = (one.label === "KVL 908" && since > -120 && since < -60) || since > -one.age_s;
        return lost ? null : (placeAt(one, since)[k] as number);
      }),
    );
  return { t, id: list.map(({ id }) => id), lat: column(0), lon: column(1) };
}

function alert(
  list: readonly Flight[],
  [a, b]: readonly [string, string],
  level: Level,
  [left_s, across_NM, apart_ft]: readonly [number, number, number | null],
): Alert {
  const find = (label: string): Flight => list.find((one) => one.label === label) as Flight;
  const describe = ({ id, label, party, form, feet }: Flight) => ({
    ...{ id, label, party, class: form },
    altitude_m: feet === null ? null : feet * FT,
    altitude_kind: "pressure" as const,
  });
  const [one, two] = [find(a), find(b)];
  return {
    id: `${one.id}-${two.id}`,
    key: `${one.id}|${two.id}`,
    subject: "pair",
    kind: apart_ft === null ? "vertical_unknown" : "predicted",
    level,
    state: "active",
    first_s: NOW_S - 8,
    shown_s: NOW_S - 8,
    a: describe(one),
    b: describe(two),
    clause: "4.1",
    document: "v3",
    duplicate: false,
    recorded: true,
    detail: "",
    acknowledged: null,
    shelved: null,
    supervisor_s: null,
    escalated: false,
    approach: {
      horizontal_m: 9 * 1852,
      vertical_m: 0,
      closing_mps: 772 * KT,
      t_in_s: left_s / 2,
      t_out_s: left_s + 20,
      t_cpa_s: NOW_S + left_s,
      cpa_horizontal_m: across_NM * 1852,
      cpa_vertical_m: apart_ft === null ? null : apart_ft * FT,
      asked_horizontal_m: 3 * 1852,
      asked_vertical_m: 1000 * FT,
      horizontal_uncertainty_m: 180,
      vertical_uncertainty_m: 30,
      turning: false,
      a_cpa: placeAt(one, left_s) as [number, number],
      b_cpa: placeAt(two, left_s) as [number, number],
    },
  };
}

export const alertsOf = (list: readonly Flight[]): readonly Alert[] => [
  alert(list, ["HAWK 11", "LANCE 07"], 3, [42, 0.8, 0]),
  alert(list, ["RJA 342", "UAV 7A1"], 2, [108, 1.6, 700]),
  alert(list, ["LANCE 03", "U 0417"], 1, [78, 2.9, null]),
  alert(list, ["HAWK 31", "HAWK 32"], 1, [0, 1.9, 0]),
];
