import { describe, expect, it } from "vitest";
import { hexOf, shortHex } from "./hash";

describe("a hash on the screen", () => {
  it("shows its beginning and its end", () => {
    expect(shortHex("BFB4286BAC6B0011223344556677889900aa34f3")).toBe("bfb4 286b ac6b … 34f3");
    expect(shortHex("bfb4286b")).toBe("bfb4 286b");
  });
  it("reads base 64 as the checkpoint writes it, and shows what it cannot read", () => {
    expect(hexOf("v7QoaA==")).toBe("bfb42868");
    expect(hexOf("~")).toBe("~");
  });
});
