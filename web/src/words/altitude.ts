// A height above a reference, as it is said: a flight level, or a number with its unit and what it is measured from.
import { FluentNumber } from "@fluent/bundle";
import type { AltitudeKind } from "../stream/types";
import type { Strings } from "./catalogue";
import { M_PER_FT, metresIn, type Units } from "./units";

/** "FL 190" for pressure altitude in feet, otherwise height with its unit; "no height" where there is none. */
export function heightText(t: Strings, units: Units, altitude_m: number | null, kind: AltitudeKind): string {
  if (kind === "ground") return t("map-ground");
  if (altitude_m === null) return t("map-no-height");
  if (kind === "pressure" && units.height === "ft") return flightLevel(altitude_m);
  const step = units.height === "ft" ? 100 : 10; // what a label can change by without flicker
  const value = Math.round(altitude_m / metresIn(units.height) / step) * step;
  const text = t(`unit-${units.height}`, { n: new FluentNumber(value, { maximumFractionDigits: 0 }) });
  return kind === "pressure" ? t("map-standard", { height: text }) : text;
}

/** "FL 080": hundreds of feet on the standard pressure, three digits. */
export function flightLevel(altitude_m: number): string {
  const level = Math.round(altitude_m / M_PER_FT / 100);
  return `FL ${level < 0 ? "-" : ""}${String(Math.abs(level)).padStart(3, "0")}`;
}
