// The state of one link in words: for the bar, the phone and the connection screen.
import type { PeerLink } from "../stream/peers";
import type { Words } from "../words/catalogue";
import { hms } from "../words/time";
import { type Mark, markOf } from "./order";

const TENTHS = 1;

/** "+0.3 s", "−1.2 s": the sign says whose clock is ahead; what rounds to nothing has none. */
export function signed(words: Words, seconds: number): string {
  const size = words.t("seconds-short", { n: words.decimal(Math.abs(seconds), TENTHS) });
  const ahead = Math.round(seconds * 10);
  return `${ahead < 0 ? "−" : ahead > 0 ? "+" : "±"}${size}`;
}

/** Age of what was last read of the other party's log, or that nothing was. */
function age(words: Words, peer: PeerLink, now_s: number, id: string): string {
  if (peer.head_seen_s === null) return words.t(`${id}-never`);
  return words.t(id, { age: words.age(now_s - peer.head_seen_s) });
}

function linked(words: Words, { delay_s, clock_offset_s }: PeerLink): string {
  if (delay_s === null) return words.t("link-linked");
  const delay = words.t("seconds-short", { n: words.decimal(delay_s, TENTHS) });
  if (clock_offset_s === null) return words.t("link-delay", { delay });
  return words.t("link-delay-clock", { delay, clock: signed(words, clock_offset_s) });
}

const BRIEF: Readonly<Record<Mark, (words: Words, peer: PeerLink, now_s: number) => string>> = {
  forked: (words) => words.t("link-forked"),
  lost: (words, { lost_s }) =>
    lost_s === null ? words.t("link-lost-untimed") : words.t("link-lost-since", { at: hms(lost_s) }),
  unmanned: (words, { desk }) => words.t(`link-desk-${desk}`),
  connecting: (words) => words.t("link-connecting"),
  voice: (words) => words.t("link-voice"),
  file: (words, peer, now_s) => age(words, peer, now_s, "link-file"),
  linked,
};

/** What the bar says of a link: "1.2 s clock +0.3 s", "lost since 11:24:09", "by file, 23 min old". */
export function linkBrief(words: Words, peer: PeerLink, now_s: number): string {
  return BRIEF[markOf(peer)](words, peer, now_s);
}
