// Sentences about an encounter: who, how near, when, and what was asked. Values are marked <b>…</b>.
import { ahead_s, insideNow, isOver } from "../alerts/moment";
import { LEVEL_WORD } from "../alerts/order";
import type { PeerAnswer } from "../stream/peers";
import type { Alert, Approach, Desk, Party, PartyRole } from "../stream/types";
import type { Words } from "./catalogue";
import { hms } from "./time";
import { SAME_HEIGHT_M } from "./units";

/** Role of a party at this desk; one that the desk does not know is unknown. */
export function roleOf(desk: Desk, party: string): PartyRole {
  return desk.parties.find((known: Party) => known.id === party)?.role ?? "unknown";
}

/** Seconds to the predicted closest approach; null for what has no geometry or is over. */
export function timeLeft_s(alert: Alert, now_s: number): number | null {
  if (alert.approach === null || isOver(alert)) return null;
  return alert.approach.t_cpa_s - now_s;
}

function heightPhrase(words: Words, approach: Approach): string {
  const difference = approach.cpa_vertical_m;
  if (difference === null) return words.t("height-unknown");
  if (Math.abs(difference) < SAME_HEIGHT_M) return words.t("height-same");
  return words.t("height-apart", { height: words.height(difference, approach.asked_vertical_m) });
}

function heightPhraseNow(words: Words, approach: Approach): string {
  return heightPhrase(words, { ...approach, cpa_vertical_m: approach.vertical_m });
}

const ASKED = {
  agreement: ["asked-agreement", "asked-agreement-early"],
  procedures: ["asked-procedures", "asked-procedures-early"],
} as const;

/** "The procedures ask for 3 NM or 1,000 ft (v3, clause 4.1)." */
export function asked(words: Words, alert: Alert, desk: Desk): string {
  if (alert.approach === null) return "";
  const { asked_tau_s } = alert.approach;
  const [plain, early] = ASKED[desk.procedures.status === "agreed" ? "agreement" : "procedures"];
  return words.t(asked_tau_s > 0 ? early : plain, {
    tau: words.duration(asked_tau_s),
    distance: words.distanceLimit(alert.approach.asked_horizontal_m),
    height: words.heightLimit(alert.approach.asked_vertical_m),
    version: desk.procedures.version,
    clause: alert.clause,
  });
}

function pairSentence(words: Words, alert: Alert, approach: Approach, now_s: number): string {
  const args = {
    a: alert.a?.label ?? "",
    b: alert.b?.label ?? "",
    distance: words.distance(approach.horizontal_m, approach.asked_horizontal_m),
    closest: words.distance(approach.cpa_horizontal_m, approach.asked_horizontal_m),
    height: heightPhrase(words, approach),
    time: words.duration(approach.t_cpa_s - now_s),
  };
  if (!insideNow(alert, now_s)) {
    if (approach.t_in_s === null) return words.t("pair-will-pass", args);
    return words.t("pair-will-lose", { ...args, loss: words.duration(approach.t_in_s - now_s) });
  }
  const here = { ...args, height: heightPhraseNow(words, approach) };
  if (approach.t_cpa_s <= now_s) return words.t("pair-inside-opening", here);
  return words.t(ahead_s(alert, now_s) > 0 ? "pair-inside-closing" : "pair-inside", here);
}

/** Remarks that change how the figures are read, each one sentence. */
function remarks(words: Words, alert: Alert): readonly string[] {
  const found: string[] = [];
  if (alert.kind === "vertical_unknown") found.push(words.t("remark-height-unknown"));
  if (alert.approach?.turning) found.push(words.t("remark-turning"));
  if (alert.duplicate) found.push(words.t("remark-duplicate"));
  return found;
}

/** Alerts about a party whose detail holds a figure that the sentence here does not. */
const FIGURED: ReadonlySet<string> = new Set(["peer_clock", "lifts_unusual"]);

/** Name of the feed or party an alert is about. */
export function thingName({ subject, key, party }: Pick<Alert, "subject" | "key" | "party">): string {
  return subject === "peer" ? party : key;
}

/** The sentence of a feed, party or storage alert; the node's own detail follows where it gave one. */
function thingSentence(words: Words, alert: Alert): string {
  const base = words.t(`thing-${alert.kind.replaceAll("_", "-")}`, { name: thingName(alert) });
  const told = alert.detail !== "" && (alert.subject !== "peer" || FIGURED.has(alert.kind));
  return told ? `${base} ${alert.detail}` : base;
}

/** What an alert says, in full. */
export function sentence(words: Words, alert: Alert, desk: Desk, now_s: number): string {
  if (alert.subject !== "pair") return thingSentence(words, alert);
  const approach = alert.approach;
  if (alert.state === "cleared")
    return words.t("pair-over", { a: alert.a?.label ?? "", b: alert.b?.label ?? "" });
  if (approach === null)
    return words.t("pair-not-judged", { a: alert.a?.label ?? "", b: alert.b?.label ?? "" });
  return [
    pairSentence(words, alert, approach, now_s),
    asked(words, alert, desk),
    ...remarks(words, alert),
  ].join(" ");
}

/** Without the marks, for the live region and titles. */
export const plain = (text: string): string => text.replaceAll(/<\/?b>/g, "");

/** What the other desk said of the encounter, or that it was not told, or has not answered. */
function peerAnswer(words: Words, { state, at_s, told_s }: PeerAnswer): string {
  const unknown = words.t("time-not-known");
  if (state !== "not_told") return words.t(`peer-answer-${state}`, { at: hms(at_s) || unknown });
  if (told_s === null) return words.t("peer-answer-not-told");
  return words.t("peer-answer-told", { at: hms(told_s) });
}

/** "CTF: displayed 12:03:04, not acknowledged"; the level there where it is not ours, and who withheld a position. */
export function peerState(words: Words, { peer, level }: Alert): string {
  if (!peer) return "";
  const there = peer.level !== null && peer.level !== level ? peer.level : null;
  return [
    peerAnswer(words, peer),
    there === null ? "" : words.t("peer-answer-level", { level: words.t(`level-name-${LEVEL_WORD[there]}`) }),
    peer.withheld && peer.state !== "withheld" ? words.t("peer-answer-withheld-there") : "",
    peer.refused ? words.t("peer-answer-withheld-here") : "",
  ]
    .filter((part) => part !== "")
    .join(", ");
}

/** "NAG: displayed 12:03:03, not acknowledged". */
export function ownState(words: Words, alert: Alert): string {
  if (alert.acknowledged !== null) {
    return words.t("own-acknowledged", { at: hms(alert.acknowledged.at_s), by: alert.acknowledged.by });
  }
  return words.t("own-displayed", { at: hms(alert.shown_s ?? alert.first_s) });
}
