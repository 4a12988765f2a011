import { describe, expect, it } from "vitest";
import { angleText, linesBetween, stepFor } from "./graticule";

describe("the graticule", () => {
  it("steps by 15 minutes at the zoom of a desk and by degrees farther out", () => {
    expect(stepFor(532)).toBe(15);
    expect(stepFor(100)).toBe(60);
    expect(stepFor(2)).toBe(1800);
    expect(stepFor(0.01)).toBe(1800);
  });

  it("never puts lines closer than 90 px while a coarser step exists", () => {
    for (let px = 5; px < 5000; px *= 1.3) expect((stepFor(px) * px) / 60).toBeGreaterThanOrEqual(90);
  });

  it("names every line in view, both ends included, also across the equator", () => {
    expect(linesBetween(35.75, 36.25, 15)).toEqual([2145, 2160, 2175]);
    expect(linesBetween(-0.3, 0.3, 15)).toEqual([-15, 0, 15]);
    expect(linesBetween(35.76, 35.77, 15)).toEqual([]);
  });

  it("ends at a limit whatever the camera says", () => {
    expect(linesBetween(-1e6, 1e6, 1).length).toBeLessThanOrEqual(80);
  });

  it("writes angles as charts do", () => {
    expect(angleText(36 * 60 + 15, "lat")).toBe("36°15′ N");
    expect(angleText(35 * 60 + 45, "lon")).toBe("035°45′ E");
    expect(angleText(-90, "lat")).toBe("01°30′ S");
    expect(angleText(-5, "lon")).toBe("000°05′ W");
  });

  it("counts longitudes beyond the date line from the other side", () => {
    expect(angleText(181 * 60, "lon")).toBe("179°00′ W");
    expect(angleText(-181 * 60, "lon")).toBe("179°00′ E");
  });
});
