import { describe, expect, it } from "vitest";
import { linkOf, NOW_S } from "../testing";
import { createWords } from "../words/catalogue";
import { AVIATION } from "../words/units";
import { linkBrief } from "./link";

const words = createWords("en", AVIATION);
const brief = (change: Parameters<typeof linkOf>[1]): string =>
  linkBrief(words, linkOf("CTF", change), NOW_S).replaceAll("\u00a0", " ");

describe("a link in the bar", () => {
  it.each([
    [{}, "1.2 s clock +0.3 s"],
    [{ clock_offset_s: -1.26 }, "1.2 s clock −1.3 s"],
    [{ clock_offset_s: -0.02 }, "1.2 s clock ±0.0 s"],
    [{ clock_offset_s: null }, "1.2 s"],
    [{ delay_s: null }, "linked"],
    [{ desk: "unmanned" }, "linked, desk unmanned"],
    [{ state: "connecting" }, "connecting"],
    [{ state: "lost", lost_s: NOW_S - 2342 }, "lost since 11:24:09"],
    [{ state: "lost", lost_s: null }, "lost"],
    [{ state: "forked" }, "two logs shown"],
    [{ how: "file", state: "none", head_seen_s: NOW_S - 1381 }, "by file, 23 min old"],
    [{ how: "file", state: "none", head_seen_s: NOW_S - 200_000 }, "by file, 2 d old"],
    [{ how: "file", state: "none", head_seen_s: null }, "by file, nothing read yet"],
    [{ how: "voice", state: "none" }, "by voice only"],
  ] as const)("%j reads %s", (change, text) => {
    expect(brief(change)).toBe(text);
  });
});
