import { describe, expect, it } from "vitest";
import { alertOf, approachOf, DESK, NOW_S, peerAnswerOf } from "../testing";
import { createWords } from "./catalogue";
import { ownState, peerState, plain, sentence, timeLeft_s } from "./sentences";
import { AVIATION, M_PER_FT, M_PER_NM, METRIC } from "./units";

const words = createWords("en", AVIATION);
const said = (change: Parameters<typeof alertOf>[1], in_: typeof words = words): string =>
  plain(sentence(in_, alertOf("x", change), DESK, NOW_S)).replaceAll("\u00a0", " ");

describe("the sentence of an encounter", () => {
  it("says who, how near, when, and what was asked", () => {
    expect(said({})).toBe(
      "HAWK 11 and LANCE 07 will pass 0.8 NM apart at the same height in 42 s; the minima are lost in 28 s. " +
        "Our procedures ask for 3 NM or 1,000 ft (v3, clause 4.1).",
    );
  });
  it("names no loss where none is predicted", () => {
    expect(said({ approach: approachOf({ t_in_s: null }) })).toMatch(/in 42 s\. Our procedures/);
  });
  it("keeps number and unit together", () => {
    expect(sentence(words, alertOf("x"), DESK, NOW_S)).toContain("0.8\u00a0NM");
  });
  it("names the agreement only when one is agreed", () => {
    const agreed = { ...DESK, procedures: { ...DESK.procedures, status: "agreed" as const } };
    expect(sentence(words, alertOf("x"), agreed, NOW_S)).toContain("The agreement asks for");
  });
  it("says which closing time a well-clear clause counts", () => {
    expect(said({ approach: approachOf({ asked_tau_s: 35 }) })).toContain(
      "Our procedures ask for 3 NM or 1,000 ft, and for no closing time below 35 s (v3, clause 4.1).",
    );
  });
  it("says the difference in height where there is one", () => {
    expect(said({ approach: approachOf({ cpa_vertical_m: 700 * M_PER_FT }) })).toContain(
      "0.8 NM apart and 700 ft in height",
    );
  });
  it("says height unknown and never a number where heights cannot be compared", () => {
    const text = said({
      kind: "vertical_unknown",
      approach: approachOf({ cpa_vertical_m: null, vertical_m: null }),
    });
    expect(text).toContain("with height unknown");
    expect(text).toContain("The heights cannot be compared.");
  });
  it("says that a pair is inside the minima, before and after the closest point", () => {
    const inside = { kind: "loss" as const, approach: approachOf({ horizontal_m: 2 * M_PER_NM }) };
    expect(said(inside)).toContain(
      "are 2.0 NM apart at the same height, inside the minima. Closest 0.8 NM in 42 s.",
    );
    const behind = { ...inside, approach: approachOf({ horizontal_m: 2 * M_PER_NM, t_cpa_s: NOW_S - 5 }) };
    expect(said(behind)).toContain("The closest point is behind them.");
  });
  it("names no closest point that is far ahead of a pair inside the minima", () => {
    const far = approachOf({
      horizontal_m: 1.5 * M_PER_NM,
      vertical_m: 490 * M_PER_FT,
      t_cpa_s: NOW_S + 1691,
    });
    expect(said({ kind: "loss", approach: far })).toMatch(
      /are 1\.5 NM apart and 490 ft in height, inside the minima\. Our procedures/,
    );
    expect(said({ approach: far })).toContain("in 28 min 11 s");
  });
  it("says that an aircraft seen twice is listed as an advisory", () => {
    expect(said({ duplicate: true, level: 1 })).toContain("Possibly one aircraft seen twice");
  });
  it("says a turn that makes it closer", () => {
    expect(said({ approach: approachOf({ turning: true }) })).toContain("turning");
  });
  it("never calls an unanswered end anything but over", () => {
    expect(said({ state: "cleared" })).toContain("outside the minima again. Nobody has acknowledged");
  });
  it("follows the units of the person", () => {
    expect(said({}, createWords("en", METRIC))).toContain("1.5 km apart");
  });
  it("is said in Russian with Russian numbers", () => {
    expect(said({}, createWords("ru", AVIATION))).toContain(
      "разойдутся на 0,8 мили на одной высоте через 42 с",
    );
  });
  it("names a feed, the effect, and the node's reason", () => {
    const text = said({
      subject: "feed",
      kind: "feed_lost",
      key: "CTF east",
      a: null,
      b: null,
      approach: null,
      detail: "Timed out.",
    });
    expect(text).toBe("CTF east is lost. Aircraft there may be missing. Timed out.");
  });
});

