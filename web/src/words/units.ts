// What each person chooses to read: ft or m, kt or km/h, NM or km. SI at rest, converted here only.
// Factors are exact: international foot (1959), international nautical mile (1929).

export const M_PER_FT = 0.3048;
export const M_PER_NM = 1852;
export const M_PER_KM = 1000;
export const MPS_PER_KT = M_PER_NM / 3600;
export const MPS_PER_KMH = 1 / 3.6;

/** Below half of the 100 ft step in which most transponders report height, two aircraft are at the same height. */
export const SAME_HEIGHT_M = 50 * M_PER_FT;

export interface Units {
  readonly height: "ft" | "m";
  readonly speed: "kt" | "kmh";
  readonly distance: "NM" | "km";
}

export const AVIATION: Units = { height: "ft", speed: "kt", distance: "NM" };
export const METRIC: Units = { height: "m", speed: "kmh", distance: "km" };

/** A converted number with the digits to print; the unit is named beside it. */
export interface Quantity {
  readonly value: number;
  readonly digits: number;
}

const METRES: Readonly<Record<Units["height"] | Units["distance"], number>> = {
  ft: M_PER_FT,
  m: 1,
  NM: M_PER_NM,
  km: M_PER_KM,
};
export const SPEEDS: Readonly<Record<Units["speed"], number>> = { kt: MPS_PER_KT, kmh: MPS_PER_KMH };

/** Steps in which heights are printed: finer than any report, coarse enough to read. */
const HEIGHT_STEP: Readonly<Record<Units["height"], number>> = { ft: 10, m: 5 };
const MOST_DIGITS = 3;

export function metresIn(unit: Units["height"] | Units["distance"]): number {
  return METRES[unit];
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/**
 * Distance to print. Beside a minimum the rounding never moves the value across it: 2.97 NM asked for 3 NM
 * is printed 2.97, not 3.0. Minima under one unit get two digits.
 */
export function distance(metres: number, unit: Units["distance"], asked_m?: number): Quantity {
  const value = metres / METRES[unit];
  if (asked_m === undefined) return { value, digits: 1 };
  const asked = asked_m / METRES[unit];
  for (let digits = asked < 1 ? 2 : 1; digits < MOST_DIGITS; digits += 1) {
    if (sameSide(value, asked, digits)) return { value: rounded(value, digits), digits };
  }
  return { value: rounded(value, MOST_DIGITS), digits: MOST_DIGITS };
}

function sameSide(value: number, asked: number, digits: number): boolean {
  const shown = rounded(value, digits);
  return value < asked ? shown < asked : shown >= asked;
}

/** A limit to print: no more digits than it has, at most two. */
export function limit(metres: number, unit: Units["height"] | Units["distance"]): Quantity {
  const value = rounded(metres / METRES[unit], unit === "ft" || unit === "m" ? 0 : 2);
  const digits = Number.isInteger(value) ? 0 : Number.isInteger(value * 10) ? 1 : 2;
  return { value, digits };
}

/** Height difference to print, in steps of 10 ft or 5 m unless a step would move it across the minimum. */
export function heightDifference(metres: number, unit: Units["height"], asked_m?: number): Quantity {
  const value = Math.abs(metres) / METRES[unit];
  const step = HEIGHT_STEP[unit];
  const stepped = Math.round(value / step) * step;
  if (asked_m === undefined) return { value: stepped, digits: 0 };
  const asked = asked_m / METRES[unit];
  const agrees = value < asked ? stepped < asked : stepped >= asked;
  return { value: agrees ? stepped : value < asked ? Math.floor(value) : Math.ceil(value), digits: 0 };
}

export function speed(mps: number, unit: Units["speed"]): Quantity {
  return { value: Math.round(mps / SPEEDS[unit]), digits: 0 };
}
