import { describe, expect, it } from "vitest";
import { NOW_S } from "../testing";
import { asking, PROMPT_S } from "./PresenceBanner";
import { clockTyped } from "./VoiceDialog";

describe("presence is asked for", () => {
  it.each([
    ["manned", PROMPT_S + 1, null],
    ["manned", PROMPT_S, "due"],
    ["degraded", 10, "due"],
    ["manned", 0, "unmanned"],
    ["unmanned", 1000, "unmanned"],
  ] as const)("%s with %d s left: %s", (state, left_s, asked) => {
    expect(asking({ state, until_s: NOW_S + left_s }, NOW_S)).toBe(asked);
  });
  it("not before it was ever due, nor of a node that knows of none", () => {
    expect(asking({ state: "unknown", until_s: null }, NOW_S)).toBeNull();
    expect(asking(null, NOW_S)).toBeNull();
  });
});

describe("a typed time is the last time it was that o’clock", () => {
  it.each([
    ["12:03:04", NOW_S - 7],
    ["12:03", NOW_S - 11],
    [" 12:03:11 ", NOW_S],
    ["23:59:59", NOW_S - 43_392],
  ])("%s", (text, at_s) => {
    expect(clockTyped(text, NOW_S)).toBe(at_s);
  });
  it.each(["", "24:00:00", "12:60", "12.03", "noon", "1:02:03"])("%j is none", (text) => {
    expect(clockTyped(text, NOW_S)).toBeNull();
  });
});
