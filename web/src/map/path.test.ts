import { describe, expect, it } from "vitest";
import { roundDown } from "./furniture";
import { bearingText, clicked, pointed, RULER_OFF, RULER_ON } from "./measure";
import { along, dotShares, pathOf } from "./path";

describe("the predicted path", () => {
  it("has a dot every 10 s from now, the ends left out", () => {
    expect(dotShares(42)).toEqual([10 / 42, 20 / 42, 30 / 42, 40 / 42]);
    expect(dotShares(20)).toEqual([0.5]);
    expect(dotShares(10)).toEqual([]);
    expect(dotShares(0)).toEqual([]);
  });

  it("is straight for an aircraft that flies straight or whose course is not known", () => {
    expect(pathOf([0, 0], [100, 0], false, 0).bend).toBeNull();
    expect(pathOf([0, 0], [100, 0], true, null).bend).toBeNull();
  });

  it("leaves on the present course and arrives at the predicted place when it turns", () => {
    const way = pathOf([0, 0], [100, 0], true, 0);
    expect(along(way, 0)).toEqual([0, 0]);
    expect(along(way, 1)).toEqual([100, 0]);
    const [x, y] = along(way, 0.05);
    expect(-y).toBeGreaterThan(x / 2);
  });
});

describe("the measuring tool", () => {
  const end = (lat: number) => ({ place: { lat, lon: 36 }, id: "" });

  it("takes two ends and begins again with the third", () => {
    const one = clicked(RULER_ON, end(1));
    const two = clicked(one, end(2));
    expect(two.ends).toHaveLength(2);
    expect(clicked(two, end(3)).ends).toEqual([end(3)]);
  });

  it("follows the pointer only while the second end is missing", () => {
    expect(pointed(RULER_ON, end(1).place).pointer).toBeNull();
    const one = clicked(RULER_ON, end(1));
    expect(pointed(one, end(5).place).pointer).toEqual(end(5).place);
    expect(pointed(clicked(one, end(2)), end(5).place).pointer).toBeNull();
    expect(RULER_OFF.on).toBe(false);
  });

  it("writes bearings with three digits and north as 000", () => {
    expect(bearingText(7.2)).toBe("007°");
    expect(bearingText(359.7)).toBe("000°");
  });
});

describe("round distances", () => {
  it("are 1, 2 or 5 times a power of ten, never more than asked", () => {
    expect([0.13, 1, 4.99, 5, 19, 73, 1000].map(roundDown)).toEqual([0.1, 1, 2, 5, 10, 50, 1000]);
  });
});
