// The picture made ready to draw: typed columns beside the picture's own, row i of every column is one aircraft.
// Built once per picture or change of alerts and filters; nothing here depends on where the map looks.
import type { AircraftClass, Alert, Party, PartyRole, Picture } from "../stream/types";
import { mercatorPerMetre, mercatorX, mercatorY } from "./camera";
import type { Filters } from "./contract";

export const OWN = 0;
export const PEER = 1;
export const CIVIL = 2;
export const UNKNOWN = 3;
const ROLE: Readonly<Record<PartyRole, number>> = { own: OWN, peer: PEER, civil: CIVIL, unknown: UNKNOWN };

export const FIXED = 0;
export const ROTOR = 1;
export const UAV = 2;
const FORM: Readonly<Record<AircraftClass, number>> = {
  fixed: FIXED,
  unknown: FIXED,
  rotor: ROTOR,
  uav: UAV,
};

export const GOOD = 0;
export const DEGRADED = 1;
export const SUSPECT = 2;
const QUALITY = { good: GOOD, unknown: GOOD, degraded: DEGRADED, suspect: SUSPECT } as const;

// Climbing or descending from 300 ft/min on: slower is what altitude steps of 25 ft make of level flight.
const CLIMB_MPS = (300 * 0.3048) / 60;

export interface Columns {
  readonly count: number;
  readonly now_s: number;
  readonly x: Float64Array; // Mercator, 0..1
  readonly y: Float64Array;
  readonly perMetre: Float64Array; // Mercator units per metre at this latitude
  readonly role: Uint8Array;
  readonly form: Uint8Array;
  readonly stale: Uint8Array;
  readonly quality: Uint8Array;
  readonly climb: Int8Array;
  readonly level: Uint8Array; // highest level of an alert the aircraft is in, 0 = none
  readonly drawn: Uint8Array; // passes the filters, or is in an alert
  readonly row: ReadonlyMap<string, number>;
  readonly hidden: number; // kept off the map by the filters
}

export interface Choice {
  readonly filters: Filters;
  readonly allHeights: boolean;
}

export const EMPTY: Columns = allocate(0, 0, new Map());

export function columnsOf(
  picture: Picture,
  parties: readonly Party[],
  alerts: readonly Alert[],
  choice: Choice,
): Columns {
  const rows = new Map(picture.id.map((id, i) => [id, i]));
  const columns = allocate(picture.id.length, picture.now_s, rows);
  place(columns, picture);
  classify(columns, picture, parties);
  for (const alert of alerts) raise(columns, alert);
  const back = standBack(columns, picture);
  return { ...columns, hidden: filter(columns, picture, choice, back) };
}

/** Role of a party; a party the desk does not list is not identified. */
export function rolesOf(parties: readonly Party[]): ReadonlyMap<string, number> {
  return new Map(parties.map((party) => [party.id, ROLE[party.role]]));
}

function allocate(count: number, now_s: number, row: ReadonlyMap<string, number>): Columns {
  const bytes = (): Uint8Array => new Uint8Array(count);
  return {
    count,
    now_s,
    row,
    x: new Float64Array(count),
    y: new Float64Array(count),
    perMetre: new Float64Array(count),
    role: bytes(),
    form: bytes(),
    stale: bytes(),
    quality: bytes(),
    climb: new Int8Array(count),
    level: bytes(),
    drawn: bytes(),
    hidden: 0,
  };
}

function place(columns: Columns, picture: Picture): void {
  for (let i = 0; i < columns.count; i++) {
    const lat = picture.lat[i] as number;
    columns.x[i] = mercatorX(picture.lon[i] as number);
    columns.y[i] = mercatorY(lat);
    columns.perMetre[i] = mercatorPerMetre(lat);
  }
}

function classify(columns: Columns, picture: Picture, parties: readonly Party[]): void {
  const roles = rolesOf(parties);
  for (let i = 0; i < columns.count; i++) {
    columns.role[i] = roles.get(picture.party[i] as string) ?? UNKNOWN;
    columns.form[i] = FORM[picture.class[i] as AircraftClass];
    columns.stale[i] = picture.state[i] === "stale" ? 1 : 0;
    columns.quality[i] = QUALITY[picture.quality[i] as keyof typeof QUALITY];
    columns.climb[i] = climbOf(picture.vertical_mps[i] ?? null);
  }
}

const climbOf = (vertical_mps: number | null): number =>
  vertical_mps === null || Math.abs(vertical_mps) < CLIMB_MPS ? 0 : Math.sign(vertical_mps);

function raise(columns: Columns, alert: Alert): void {
  for (const aircraft of [alert.a, alert.b]) {
    const row = aircraft ? columns.row.get(aircraft.id) : undefined;
    if (row !== undefined) columns.level[row] = Math.max(columns.level[row] as number, alert.level);
  }
}

/** How the id of a track that another party released goes on after the address (docs/stream.md). */
const RELEASED = "@peer:";

/**
 * Rows of released tracks whose aircraft our own sensors hold: it is drawn once, as exactly as we see it. Where the two do
 * not agree the node calls the released one suspect, and both are drawn.
 */
function standBack(columns: Columns, picture: Picture): Uint8Array {
  const back = new Uint8Array(columns.count);
  for (let i = 0; i < columns.count; i++) {
    const [address, by] = (picture.id[i] as string).split(RELEASED);
    const own = by === undefined ? undefined : columns.row.get(address as string);
    if (own === undefined || columns.level[i] || columns.stale[own]) continue;
    back[i] = columns.quality[i] !== SUSPECT && columns.quality[own] !== SUSPECT ? 1 : 0;
  }
  return back;
}

function filter(
  columns: Columns,
  picture: Picture,
  { filters, allHeights }: Choice,
  back: Uint8Array,
): number {
  const text = filters.text.trim().toLowerCase();
  const band = allHeights ? null : { floor_m: filters.floor_m, ceiling_m: filters.ceiling_m };
  let hidden = 0;
  for (let i = 0; i < columns.count; i++) {
    if (back[i]) continue; // the aircraft is drawn: nothing is kept off the map
    const passes =
      (filters.parties?.includes(picture.party[i] as string) ?? true) &&
      (filters.classes?.includes(picture.class[i] as string) ?? true) &&
      inBand(picture.altitude_m[i] ?? null, band) &&
      (text === "" || `${picture.label[i]} ${picture.id[i]}`.toLowerCase().includes(text));
    columns.drawn[i] = passes || (columns.level[i] as number) > 0 ? 1 : 0;
    hidden += 1 - (columns.drawn[i] as number);
  }
  return hidden;
}

/** An aircraft without height may be anywhere, so no band hides it. */
function inBand(
  altitude_m: number | null,
  band: { readonly floor_m: number | null; readonly ceiling_m: number | null } | null,
): boolean {
  if (band === null || altitude_m === null) return true;
  return altitude_m >= (band.floor_m ?? -Infinity) && altitude_m <= (band.ceiling_m ?? Infinity);
}