describe("our own state", () => {
  it("says displayed until somebody acknowledges", () => {
    expect(plain(ownState(words, alertOf("x")))).toBe("displayed 12:03:03, not acknowledged");
  });
  it("says who acknowledged and when", () => {
    const alert = alertOf("x", { acknowledged: { by: "local", at_s: NOW_S } });
    expect(ownState(words, alert)).toBe("acknowledged 12:03:11, local");
  });
});

describe("time left", () => {
  it("is counted to the closest approach by the server's clock", () => {
    expect(timeLeft_s(alertOf("x"), NOW_S + 2)).toBe(40);
  });
  it("is none for what has no geometry or is over", () => {
    expect(timeLeft_s(alertOf("x", { approach: null }), NOW_S)).toBeNull();
    expect(timeLeft_s(alertOf("x", { state: "cleared" }), NOW_S)).toBeNull();
  });
});

describe("the other desk", () => {
  const there = (change: Parameters<typeof peerAnswerOf>[0], level: 1 | 2 | 3 = 3): string =>
    plain(peerState(words, alertOf("x", { level, peer: peerAnswerOf(change) })));
  it.each([
    [{}, "displayed 12:03:04, not acknowledged"],
    [{ state: "acknowledged", at_s: NOW_S + 10 }, "acknowledged 12:03:21"],
    [{ state: "ended" }, "over there 12:03:04"],
    [{ state: "not_told", told_s: null, level: null }, "not told"],
    [{ state: "not_told", level: null }, "told 12:03:03, no answer yet"],
    [{ state: "withheld", withheld: true }, "displayed 12:03:04, not acknowledged, position withheld"],
    [{ state: "acknowledged", withheld: true }, "acknowledged 12:03:04, position withheld there"],
    [{ refused: true }, "displayed 12:03:04, not acknowledged, position withheld here"],
    [{ at_s: null }, "displayed at a time not known, not acknowledged"],
  ] as const)("%j reads %s", (change, text) => {
    expect(there(change)).toBe(text);
  });
  it("says its level where it is another than ours", () => {
    expect(there({}, 2)).toBe("displayed 12:03:04, not acknowledged, there: Warning");
  });
  it("says nothing of an encounter it has no part in", () => {
    expect(peerState(words, alertOf("x"))).toBe("");
  });
});

describe("an alert about a party", () => {
  const about = (change: NonNullable<Parameters<typeof alertOf>[1]>) =>
    plain(
      sentence(
        words,
        alertOf("x", { subject: "peer", party: "CTF", a: null, b: null, approach: null, ...change }),
        DESK,
        NOW_S,
      ),
    );
  it.each([
    "peer_lost",
    "peer_head_unseen",
    "peer_fork",
    "peer_unmanned",
    "peer_clock",
    "lifts_unusual",
  ] as const)("%s has words and names the party", (kind) => {
    expect(about({ kind })).toMatch(/CTF/);
    expect(about({ kind })).not.toMatch(/[⟨<]/);
  });
  it("gives the node's own words only where they hold a figure", () => {
    expect(about({ kind: "peer_clock", detail: "Off by 2.4 s." })).toMatch(/Off by 2\.4 s\.$/);
    expect(about({ kind: "peer_lost", detail: "No link to CTF." })).not.toContain("No link to CTF.");
  });
});
