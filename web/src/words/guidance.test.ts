import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Alert, Answer, Guidance, Sense } from "../stream/types";
import { alertOf, approachOf, DESK, guidanceOf, NOW_S } from "../testing";
import { createWords, LANGUAGES } from "./catalogue";
import { answerLine, guidanceSaid, isGone, leastText, reasonText, sides } from "./guidance";
import { plain } from "./sentences";
import { clock } from "./traffic";
import { AVIATION, M_PER_FT, METRIC, MPS_PER_KT } from "./units";

const english = createWords("en", AVIATION);
const part = (change: Partial<Answer>): Answer => ({ ...guidanceOf().a, ...change });
const pair = (guidance: Partial<Guidance>, change: Partial<Alert> = {}): Alert =>
  alertOf("g", { guidance: guidanceOf(guidance), ...change });

/** Both lines as they are read. */
function lines(alert: Alert, words = english): string[] {
  return sides(alert, DESK).map((side) =>
    plain(answerLine(words, side, alert.approach, null)).replaceAll("\u00a0", " "),
  );
}
const line = (change: Partial<Answer>, words = english) => lines(pair({ a: part(change) }), words)[0];

describe("a joint answer", () => {
  it("tells our crew, and asks the other party for theirs", () => {
    expect(lines(pair({}))).toEqual([
      "HAWK 11 turn right to 070° true (30°)",
      "ask CTF: LANCE 07 turn right to 259° true (30°)",
    ]);
  });
  it("has our own aircraft first, whichever the node named first", () => {
    const { a, b } = alertOf("x");
    const swapped = pair({ a: part({ audience: "request" }), b: part({ to: 10 }) }, { a: b, b: a });
    expect(lines(swapped)[0]).toBe("HAWK 11 turn right to 010° true (30°)");
  });
  it("asks who flies on to fly on", () => {
    expect(line({ sense: "hold", to: 97, by: 0 })).toBe("HAWK 11 keep course 097° true");
    expect(line({ sense: "hold", dimension: "", to: null, by: null })).toBe(
      "HAWK 11 keep course, speed and height",
    );
  });
  it("tells civil aircraft the traffic and never a manoeuvre", () => {
    const { b } = alertOf("x");
    const civil = b && { ...b, party: "civil", label: "RJA 342", altitude_m: 5791 - 700 * M_PER_FT };
    const told = lines(
      pair(
        { b: part({ audience: "information", dimension: "", sense: "hold" }) },
        { b: civil, approach: approachOf({ vertical_m: 700 * M_PER_FT }) },
      ),
    );
    expect(told[1]).toBe("tell RJA 342: traffic HAWK 11, 9.0 NM, 700 ft above");
  });
  it("proposes nothing to anybody where only the traffic is told", () => {
    const quiet = { dimension: "", sense: "hold", to: null, by: null } as const;
    const told = lines(pair({ kind: "information", reason: "stale", a: part(quiet), b: part(quiet) }));
    expect(told).toEqual([
      "HAWK 11: traffic LANCE 07, 9.0 NM, same height",
      "tell CTF: LANCE 07 has traffic HAWK 11, 9.0 NM, same height",
    ]);
  });
});

describe("the value to fly", () => {
  const kt = (n: number) => n * MPS_PER_KT;
  it.each<[string, Partial<Answer>]>([
    ["turn left to 360° true (30°)", { sense: "left", to: 0.4 }],
    ["turn right to 360° true (31°)", { sense: "right", to: 359.2, by: 30.2 }],
    [
      "slow to 380 kt over the ground (50 kt less)",
      { dimension: "speed", sense: "slower", to: kt(380), by: kt(50) },
    ],
    [
      "speed up to 451 kt over the ground (20 kt more)",
      { dimension: "speed", sense: "faster", to: kt(450.4), by: kt(20) },
    ],
    ["climb at 1,000 ft/min or more", { dimension: "vertical_speed", sense: "up", to: 5.08, by: 5.08 }],
    ["descend no faster than 500 ft/min", { dimension: "vertical_speed", sense: "up", to: -2.54, by: 2.54 }],
    ["stop climbing", { dimension: "vertical_speed", sense: "down", to: 0, by: 2.54 }],
    ["climb to FL 201 (by 1,000 ft)", { dimension: "altitude", sense: "up", to: 20_010 * M_PER_FT, by: 305 }],
    [
      "descend to FL 180 (by 1,000 ft)",
      { dimension: "altitude", sense: "down", to: 18_060 * M_PER_FT, by: 304.8 },
    ],
  ])("is said as %s", (text, change) => {
    expect(line(change)).toBe(`HAWK 11 ${text}`);
  });
  it("follows the units of the person", () => {
    const metric = createWords("en", METRIC);
    expect(line({ dimension: "vertical_speed", sense: "up", to: 5.08 }, metric)).toContain("5.5 m/s or more");
    expect(line({ dimension: "altitude", sense: "down", to: 5485, by: 305 }, metric)).toContain(
      "descend to 5,480 m std (by 310 m)",
    );
  });
  it("is never rounded back towards the present course", () => {
    const sense = fc.constantFrom<Sense>("left", "right");
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 359.9, noNaN: true }), sense, (to, side) => {
        const said = Number(/(\d{3})° true/.exec(line({ to, sense: side }) ?? "")?.[1]);
        const over = side === "right" ? said - to : to - (said % 360);
        expect(over).toBeGreaterThan(-0.021);
        expect(over).toBeLessThan(1);
      }),
    );
  });
});

