import { describe, expect, it } from "vitest";
import type { Alert, Party } from "../stream/types";
import { CIVIL, columnsOf, OWN, PEER, UNKNOWN } from "./columns";
import { NO_FILTERS } from "./contract";
import { pictureOf, type Row } from "./fixture";
import { nearest } from "./picking";
import { shapeOf } from "./symbols";

const PARTIES: readonly Party[] = [
  { id: "own", name: "", role: "own" },
  { id: "ctf", name: "", role: "peer" },
  { id: "civil", name: "", role: "civil" },
];

const ALL = { filters: NO_FILTERS, allHeights: true };
const inAlert = (a: string, b: string, level: 1 | 2 | 3) =>
  ({ a: { id: a }, b: { id: b }, level }) as unknown as Alert;

describe("the columns of the map", () => {
  it("give each party its shape, and a party nobody listed the cross", () => {
    const picture = pictureOf(
      ["own", "ctf", "civil", "elsewhere"].map((party, i) => ({ id: String(i), party })),
      0,
    );
    const { role } = columnsOf(picture, PARTIES, [], ALL);
    expect([...role]).toEqual([OWN, PEER, CIVIL, UNKNOWN]);
    expect([...role].map(shapeOf)).toEqual(["circle", "diamond", "square", "cross"]);
  });

  it("mark a climb from 300 ft/min on, and none where it is not known", () => {
    const picture = pictureOf(
      [1.6, 1.4, -1.6, null].map((vertical_mps, i) => ({ id: String(i), vertical_mps })),
      0,
    );
    expect([...columnsOf(picture, PARTIES, [], ALL).climb]).toEqual([1, 0, -1, 0]);
  });

  it("draw an aircraft once that a party released and our sensors hold, and twice where the two do not agree", () => {
    const drawn = (own: Partial<Row>, released: Partial<Row>, alerts: readonly Alert[] = []) => {
      const picture = pictureOf(
        [{ id: "4ca1", ...own }, { id: "4ca1@peer:CTF", ...released }, { id: "4ca2@peer:CTF" }],
        0,
      );
      const columns = columnsOf(picture, PARTIES, alerts, ALL);
      return [[...columns.drawn], columns.hidden];
    };
    expect(drawn({}, {})).toEqual([[1, 0, 1], 0]);
    expect(drawn({}, { quality: "suspect" })).toEqual([[1, 1, 1], 0]);
    expect(drawn({ quality: "suspect" }, {})).toEqual([[1, 1, 1], 0]);
    expect(drawn({ stale: true }, {})).toEqual([[1, 1, 1], 0]);
    expect(drawn({}, {}, [inAlert("4ca1@peer:CTF", "x", 2)])).toEqual([[1, 1, 1], 0]);
  });

  it("carry the highest level of the alerts an aircraft is in", () => {
    const picture = pictureOf([{ id: "a" }, { id: "b" }, { id: "c" }], 0);
    const alerts = [inAlert("a", "b", 1), inAlert("b", "c", 3), inAlert("gone", "a", 2)];
    expect([...columnsOf(picture, PARTIES, alerts, ALL).level]).toEqual([2, 3, 3]);
  });

  it("hide by party, text and height, count what is hidden, and never hide an aircraft in an alert", () => {
    const picture = pictureOf(
      [
        { id: "a", party: "own" },
        { id: "b", party: "civil" },
        { id: "c", party: "civil" },
      ],
      0,
    );
    const filters = { ...NO_FILTERS, parties: ["own"] };
    const columns = columnsOf(picture, PARTIES, [inAlert("a", "c", 2)], { filters, allHeights: true });
    expect([...columns.drawn]).toEqual([1, 0, 1]);
    expect(columns.hidden).toBe(1);
  });

  it("draw an aircraft without height in every band, and every band when all heights are asked for", () => {
    const picture = pictureOf(
      [
        { id: "a", altitude_m: 9000 },
        { id: "b", altitude_m: null },
        { id: "c", altitude_m: 2000 },
      ],
      0,
    );
    const filters = { ...NO_FILTERS, ceiling_m: 3000 };
    expect([...columnsOf(picture, PARTIES, [], { filters, allHeights: false }).drawn]).toEqual([0, 1, 1]);
    expect([...columnsOf(picture, PARTIES, [], { filters, allHeights: true }).drawn]).toEqual([1, 1, 1]);
  });

  it("find a call sign whatever its letter case", () => {
    const picture = pictureOf([{ id: "hawk1" }, { id: "lance2" }], 0);
    const filters = { ...NO_FILTERS, text: " HaWk " };
    expect([...columnsOf(picture, PARTIES, [], { filters, allHeights: true }).drawn]).toEqual([1, 0]);
  });
});

describe("picking", () => {
  const picture = pictureOf([{ id: "a", party: "civil" }, { id: "b" }, { id: "c" }], 0);
  const columns = columnsOf(picture, PARTIES, [], ALL);
  const screen = {
    x: Float32Array.of(100, 120, 300),
    y: Float32Array.of(100, 100, 100),
    rows: Int32Array.of(0, 1, 2),
  };

  it("takes the nearest within reach and nothing beyond it", () => {
    expect(nearest(columns, screen, 104, 100, 18)).toBe(0);
    expect(nearest(columns, screen, 118, 103, 18)).toBe(1);
    expect(nearest(columns, screen, 200, 100, 18)).toBe(-1);
  });

  it("prefers own aircraft over civil at the same distance", () => {
    expect(nearest(columns, screen, 110, 100, 18)).toBe(1);
  });
});
