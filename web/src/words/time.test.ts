import { describe, expect, it } from "vitest";
import { durationParts, hms, longDate } from "./time";

const NOON_S = Date.UTC(2026, 10, 22, 12, 3, 11) / 1000;

describe("clock times", () => {
  it("are UTC whatever the time zone of the machine", () => {
    expect(hms(NOON_S + 0.9)).toBe("12:03:11");
  });
  it("are empty where there is no time", () => {
    expect(hms(null)).toBe("");
    expect(hms(Number.NaN)).toBe("");
  });
  it("name the day in words", () => {
    expect(longDate(NOON_S, "en")).toBe("Sunday 22 November 2026");
  });
});

describe("durations", () => {
  it.each([
    [42.9, { form: "s", s: 42 }],
    [108, { form: "min", min: 1, s: 48 }],
    [3600, { form: "h", h: 1, min: "00" }],
    [2 * 86_400 + 4 * 3600, { form: "d", d: 2, h: "04" }],
    [-3, { form: "s", s: 0 }],
  ])("%s s never shows more than is left", (seconds, parts) => {
    expect(durationParts(seconds)).toEqual(parts);
  });
});
