import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Alert, Level } from "../stream/types";
import { alertOf, approachOf, NOW_S } from "../testing";
import { folds, listed, shelvable, shelved } from "./order";

const due = (in_s: number) => approachOf({ t_in_s: NOW_S + in_s });
const order = (...alerts: Alert[]) => listed(alerts).map((alert) => alert.id);

describe("the list", () => {
  it("puts warnings before cautions before advisories", () => {
    expect(order(alertOf("a", { level: 1 }), alertOf("w"), alertOf("c", { level: 2 }))).toEqual([
      "w",
      "c",
      "a",
    ]);
  });
  it("puts the least time to loss first inside a level, a loss before all", () => {
    const late = alertOf("late", { approach: due(60) });
    const soon = alertOf("soon", { approach: due(10) });
    const lost = alertOf("lost", { kind: "loss", approach: due(30) });
    expect(order(late, soon, lost)).toEqual(["lost", "soon", "late"]);
  });
  it("leaves out the shelved, which have a list of their own", () => {
    const away = alertOf("s", {
      state: "shelved",
      shelved: { by: "local", until_s: NOW_S + 60, reason: "formation" },
    });
    expect(order(away, alertOf("w"))).toEqual(["w"]);
    expect(shelved([away, alertOf("w")]).map((alert) => alert.id)).toEqual(["s"]);
  });
  it("is the same whichever alert came first", () => {
    const some = fc.record({
      level: fc.constantFrom<Level>(1, 2, 3),
      in_s: fc.option(fc.integer({ min: -30, max: 90 })),
      first_s: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 8 }), fc.infiniteStream(fc.nat()), (rows, shuffle) => {
        const alerts = rows.map(({ level, in_s, first_s }, index) =>
          alertOf(String(index), {
            level,
            first_s,
            approach: approachOf({ t_in_s: in_s === null ? null : NOW_S + in_s }),
          }),
        );
        const mixed = alerts.map((alert) => [shuffle.next().value, alert] as const).sort(([a], [b]) => a - b);
        expect(order(...mixed.map(([, alert]) => alert))).toEqual(order(...alerts));
      }),
    );
  });
});

describe("folding", () => {
  it("folds cautions and advisories when more than three are open, never warnings, never the selected", () => {
    expect(folds(alertOf("c", { level: 2 }), 4, false)).toBe(true);
    expect(folds(alertOf("c", { level: 2 }), 3, false)).toBe(false);
    expect(folds(alertOf("w"), 9, false)).toBe(false);
    expect(folds(alertOf("a", { level: 1 }), 9, true)).toBe(false);
  });
});

describe("the shelf", () => {
  it("takes neither a warning nor a pair inside the minima", () => {
    expect(shelvable(alertOf("w"))).toBe(false);
    expect(shelvable(alertOf("c", { level: 2, kind: "loss" }))).toBe(false);
    expect(shelvable(alertOf("c", { level: 2 }))).toBe(true);
  });
});
