import { describe, expect, it } from "vitest";
import type { LogHead } from "../stream/peers";
import { linkOf, NOW_S } from "../testing";
import { createWords } from "../words/catalogue";
import { AVIATION } from "../words/units";
import { judgedOf } from "./Heads";

const words = createWords("en", AVIATION);
const head = (change: Partial<LogHead>): LogHead => ({
  party: "CTF",
  origin: "ctf.example/log",
  size: 200,
  root: "",
  how: "linked",
  compared: "consistent",
  from_size: 196,
  cosigned_size: null,
  seen_s: NOW_S - 13,
  ...change,
});
const judged = (change: Partial<LogHead>, peer = linkOf("CTF")) => {
  const { found, proves } = judgedOf(words, head(change), peer, NOW_S);
  return [found, proves];
};

describe("what a head proves", () => {
  it("of another log: that it was not rewritten, no more", () => {
    expect(judged({})).toEqual(["equal", "CTF has not rewritten 1 to 200"]);
  });
  it("of our log: what the other party cannot deny, to where it cosigned", () => {
    const own = { party: "NAG", how: "own", compared: "cosigned", size: 214 } as const;
    expect(judged({ ...own, cosigned_size: 214 })).toEqual(["equal", "CTF cannot deny having seen 214"]);
    expect(judged({ ...own, cosigned_size: 200 })).toEqual(["old", "CTF cannot deny having seen 200"]);
    expect(judged({ ...own, cosigned_size: 0 })).toEqual(["old", "nothing towards the other party"]);
    const voice = linkOf("VFS", { how: "voice", state: "none" });
    expect(judged({ ...own, cosigned_size: 214 }, voice)).toEqual(["old", "nothing towards the other party"]);
  });
  it("by file: nothing after what was read", () => {
    expect(judged({ how: "file", size: 37, seen_s: NOW_S - 1381 })).toEqual(["old", "nothing after 37"]);
  });
  it("of a fork and of a log never seen: never a tick", () => {
    expect(judged({ compared: "forked" })).toEqual(["refused", "CTF has signed two histories"]);
    expect(judged({ compared: "unseen", seen_s: null })[0]).toBe("old");
    expect(judged({ compared: "forked", party: "NAG", how: "own" })[0]).toBe("refused");
  });
});
