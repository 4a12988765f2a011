// Distances on the reference sphere against values that follow from its definition, and against each other.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bearing_deg, circle, destination, distance_m, halfway, offset_m } from "./geodesy";

const place = fc.record({
  lat: fc.double({ min: -80, max: 80, noNaN: true }),
  lon: fc.double({ min: -180, max: 180, noNaN: true }),
});

describe("the reference sphere", () => {
  it("makes one minute of latitude one nautical mile", () => {
    expect(distance_m({ lat: 36, lon: 36 }, { lat: 36 + 1 / 60, lon: 36 })).toBeCloseTo(1852, 6);
  });

  it("makes a degree of longitude at 60 N half of one at the equator, within the bend of the great circle", () => {
    expect(distance_m({ lat: 60, lon: 10 }, { lat: 60, lon: 11 })).toBeCloseTo(30 * 1852, -1);
  });

  it("measures a quarter of the globe", () => {
    expect(distance_m({ lat: 0, lon: 0 }, { lat: 90, lon: 0 })).toBeCloseTo(90 * 60 * 1852, 3);
  });

  it("crosses the date line by the short way", () => {
    expect(distance_m({ lat: 0, lon: 179.9 }, { lat: 0, lon: -179.9 })).toBeCloseTo(12 * 1852, 3);
    expect(halfway({ lat: 0, lon: 179 }, { lat: 2, lon: -179 })).toEqual({ lat: 1, lon: -180 });
    expect(offset_m({ lat: 0, lon: 179.5 }, { lat: 0, lon: -179.5 })[0]).toBeCloseTo(60 * 1852, 6);
  });

  it("takes bearings clockwise from true north", () => {
    const from = { lat: 0, lon: 0 };
    expect(bearing_deg(from, { lat: 1, lon: 0 })).toBeCloseTo(0, 9);
    expect(bearing_deg(from, { lat: 0, lon: 1 })).toBeCloseTo(90, 9);
    expect(bearing_deg(from, { lat: -1, lon: 0 })).toBeCloseTo(180, 9);
    expect(bearing_deg(from, { lat: 0, lon: -1 })).toBeCloseTo(270, 9);
  });

  it("comes back the distance and the bearing it was sent", () => {
    fc.assert(
      fc.property(
        place,
        fc.double({ min: 0, max: 359, noNaN: true }),
        fc.integer({ min: 10, max: 500_000 }),
        (from, bearing, range_m) => {
          const to = destination(from, bearing, range_m);
          expect(distance_m(from, to)).toBeCloseTo(range_m, 2);
          const turn = Math.abs(((bearing_deg(from, to) - bearing + 540) % 360) - 180);
          expect(turn).toBeLessThan(0.01);
        },
      ),
    );
  });

  it("is the same both ways", () => {
    fc.assert(
      fc.property(place, place, (a, b) => {
        expect(distance_m(a, b)).toBeCloseTo(distance_m(b, a), 6);
      }),
    );
  });

  it("agrees on the plane and on the sphere to a thousandth over the distances an inset shows", () => {
    const from = { lat: 36, lon: 36 };
    const to = destination(from, 63, 30_000);
    expect(Math.hypot(...offset_m(from, to)) / 30_000).toBeCloseTo(1, 3);
  });

  it("closes a circle whose points all lie at its radius", () => {
    const centre = { lat: 36, lon: 36 };
    const points = circle(centre, 105_000, 12);
    expect(points).toHaveLength(13);
    expect(points[12]).toEqual(points[0]);
    for (const point of points) expect(distance_m(centre, point)).toBeCloseTo(105_000, 3);
  });
});
