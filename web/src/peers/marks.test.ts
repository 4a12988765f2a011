import fc from "fast-check";
import { expect, it } from "vitest";
import { groups } from "./aloud";
import { NONE, nextUnheard, toggled } from "./marks";

it("a mark is taken back by the second press", () => {
  expect([...toggled(toggled(NONE, 3), 3)]).toEqual([]);
  expect([...toggled(NONE, 3)]).toEqual([3]);
});

it("marking the next word ends after as many presses as words are left", () => {
  const count = 24;
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(count - 1)), (already) => {
      let heard: ReadonlySet<number> = new Set(already);
      for (let left = count - already.length; left > 0; left -= 1) {
        const word = nextUnheard(heard, count);
        expect(word).not.toBeNull();
        heard = toggled(heard, word ?? 0);
      }
      expect(heard.size).toBe(count);
      expect(nextUnheard(heard, count)).toBeNull();
    }),
  );
});

it("words are read four at a time, none left out", () => {
  const words = ["Alfa", "two", "Zulu", "six", "Kilo"];
  expect(groups(words)).toEqual([["Alfa", "two", "Zulu", "six"], ["Kilo"]]);
  expect(groups(words).flat()).toEqual(words);
});
