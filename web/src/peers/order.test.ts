import { describe, expect, it } from "vitest";
import type { PeerLink } from "../stream/peers";
import { DESK, linkOf } from "../testing";
import { inOrder, isFault, markOf, shapeOf } from "./order";

describe("the mark of a link", () => {
  it.each([
    [{}, "linked"],
    [{ desk: "unmanned" }, "unmanned"],
    [{ desk: "degraded" }, "unmanned"],
    [{ state: "connecting" }, "connecting"],
    [{ state: "lost", desk: "unmanned" }, "lost"],
    [{ state: "forked" }, "forked"],
    [{ how: "file", state: "none" }, "file"],
    [{ how: "voice", state: "none" }, "voice"],
    [{ how: "file", state: "forked" }, "forked"],
  ] as const)("of %j is %s", (change, mark) => {
    expect(markOf(linkOf("CTF", change))).toBe(mark);
  });
  it("is a fault only where the link does not do what was agreed", () => {
    expect(isFault("file") || isFault("voice") || isFault("connecting") || isFault("linked")).toBe(false);
    expect(isFault("lost") && isFault("forked") && isFault("unmanned")).toBe(true);
  });
});

describe("the links in order", () => {
  it("begin with the one that needs a look, equals by name", () => {
    const given: PeerLink[] = [
      linkOf("D"),
      linkOf("C", { state: "lost" }),
      linkOf("B", { state: "forked" }),
      linkOf("A"),
    ];
    expect(inOrder(given).map(({ party }) => party)).toEqual(["B", "C", "A", "D"]);
  });
});

it("a party known only by its link has the shape of another party", () => {
  expect(shapeOf(DESK, "XYZ")).toBe("peer");
  expect(shapeOf(DESK, "NAG")).toBe("own");
});
