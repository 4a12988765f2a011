import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Box, Cover, declutter, type Item, PLACES, spotAt } from "./declutter";
import { wayBoxes } from "./labels";
import type { Pair } from "./pair";

const SIZE = { width_px: 800, height_px: 600 };

const item = (key: string, x: number, y: number, rest: Partial<Item> = {}): Item => ({
  key,
  x,
  y,
  width: 80,
  height: 28,
  ahead_deg: Number.NaN,
  tolerance: 4,
  must: false,
  ...rest,
});

const cover = (items: readonly Item[]): Cover => {
  const made = new Cover(SIZE.width_px, SIZE.height_px);
  for (const { x, y } of items) made.symbol(x, y);
  return made;
};

const place = (items: readonly Item[], last = new Map<string, number>()) =>
  declutter(items, cover(items), last);

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.left + b.width &&
  b.left < a.left + a.width &&
  a.top < b.top + b.height &&
  b.top < a.top + a.height;

const crowd = fc.array(
  fc.record({ x: fc.integer({ min: 0, max: 800 }), y: fc.integer({ min: 0, max: 600 }) }),
  { minLength: 2, maxLength: 150 },
);

describe("the decluttering of labels", () => {
  it("puts a lone label right of its symbol", () => {
    const [spot] = place([item("a", 400, 300)]);
    expect(spot?.left).toBeGreaterThan(400);
    expect(spot && spot.top < 300 && spot.top + spot.height > 300).toBe(true);
  });

  it("keeps a label off the speed vector", () => {
    const [spot] = place([item("a", 400, 300, { ahead_deg: 90 })]);
    expect(spot && spot.left < 413 && spot.top + spot.height > 300 && spot.top < 300 && spot.left > 400).toBe(
      false,
    );
  });

  it("drops what must be shown rather than lay it under a panel", () => {
    const panel = { left: 300, top: 200, width: 200, height: 200 };
    const under = item("a", 400, 300, { must: true });
    const beside = item("b", 290, 300, { must: true });
    const made = cover([under, beside]);
    made.forbid(panel);
    const [hidden, seen] = declutter([under, beside], made, new Map());
    expect(hidden).toBeNull();
    expect(seen && overlap(seen, panel)).toBe(false);
  });

  it("leaves the ways of the selected pair to their closest points free", () => {
    const pair = {
      now: [
        [400, 300],
        [480, 300],
      ],
      closest: [
        [440, 300],
        [442, 302],
      ],
    } as unknown as Pair;
    const made = cover([]);
    for (const box of wayBoxes(pair)) made.take(box);
    const [spot] = declutter([item("a", 400, 300, { must: true })], made, new Map());
    expect(spot && wayBoxes(pair).some((box) => overlap(box, spot))).toBe(false);
  });

  it("never lays one label on another", () => {
    fc.assert(
      fc.property(crowd, (points) => {
        const spots = place(points.map(({ x, y }, i) => item(String(i), x, y))).filter(
          (spot) => spot !== null,
        );
        for (const [i, a] of spots.entries())
          for (const b of spots.slice(i + 1)) expect(overlap(a, b)).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  it("never lets a label leave the screen", () => {
    fc.assert(
      fc.property(crowd, (points) => {
        for (const spot of place(points.map(({ x, y }, i) => item(String(i), x, y)))) {
          if (!spot) continue;
          expect(spot.left).toBeGreaterThanOrEqual(0);
          expect(spot.top).toBeGreaterThanOrEqual(0);
          expect(spot.left + spot.width).toBeLessThanOrEqual(800);
          expect(spot.top + spot.height).toBeLessThanOrEqual(600);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("drops the least important where there is no room, and keeps the most important", () => {
    const items = Array.from({ length: 60 }, (_, i) => item(String(i), 400 + (i % 6), 300 + (i % 5)));
    const spots = place(items);
    expect(spots[0]).not.toBeNull();
    expect(spots.at(-1)).toBeNull();
  });

  it("places what must be seen even in a crowd and at the edge", () => {
    const items = [
      ...Array.from({ length: 80 }, (_, i) => item(String(i), 780 - (i % 9), 590 - (i % 7))),
      item("must", 797, 597, { must: true }),
    ];
    const spot = place(items).at(-1);
    expect(spot).not.toBeNull();
    expect(spot && spot.left + spot.width).toBeLessThanOrEqual(800);
  });

  it("gives the same answer twice", () => {
    fc.assert(
      fc.property(crowd, (points) => {
        const items = points.map(({ x, y }, i) => item(String(i), x, y));
        expect(place(items)).toEqual(place(items));
      }),
      { numRuns: 20 },
    );
  });

  it("leaves a label where it was while nothing lies there, although a better place is free", () => {
    const last = new Map([["a", 5]]);
    const [spot] = place([item("a", 400, 300)], last);
    expect(spot?.place).toBe(5);
    expect(last.get("a")).toBe(5);
  });

  it("moves a label when something more important takes its place", () => {
    const [first, second] = place(
      [item("a", 400, 300), item("b", 402, 300)],
      new Map([
        ["a", 0],
        ["b", 0],
      ]),
    );
    expect(first?.place).toBe(0);
    expect(second?.place).not.toBe(0);
  });

  it("keeps out from under panels", () => {
    const items = [item("a", 400, 300)];
    const taken = cover(items);
    taken.take({ left: 405, top: 0, width: 395, height: 600 });
    const [spot] = declutter(items, taken, new Map());
    expect(spot && spot.left + spot.width).toBeLessThanOrEqual(405);
  });

  it("has every place beside the symbol, never on it", () => {
    for (let k = 0; k < PLACES; k++) {
      const spot = spotAt(item("a", 400, 300), k);
      expect(overlap(spot, { left: 393, top: 293, width: 14, height: 14 })).toBe(false);
    }
  });
});
