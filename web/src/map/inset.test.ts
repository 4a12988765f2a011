// The figure of the closest approach as a person with a screen reader or without colours gets it.
import { afterEach, describe, expect, it } from "vitest";
import type { Alert, Desk } from "../stream/types";
import { createStrings } from "../words/catalogue";
import { AVIATION } from "../words/units";
import { pictureOf } from "./fixture";
import { closestApproachInset } from "./inset";
import { heightsOf } from "./insetheight";
import { leastOf } from "./pair";

const NM = 1852;
const desk = { parties: [{ id: "nag", name: "", role: "own" }] } as unknown as Desk;
const picture = pictureOf(
  [
    { id: "a", lon: 36, altitude_m: 5800 },
    { id: "b", lon: 36.2, altitude_m: 5500 },
  ],
  1000,
);

const alertOf = (vertical_m: number | null, t_cpa_s = 1042): Alert => {
  const side = (id: string) => ({ id, label: id.toUpperCase(), party: "nag", altitude_kind: "pressure" });
  return {
    ...{ id: "a-b", subject: "pair", level: 3, a: side("a"), b: side("b") },
    approach: {
      horizontal_m: 9 * NM,
      vertical_m,
      t_in_s: null,
      t_cpa_s,
      cpa_horizontal_m: 0.8 * NM,
      cpa_vertical_m: vertical_m,
      asked_horizontal_m: 3 * NM,
      asked_vertical_m: 304.8,
      turning: false,
      a_cpa: [36, 36.09],
      b_cpa: [36.01, 36.1],
    },
  } as unknown as Alert;
};

const shown = (alert: Alert | null): HTMLElement => {
  const host = document.createElement("div");
  document.body.append(host);
  closestApproachInset(host, { desk, strings: createStrings("en") }).update(alert, picture, AVIATION);
  return host;
};

const words = (host: HTMLElement): string => (host.textContent ?? "").replaceAll("\u00A0", " ");

afterEach(() => document.body.replaceChildren());

describe("the closest approach inset", () => {
  it("names both aircraft, the least distance and the minimum", () => {
    const host = shown(alertOf(300));
    for (const part of ["A", "B", "0.8 NM", "minimum 3 NM", "± 1,000 ft", "FL 190"])
      expect(words(host)).toContain(part);
    expect(host.querySelector("[role=img]")?.getAttribute("aria-label")).toMatch(
      /^Closest approach of A and B/,
    );
  });

  it("says that the height is unknown instead of drawing one", () => {
    const host = shown(alertOf(null));
    expect(words(host)).toMatch(/height\s*unknown/);
    expect(words(host)).not.toContain("FL ");
  });

  it("is empty without an alert", () => {
    expect(shown(null).children).toHaveLength(0);
  });

  it("draws no number that is not one, also for two aircraft at one place", () => {
    const alert = alertOf(0);
    const same = {
      ...alert,
      approach: { ...alert.approach, a_cpa: [36, 36], b_cpa: [36, 36], asked_horizontal_m: 0 },
    };
    const host = shown(same as unknown as Alert);
    expect(host.innerHTML).not.toMatch(/NaN|Infinity/);
  });

  it("puts the other aircraft on its side of the base height", () => {
    expect(heightsOf(alertOf(300), picture)).toEqual({ base_m: 5800, apart_m: -300, apartThen_m: -300 });
    expect(heightsOf(alertOf(null), picture)).toBeNull();
  });

  it("gives the distance of now once the closest approach is over", () => {
    const alert = alertOf(300, 990);
    const least_m = (now_s: number) => alert.approach && leastOf(alert, alert.approach, now_s)[0];
    expect(least_m(1000)).toBe(9 * NM);
    expect(least_m(980)).toBe(0.8 * NM);
  });
});
