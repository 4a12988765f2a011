import { expect, it } from "vitest";
import { alertOf } from "../testing";
import { shownAway } from "./Away";

const ids = (...alerts: Parameters<typeof shownAway>[0]): string[] => shownAway(alerts).map(({ id }) => id);

it("every warning stays in sight on other pages, also an acknowledged one", () => {
  const warnings = Array.from({ length: 5 }, (_, i) =>
    alertOf(`w${i}`, i > 2 ? { state: "acknowledged" } : {}),
  );
  expect(ids(...warnings)).toEqual(["w0", "w1", "w2", "w3", "w4"]);
});

it("of the others the first that wait for an answer", () => {
  const caution = (id: string, state: "active" | "acknowledged") => alertOf(id, { level: 2, state });
  expect(
    ids(caution("a", "acknowledged"), caution("b", "active"), caution("c", "active"), caution("d", "active")),
  ).toEqual(["b", "c"]);
});