describe("until when it holds", () => {
  it("is struck out at its time, when the picture stands still, and when no time is stated", () => {
    const given = guidanceOf({ good_until_s: NOW_S + 44 });
    expect(isGone(given, NOW_S + 43.9, false)).toBe(false);
    expect(isGone(given, NOW_S + 44, false)).toBe(true);
    expect(isGone(given, NOW_S, true)).toBe(true);
    expect(isGone(guidanceOf({ good_until_s: null }), NOW_S, false)).toBe(true);
  });
  it("is said first to who cannot see that it is struck out", () => {
    const alert = pair({});
    const said = (gone: boolean) => guidanceSaid(english, alert, DESK, gone).replaceAll("\u00a0", " ");
    expect(said(false)).toMatch(/^Proposed.*good until 12:03:55$/);
    expect(said(true)).toMatch(/^Guidance, no longer good\. HAWK 11/);
  });
});

describe("what it is worth", () => {
  it("is said with and without it, in heights where both are small", () => {
    const text = (change: Partial<Guidance>) =>
      plain(leastText(english, guidanceOf(change), approachOf())).replaceAll("\u00a0", " ");
    expect(text({})).toBe("Least separation 3.4 NM, without it 0.8 NM.");
    expect(text({ least_m: 305, least_without_m: 30 })).toBe(
      "Least separation 1,000 ft, still under 3 NM; without it 100 ft.",
    );
    expect(text({ least_m: 0.6 * 1852, least_without_m: 500 })).toContain(
      "0.6 NM, still under 3 NM; without it 0.3 NM",
    );
    expect(text({ least_m: 305, least_without_m: 30, a: part({ dimension: "altitude" }) })).toContain(
      "1,000 ft, without",
    );
    expect(text({ least_m: null })).toBe("");
  });
});

describe("why nothing is offered", () => {
  const codes =
    "no_velocity stale degraded snapped delayed inputs_differ height_unknown turning not_addressed".split(
      " ",
    );
  it.each([...codes, "not_needed", "too_late", "no_way_out"])(
    "has words for %s in both languages",
    (code) => {
      for (const language of LANGUAGES) {
        const words = createWords(language, AVIATION);
        const text = reasonText(words, code);
        expect(text).toMatch(/^<b>[^<]+:<\/b> .{12,}\.$/);
        expect(text).not.toBe(words.t("no-manoeuvre", { reason: code.replaceAll("_", " ") }));
      }
    },
  );
  it("is said in words, and a code that nobody knows is shown", () => {
    expect(plain(reasonText(english, "stale"))).toBe("No manoeuvre offered: track older than 5\u00a0s.");
    expect(plain(reasonText(english, "new_code"))).toBe("No manoeuvre offered: new code.");
  });
});

describe("in either language", () => {
  const senses: Readonly<Record<Exclude<Answer["dimension"], "">, readonly Sense[]>> = {
    track: ["left", "right", "hold"],
    speed: ["slower", "faster", "hold"],
    vertical_speed: ["down", "up", "hold"],
    altitude: ["down", "up", "hold"],
  };
  const all = Object.entries(senses).flatMap(([dimension, list]) =>
    list.flatMap((sense) => [-5, 0, 5].map((to) => ({ dimension, sense, to, by: 5 }) as Partial<Answer>)),
  );
  it.each(LANGUAGES)("every manoeuvre, traffic and reason has its words in %s", (language) => {
    const words = createWords(language, AVIATION);
    for (const change of all) expect(line(change, words)).not.toMatch(/⟨|\{/);
    expect(lines(pair({ kind: "information" }), words).join("")).not.toMatch(/⟨|\{/);
    expect(leastText(words, guidanceOf({ least_m: 1500 }), approachOf())).not.toMatch(/⟨|\{/);
  });
});

describe("the clock of traffic", () => {
  it.each([
    [12, 0, 0],
    [12, 355, 9],
    [3, 97, 187],
    [9, 10, 280],
    [6, 180, 1],
  ])("is %i o’clock on course %i for a bearing of %i", (hour, track_deg, to_deg) => {
    expect(clock({ track_deg, to_deg })).toBe(hour);
  });
});
