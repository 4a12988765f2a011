import { describe, expect, it } from "vitest";
import { dayMinute, dayTime, durationParts, hms, longDate } from "./time";

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
  it("name the day where it is another, and the year where that is", () => {
    expect(dayTime(NOON_S, NOON_S, "en")).toBe("12:03:11");
    expect(dayTime(NOON_S - 86_400, NOON_S, "en")).toBe("21 Nov 12:03");
    expect(dayMinute(NOON_S + 397 * 86_400, NOON_S, "en")).toBe("24 Dec 2027 12:03");
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
