import { describe, expect, it } from "vitest";
import { createConsole } from "../state/console";
import type { Picture } from "../stream/types";
import { DESK, linkOf, NOW_S } from "../testing";
import { asking, PROMPT_S, question, sessionEnd_s } from "./PresenceBanner";
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

describe("a session that is about to end", () => {
  const person = { account: "a.demir", roles: [], csrf: "", may: [], presence_s: 1800 };
  const signedIn = (idle_s: number, until_s: number | null = null) => {
    const state = createConsole({ ...DESK, person }, "");
    state.active_s.value = NOW_S - idle_s;
    const presence = { state: "manned", reason: "", since_s: null, confirmed_s: null, until_s } as const;
    state.picture.value = { peers: [linkOf("CTF")], presence } as unknown as Picture;
    return state;
  };
  it.each([
    [1000, null, undefined],
    [1500, null, "session"],
    [1500, NOW_S + 100, "due"],
    [1700, NOW_S + 100, "session"],
    [1500, NOW_S - 1, "unmanned"],
    [0, NOW_S + 100, "due"],
  ] as const)("%d s idle, desk until %s: %s", (idle_s, until_s, what) => {
    expect(question(signedIn(idle_s, until_s), NOW_S)?.what).toBe(what);
  });
  it("is said before the node ends it, which notes a sign of the person up to 30 s late", () => {
    expect(sessionEnd_s(signedIn(0))).toBe(NOW_S + 1770);
  });
  it("is nothing on a desk without accounts", () => {
    expect(sessionEnd_s(createConsole(DESK, ""))).toBeNull();
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
