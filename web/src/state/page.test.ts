import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashOf, pageFromHash, WATCH } from "./page";

describe("the page in the address", () => {
  it("reads back whatever a party is called", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (party) => {
        expect(pageFromHash(hashOf({ kind: "peer", party }))).toEqual({ kind: "peer", party });
      }),
    );
  });
  it.each(["", "#", "#/peers/", "#/peers", "#/peers/%E0%A4%A", "#/talks/CTF"])("%j is Watch", (hash) => {
    expect(pageFromHash(hash)).toEqual(WATCH);
  });
  it("leaves the address of Watch bare", () => {
    expect(hashOf(WATCH)).toBe("");
  });
});
