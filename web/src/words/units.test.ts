import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distance, heightDifference, limit, M_PER_FT, M_PER_KM, M_PER_NM, speed } from "./units";

describe("distances", () => {
  it("are printed with one digit beside minima of a nautical mile and more", () => {
    expect(distance(0.8 * M_PER_NM, "NM", 3 * M_PER_NM)).toEqual({ value: 0.8, digits: 1 });
  });
  it("are printed with two digits beside minima under one unit", () => {
    expect(distance(0.28 * M_PER_NM, "NM", 0.3 * M_PER_NM)).toEqual({ value: 0.28, digits: 2 });
  });
  it("take another digit rather than reach the minimum by rounding", () => {
    expect(distance(2.97 * M_PER_NM, "NM", 3 * M_PER_NM)).toEqual({ value: 2.97, digits: 2 });
  });
  it("are never printed on the other side of the minimum, down to a metre", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 40_000, noNaN: true }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom("NM" as const, "km" as const),
        (metres, tenths, unit) => {
          const size = unit === "NM" ? M_PER_NM : M_PER_KM;
          const asked_m = (tenths / 2) * size;
          fc.pre(Math.abs(metres - asked_m) > size / 1000);
          const shown = distance(metres, unit, asked_m);
          expect(shown.value < tenths / 2).toBe(metres < asked_m);
        },
      ),
    );
  });
});

describe("limits", () => {
  it.each([
    [3 * M_PER_NM, "NM", 3, 0],
    [0.3 * M_PER_NM, "NM", 0.3, 1],
    [3 * M_PER_NM, "km", 5.56, 2],
    [1000 * M_PER_FT, "ft", 1000, 0],
    [1000 * M_PER_FT, "m", 305, 0],
  ] as const)("%s m in %s is %s with %s digits", (metres, unit, value, digits) => {
    expect(limit(metres, unit)).toEqual({ value, digits });
  });
});

describe("height differences", () => {
  it("are printed in steps of 10 ft", () => {
    expect(heightDifference(703 * M_PER_FT, "ft").value).toBe(700);
  });
  it("leave the step where it would reach the minimum", () => {
    expect(heightDifference(998 * M_PER_FT, "ft", 1000 * M_PER_FT).value).toBe(998);
  });
  it("are never printed on the other side of the minimum", () => {
    expect(heightDifference(999.9 * M_PER_FT, "ft", 1000 * M_PER_FT).value).toBe(999);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 2000, noNaN: true }),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom("ft" as const, "m" as const),
        (metres, hundreds, unit) => {
          const size = unit === "ft" ? M_PER_FT : 1;
          const shown = heightDifference(metres, unit, 100 * hundreds * size).value;
          expect(shown < 100 * hundreds).toBe(metres / size < 100 * hundreds);
        },
      ),
    );
  });
  it("have no sign", () => {
    expect(heightDifference(-300 * M_PER_FT, "ft").value).toBe(300);
  });
});

it("speeds are whole knots or kilometres per hour", () => {
  expect(speed(100, "kt").value).toBe(194);
  expect(speed(100, "kmh").value).toBe(360);
});
