import { describe, expect, it } from "vitest";
import { boxRing, clip, cut, type Ground } from "./ground";

const BOX = [0, 0, 10, 10] as const;

const area = (ring: readonly (readonly number[])[]): number =>
  Math.abs(
    ring.slice(1).reduce((sum, [x = 0, y = 0], i) => {
      const [px = 0, py = 0] = ring[i] ?? [];
      return sum + (px * y - x * py) / 2;
    }, 0),
  );

const square = (west: number, south: number, east: number, north: number) =>
  boxRing([west, south, east, north]);

describe("cutting the base map to a region", () => {
  it("keeps a ring inside the box as it is", () => {
    expect(area(clip(square(2, 2, 4, 5), BOX))).toBeCloseTo(6, 9);
  });

  it("cuts a ring at the edges and closes it", () => {
    const ring = clip(square(-5, -5, 5, 5), BOX);
    expect(area(ring)).toBeCloseTo(25, 9);
    expect(ring.at(-1)).toEqual(ring[0]);
  });

  it("gives the whole box inside a continent and nothing outside one", () => {
    expect(area(clip(square(-50, -50, 50, 50), BOX))).toBeCloseTo(100, 9);
    expect(clip(square(20, 20, 30, 30), BOX)).toEqual([]);
  });

  it("drops what is elsewhere, and keeps lines to just beyond the edge", () => {
    const ground: Ground = {
      land: { type: "MultiPolygon", coordinates: [[square(20, 20, 30, 30)], [square(1, 1, 2, 2)]] },
      coast: {
        type: "MultiLineString",
        coordinates: [
          [
            [-3, 5],
            [-1, 5],
            [5, 5],
            [12, 5],
            [20, 5],
          ],
        ],
      },
      border: { type: "MultiLineString", coordinates: [] },
    };
    const part = cut(ground, BOX);
    expect(part.land.coordinates).toHaveLength(1);
    expect(part.coast.coordinates).toEqual([
      [
        [-1, 5],
        [5, 5],
        [12, 5],
      ],
    ]);
  });
});
