import { FluentResource } from "@fluent/bundle";
import { describe, expect, it } from "vitest";
import englishPeers from "../../../locale/en/connection.ftl?raw";
import english from "../../../locale/en/console.ftl?raw";
import englishMap from "../../../locale/en/map.ftl?raw";
import russianPeers from "../../../locale/ru/connection.ftl?raw";
import russian from "../../../locale/ru/console.ftl?raw";
import russianMap from "../../../locale/ru/map.ftl?raw";
import { createStrings, createWords, LANGUAGES } from "./catalogue";
import { AVIATION } from "./units";

const sources = import.meta.glob(["../**/*.{ts,tsx}", "!../**/*.test.*"], {
  query: "?raw",
  import: "default",
  eager: true,
});
const code = Object.values(sources).join("\n");
const ids = (text: string): string[] => [...new FluentResource(text).body].map((entry) => entry.id).sort();
const variables = (text: string): Record<string, string[]> =>
  Object.fromEntries(
    text
      .split(/\n(?=[a-z][\w-]* =)/i)
      .map((message) => [message.split(" =")[0] ?? "", [...new Set(message.match(/\$\w+/g) ?? [])].sort()]),
  );

describe("the catalogues", () => {
  it("hold the same messages in both languages", () => {
    expect(ids(russian)).toEqual(ids(english));
    expect(ids(russianMap)).toEqual(ids(englishMap));
    expect(ids(russianPeers)).toEqual(ids(englishPeers));
  });
  it("ask for the same values in both languages", () => {
    const asked = { ...variables(english), ...variables(englishPeers) };
    for (const [id, given] of Object.entries({ ...variables(russian), ...variables(russianPeers) })) {
      if (id in asked && !id.startsWith("#")) expect([id, given]).toEqual([id, asked[id]]);
    }
  });
  it("hold every message that the program names in full", () => {
    const known = new Set([...ids(english), ...ids(englishMap), ...ids(englishPeers)]);
    const named = [...code.matchAll(/\bt\(\s*"([a-z][\w-]*)"/gi)].map((match) => match[1] ?? "");
    expect(named.length).toBeGreaterThan(60);
    expect(named.filter((id) => !known.has(id))).toEqual([]);
  });
  it("have no message that the program never names, in full or by its beginning", () => {
    const whole = new Set([...code.matchAll(/["'`]([a-zA-Z][\w-]*)["'`]/g)].map((match) => match[1] ?? ""));
    const starts = [...code.matchAll(/`([a-z][\w-]*-)\$\{/g)].map((match) => match[1] ?? "");
    const reasons = ["reason-", "rejected-", "refusal-", "role-", "doubtful-"];
    const unused = [...ids(english), ...ids(englishPeers)].filter(
      (id) => !whole.has(id) && ![...starts, ...reasons].some((start) => id.startsWith(start)),
    );
    expect(unused).toEqual([]);
  });
  it("never reassure, name an opponent, or shout", () => {
    const banned = /\b(safe|clear|clears|cleared|enemy|threat|target|violation)\b|!/i;
    for (const text of [english, englishMap, englishPeers]) {
      for (const line of text.split("\n")) {
        if (!line.startsWith("#")) expect(line.replace(/^[\w-]+ =/, "")).not.toMatch(banned);
      }
    }
    for (const text of [russian, russianMap, russianPeers])
      expect(text.replaceAll(/^#.*$/gm, "")).not.toMatch(/безопасно(?!ст)|враг|противник|угроз|!/i);
  });
});

describe("lookup", () => {
  it("shows the id of a message that does not exist, so that the fault is seen", () => {
    expect(createStrings("en")("no-such-message")).toBe("⟨no-such-message⟩");
  });
  it.each(LANGUAGES)("puts a space that does not break before every unit in %s", (language) => {
    const words = createWords(language, AVIATION);
    for (const text of [words.distance(1000), words.height(1000), words.speed(100), words.duration(5)]) {
      expect(text).toMatch(/\d\u00a0\S+$/);
    }
  });
});
