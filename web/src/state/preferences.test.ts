import { expect, it } from "vitest";
import { AVIATION, METRIC } from "../words/units";
import { readPreferences } from "./preferences";

it("follows the browser's language until a person chooses", () => {
  expect(readPreferences(null, "ru-RU").language).toBe("ru");
  expect(readPreferences(null, "fr").language).toBe("en");
});
it("keeps what was chosen", () => {
  const kept = { language: "ru", units: METRIC };
  expect(readPreferences(JSON.stringify(kept), "en")).toEqual(kept);
});
it.each(["{", "null", "[]", '{"units":{"height":"cubit"},"language":7}'])(
  "reads %s as the defaults",
  (stored) => {
    expect(readPreferences(stored, "en")).toEqual({ language: "en", units: AVIATION });
  },
);
