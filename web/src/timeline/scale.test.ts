import fc from "fast-check";
import { expect, it } from "vitest";
import { shareOf, ticks, timeAt } from "./scale";

const spans = fc
  .tuple(fc.integer({ min: 0, max: 2_000_000_000 }), fc.integer({ min: 1, max: 86_400 }))
  .map(([from_s, span]) => ({ from_s, to_s: from_s + span }));

it("place and time are each other's inverse", () => {
  fc.assert(
    fc.property(spans, fc.double({ min: 0, max: 1, noNaN: true }), (scale, share) => {
      expect(shareOf(scale, timeAt(scale, share))).toBeCloseTo(share, 4);
    }),
  );
});

it("ticks lie inside the span and at most a dozen or so carry a label", () => {
  fc.assert(
    fc.property(spans, (scale) => {
      const all = ticks(scale);
      expect(all.every(({ t_s }) => t_s >= scale.from_s && t_s <= scale.to_s)).toBe(true);
      expect(all.filter(({ major }) => major).length).toBeLessThanOrEqual(13);
    }),
  );
});

it("a recording of no length has its only instant at the end", () => {
  expect(shareOf({ from_s: 5, to_s: 5 }, 5)).toBe(1);
});
