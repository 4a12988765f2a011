import { describe, expect, it } from "vitest";
import { alertOf } from "../testing";
import { soundOf } from "./rules";

const silent = new Map();
const caution = alertOf("c", { level: 2 });

describe("the desk sounds", () => {
  it("for a warning until it is acknowledged", () => {
    const first = soundOf([alertOf("w")], silent);
    expect(first.warning).toBe(true);
    expect(soundOf([alertOf("w")], first.heard).warning).toBe(true);
    expect(soundOf([alertOf("w", { state: "acknowledged" })], first.heard).warning).toBe(false);
  });
  it("once for a caution", () => {
    const first = soundOf([caution], silent);
    expect(first.caution).toBe(true);
    expect(soundOf([caution], first.heard).caution).toBe(false);
  });
  it("again when the level rises, or when an answered alert is raised again", () => {
    const advisory = soundOf([alertOf("c", { level: 1 })], silent);
    expect(soundOf([caution], advisory.heard).caution).toBe(true);
    const answered = soundOf([{ ...caution, state: "acknowledged" }], soundOf([caution], silent).heard);
    expect(soundOf([caution], answered.heard).caution).toBe(true);
  });
  it("never for an advisory", () => {
    const { warning, caution: tone } = soundOf([alertOf("a", { level: 1 })], silent);
    expect([warning, tone]).toEqual([false, false]);
  });
  it("through a mute for a new warning, not for one already sounding", () => {
    const first = soundOf([alertOf("w")], silent);
    expect(first.breaksThrough).toBe(true);
    expect(soundOf([alertOf("w")], first.heard).breaksThrough).toBe(false);
  });
});
