import { describe, expect, it } from "vitest";
import { alertOf, NOW_S } from "../testing";
import { EMPTY_BOOK, misses, turn } from "./alertBook";
import type { AlertsMessage } from "./types";

const message = (seq: number, change: Partial<AlertsMessage> = {}): AlertsMessage => ({
  type: "alerts",
  seq,
  now_s: NOW_S,
  full: false,
  alerts: [],
  ended: [],
  ...change,
});
const ids = (book: typeof EMPTY_BOOK) => [...book.alerts.keys()];

describe("the alert book", () => {
  const book = turn(EMPTY_BOOK, message(4, { full: true, alerts: [alertOf("a"), alertOf("b")] }));

  it("takes a full message as everything there is", () => {
    expect(ids(turn(book, message(9, { full: true, alerts: [alertOf("c")] })))).toEqual(["c"]);
  });
  it("changes and ends alerts one by one", () => {
    const next = turn(book, message(5, { alerts: [alertOf("a", { state: "acknowledged" })], ended: ["b"] }));
    expect(ids(next)).toEqual(["a"]);
    expect(next.alerts.get("a")?.state).toBe("acknowledged");
  });
  it("ignores a message that is older than what it holds", () => {
    expect(turn(book, message(4, { ended: ["a"] }))).toBe(book);
  });
  it("notices a message that was missed", () => {
    expect(misses(book, message(6))).toBe(true);
    expect(misses(book, message(5))).toBe(false);
    expect(misses(book, message(9, { full: true }))).toBe(false);
  });
});
