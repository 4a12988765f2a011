// Numbers as the map writes them, in the words and units the person chose.
import { FluentNumber } from "@fluent/bundle";
import type { AltitudeKind } from "../stream/types";
import { flightLevel, heightText } from "../words/altitude";
import type { Strings } from "../words/catalogue";
import { durationParts } from "../words/time";
import {
  distance,
  heightDifference,
  limit,
  metresIn,
  type Quantity,
  SAME_HEIGHT_M,
  speed,
  type Units,
} from "../words/units";

export interface Readings {
  readonly t: Strings;
  readonly units: Units;
  /** "0.8 NM"; beside a minimum the rounding never crosses it. */
  distance(metres: number, asked_m?: number): string;
  distanceLimit(metres: number): string;
  heightLimit(metres: number): string;
  /** "700 ft", "same height" or "height unknown". */
  heightApart(metres: number | null, asked_m?: number): string;
  /** "FL 190" for pressure altitude in feet, otherwise height with its unit; "no height" where there is none. */
  height(altitude_m: number | null, kind: AltitudeKind): string;
  /** Height at an axis: a flight level, or a number without its unit. */
  tick(altitude_m: number, kind: AltitudeKind): string;
  /** "± 90 m" or "± 0.4 NM": how well a place is known. */
  known(metres: number): string;
  speed(mps: number): string;
  duration(seconds: number): string;
}

// Below this a distance reads better in the unit of heights: 0.0 NM says nothing.
const SMALL_M = 500;

const number = ({ value, digits }: Quantity): FluentNumber =>
  new FluentNumber(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });

export function readingsOf(t: Strings, units: Units): Readings {
  const unit = (name: string, quantity: Quantity): string => t(`unit-${name}`, { n: number(quantity) });
  const apart = (metres: number, asked_m?: number): string =>
    unit(units.height, heightDifference(metres, units.height, asked_m));
  return {
    t,
    units,
    distance: (metres, asked_m) => unit(units.distance, distance(metres, units.distance, asked_m)),
    distanceLimit: (metres) => unit(units.distance, limit(metres, units.distance)),
    heightLimit: (metres) => unit(units.height, limit(metres, units.height)),
    heightApart: (metres, asked_m) => {
      if (metres === null) return t("map-height-unknown");
      return Math.abs(metres) < SAME_HEIGHT_M ? t("map-same-height") : apart(metres, asked_m);
    },
    height: (altitude_m, kind) => heightText(t, units, altitude_m, kind),
    tick: (altitude_m, kind) =>
      kind === "pressure" && units.height === "ft"
        ? flightLevel(altitude_m)
        : t("inset-tick", { n: Math.round(altitude_m / metresIn(units.height) / 10) * 10 }),
    known: (metres) =>
      `± ${metres < SMALL_M ? unit(units.height, limit(metres, units.height)) : unit(units.distance, distance(metres, units.distance))}`,
    speed: (mps) => unit(units.speed, speed(mps, units.speed)),
    duration: (seconds) => {
      const { form, ...parts } = durationParts(seconds);
      return t(`duration-${form}`, parts);
    },
  };
}
