import { describe, expect, it } from "vitest";
import type { Picture } from "../stream/types";
import { behind_s, staleAsOf } from "./stale";
import { insetPlace } from "./useInsetPlace";

const picture = (now_s: number, as_of_s: number) => ({ now_s, as_of_s }) as Picture;

describe("a picture behind the node's clock", () => {
  it("is dated after 2 s and greyed after 5 s", () => {
    expect(behind_s(picture(100, 99))).toBe(0);
    expect(behind_s(picture(100, 97))).toBe(3);
    expect(staleAsOf(picture(100, 97), null)).toBeNull();
    expect(staleAsOf(picture(100, 94), null)).toBe(94);
  });
  it("is greyed at once when it is frozen", () => {
    expect(staleAsOf(picture(100, 100), { since_s: 100, silent_s: 2 })).toBe(100);
  });
});

describe("the closest-approach panel", () => {
  it("leaves the upper corner to a pair that is there", () => {
    expect(insetPlace("200 150 60")).toBe("lower");
    expect(insetPlace("700 150 60")).toBe("upper");
    expect(insetPlace("")).toBe("upper");
  });
});
