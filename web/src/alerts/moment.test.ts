import { describe, expect, it } from "vitest";
import { alertOf, approachOf, NOW_S } from "../testing";
import { ahead_s, CLOSEST_WITHIN_S, insideNow } from "./moment";

const due = (in_s: number) => approachOf({ t_cpa_s: NOW_S + in_s });

describe("an encounter in time", () => {
  it("is inside from the predicted entry on, and at once when the minima are lost", () => {
    const entry = alertOf("p", { approach: approachOf({ t_in_s: NOW_S }) });
    expect(insideNow(entry, NOW_S - 1)).toBe(false);
    expect(insideNow(entry, NOW_S)).toBe(true);
    expect(insideNow(alertOf("l", { kind: "loss" }), NOW_S)).toBe(true);
  });
  it("is neither inside nor ahead once it is over", () => {
    const over = alertOf("o", { kind: "loss", state: "cleared" });
    expect([insideNow(over, NOW_S), ahead_s(over, NOW_S)]).toEqual([false, 0]);
  });
  it("names a closest point inside the minima up to two minutes ahead, a predicted one always", () => {
    const inside = (in_s: number) => ahead_s(alertOf("l", { kind: "loss", approach: due(in_s) }), NOW_S);
    expect([inside(-1), inside(CLOSEST_WITHIN_S), inside(CLOSEST_WITHIN_S + 1)]).toEqual([
      0,
      CLOSEST_WITHIN_S,
      0,
    ]);
    expect(ahead_s(alertOf("p", { approach: due(300) }), NOW_S)).toBe(300);
  });
});
