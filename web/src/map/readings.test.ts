import { describe, expect, it } from "vitest";
import { flightLevel } from "../words/altitude";
import { createStrings } from "../words/catalogue";
import { AVIATION, METRIC } from "../words/units";
import { pictureOf } from "./fixture";
import { factsOf } from "./hover";
import { readingsOf } from "./readings";

const plain = (text: string): string => text.replaceAll("\u00A0", " ");
const english = readingsOf(createStrings("en"), AVIATION);

describe("what the map writes", () => {
  it("gives pressure altitude as a flight level and other heights with their unit", () => {
    expect(english.height(8000 * 0.3048, "pressure")).toBe("FL 080");
    expect(plain(english.height(7310 * 0.3048, "qnh"))).toBe("7,300 ft");
    expect(flightLevel(-90)).toBe("FL -003");
  });

  it("keeps the kind of height visible in metres", () => {
    const metric = readingsOf(createStrings("en"), METRIC);
    expect(plain(metric.height(5791, "pressure"))).toBe("5,790 m std");
  });

  it("says when there is no height, and never shows zero for it", () => {
    expect(english.height(null, "unknown")).toBe("no height");
    expect(english.height(null, "ground")).toBe("on ground");
    expect(english.heightApart(null)).toBe("height unknown");
  });

  it("calls two heights the same only within what transponders resolve", () => {
    expect(english.heightApart(10)).toBe("same height");
    expect(plain(english.heightApart(213.4))).toBe("700 ft");
  });

  it.each(["en", "ru"] as const)("has words in %s for every field of an aircraft", (language) => {
    const facts = factsOf(
      pictureOf([{ id: "a", altitude_m: null }], 0),
      0,
      readingsOf(createStrings(language), METRIC),
      (id) => id,
    );
    expect(facts).toHaveLength(12);
    for (const [name, value] of facts) {
      expect(name).not.toContain("⟨");
      expect(value).not.toContain("⟨");
      expect(value).not.toBe("");
    }
  });
});
