import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  DEFAULT_VIEW,
  filtersOf,
  heightTyped,
  layersOf,
  queryFromView,
  restrictions,
  type View,
  viewFromQuery,
} from "./view";

const metres = fc.option(fc.integer({ min: 0, max: 200_000 }).map((decimetres) => decimetres / 10));
const views: fc.Arbitrary<View> = fc.record({
  layers: fc.record({ trails: fc.boolean(), labels: fc.boolean(), rings: fc.boolean() }),
  parties: fc.option(fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 4 })),
  text: fc.string(),
  floor_m: metres,
  ceiling_m: metres,
  onlyAlerts: fc.boolean(),
});

describe("the view in the address", () => {
  it("reads back as it was written", () => {
    fc.assert(
      fc.property(views, (view) => {
        expect(viewFromQuery(queryFromView(view))).toEqual(view);
      }),
    );
  });
  it("is empty for the plain view and leaves other parameters alone", () => {
    expect(queryFromView(DEFAULT_VIEW)).toBe("");
    expect(queryFromView(DEFAULT_VIEW, "?other=1&text=HAWK")).toBe("?other=1");
  });
  it("takes defaults for what cannot be read", () => {
    expect(viewFromQuery("?floor_m=high&trails=&ceiling_m=Infinity")).toEqual({
      ...DEFAULT_VIEW,
      layers: { ...DEFAULT_VIEW.layers, trails: false },
    });
  });
});

describe("what the map gets", () => {
  it("never hides what is not watched", () => {
    expect(layersOf(DEFAULT_VIEW).coverage).toBe(true);
  });
  it("shows every height only without a height band", () => {
    expect(layersOf(DEFAULT_VIEW).allHeights).toBe(true);
    expect(layersOf({ ...DEFAULT_VIEW, floor_m: 100 }).allHeights).toBe(false);
  });
  it("draws no party beyond the alerts when only those are wanted", () => {
    expect(filtersOf({ ...DEFAULT_VIEW, onlyAlerts: true }).parties).toEqual([]);
  });
  it("counts what leaves aircraft out", () => {
    expect(restrictions(DEFAULT_VIEW)).toBe(0);
    expect(restrictions({ ...DEFAULT_VIEW, text: "x", floor_m: 1, ceiling_m: 2 })).toBe(2);
  });
});

describe("a typed height", () => {
  it.each([
    ["5000", "ft", 1524],
    ["1,5", "m", 1.5],
    ["", "ft", null],
    ["high", "m", null],
  ] as const)("%s %s is %s m", (text, unit, expected) => {
    expect(heightTyped(text, unit)).toBe(expected);
  });
});
