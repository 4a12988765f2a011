// Sentences about an encounter: who, how near, when, and what was asked. Values are marked <b>…</b>.
import { ahead_s, insideNow, isOver } from "../alerts/moment";
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

/** The sentence of a feed or storage alert; the node's own detail follows where it gave one. */
function thingSentence(words: Words, alert: Alert): string {
  const base = words.t(`thing-${alert.kind.replace("_", "-")}`, { name: alert.key });
  return alert.detail === "" ? base : `${base} ${alert.detail}`;
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

/** "NAG: displayed 12:03:03, not acknowledged". */
export function ownState(words: Words, alert: Alert): string {
  if (alert.acknowledged !== null) {
    return words.t("own-acknowledged", { at: hms(alert.acknowledged.at_s), by: alert.acknowledged.by });
  }
  return words.t("own-displayed", { at: hms(alert.shown_s ?? alert.first_s) });
}
