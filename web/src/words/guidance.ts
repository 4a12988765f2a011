// What is proposed for a pair, in words: one line per aircraft, how it is told, and why nothing is proposed.
import { FluentNumber } from "@fluent/bundle";
import type {
  Alert,
  AlertAircraft,
  Answer,
  Approach,
  Desk,
  Dimension,
  Guidance,
  PartyRole,
} from "../stream/types";
import { flightLevel, heightText } from "./altitude";
import type { Words } from "./catalogue";
import { plain, roleOf } from "./sentences";
import { hms } from "./time";
import { type Bearing, clock } from "./traffic";
import { M_PER_FT, metresIn, SAME_HEIGHT_M, SPEEDS } from "./units";

/** One aircraft of the pair with its answer, and the other one, which is its traffic. */
export interface Side {
  readonly aircraft: AlertAircraft;
  readonly other: AlertAircraft;
  readonly role: PartyRole;
  /** What is proposed, or null where only the traffic is told. */
  readonly answer: Answer | null;
}

/** Both sides, our own aircraft first. */
export function sides(alert: Alert, desk: Desk): readonly Side[] {
  const { a, b, guidance } = alert;
  if (a === null || b === null || guidance === null) return [];
  const proposed = (answer: Answer): Answer | null =>
    guidance.kind === "information" || answer.audience === "information" ? null : answer;
  const one = { aircraft: a, other: b, role: roleOf(desk, a.party), answer: proposed(guidance.a) };
  const two = { aircraft: b, other: a, role: roleOf(desk, b.party), answer: proposed(guidance.b) };
  return one.role !== "own" && two.role === "own" ? [two, one] : [one, two];
}

/** Struck out from here on: its time has run out by the server's clock, or the picture under it stands still. */
export function isGone(guidance: Guidance, now_s: number, frozen: boolean): boolean {
  return frozen || guidance.good_until_s === null || now_s >= guidance.good_until_s;
}

// A value a hair over a step, as conversion leaves it, is that step.
const HAIR = 0.02;

/** Rounds a value to fly in the sense of the manoeuvre, so that no less is said than was verified. */
function beyond(value: number, step: number, sense: Answer["sense"]): number {
  const steps = value / step;
  if (sense === "hold") return Math.round(steps) * step;
  const up = sense === "right" || sense === "faster" || sense === "up";
  return (up ? Math.ceil(steps - HAIR) : Math.floor(steps + HAIR)) * step;
}

/** "070°", and 360° for north. */
function course(deg: number, sense: Answer["sense"]): string {
  const whole = ((Math.round(beyond(deg, 1, sense)) + 359) % 360) + 1;
  return `${String(whole).padStart(3, "0")}°`;
}

const CLIMB: Readonly<Record<"ft" | "m", { mps: number; step: number; id: string }>> = {
  ft: { mps: M_PER_FT / 60, step: 50, id: "map-feet-per-minute" },
  m: { mps: 1, step: 0.5, id: "map-metres-per-second" },
};

function climb({ t, units }: Words, mps: number, sense: Answer["sense"]): string {
  const { mps: one, step, id } = CLIMB[units.height];
  return t(id, { n: Math.abs(beyond(mps / one, step, sense)) });
}

function speedOver({ t, units }: Words, mps: number, sense: Answer["sense"]): string {
  return t(`unit-${units.speed}`, { n: beyond(mps / SPEEDS[units.speed], 1, sense) });
}

const LEVEL_FT = 100;
const LEVEL_M = 10;

function altitude({ t, units }: Words, metres: number, of: AlertAircraft, sense: Answer["sense"]): string {
  const step_m = units.height === "ft" ? LEVEL_FT * M_PER_FT : LEVEL_M;
  const level_m = beyond(metres, step_m, sense);
  return of.altitude_kind === "pressure" && units.height === "ft"
    ? flightLevel(level_m)
    : heightText(t, units, level_m, of.altitude_kind);
}

function change({ t, units }: Words, metres: number): string {
  const step = units.height === "ft" ? LEVEL_FT : LEVEL_M;
  const value = beyond(metres / metresIn(units.height), step, "up");
  return t(`unit-${units.height}`, { n: new FluentNumber(value, { maximumFractionDigits: 0 }) });
}

type Said = readonly [to: string, by: string];
type Say = (words: Words, to: number, by: number, sense: Answer["sense"], of: AlertAircraft) => Said;

const VALUES: Readonly<Record<Dimension, Say>> = {
  track: (_, to, by, sense) => [course(to, sense), `${Math.round(beyond(by, 1, "right"))}°`],
  speed: (words, to, by, sense) => [speedOver(words, to, sense), speedOver(words, by, "faster")],
  vertical_speed: (words, to, by, sense) => [climb(words, to, sense), climb(words, by, "up")],
  altitude: (words, to, by, sense, of) => [altitude(words, to, of, sense), change(words, by)],
};

/** Whether a climb is flown, a descent, or neither: a descent made slower is no climb. */
const flown = (mps: number): string => (mps > 0 ? "climb" : mps < 0 ? "descend" : "level");

/** "turn right to 070° true (30°)", without who does it. */
function manoeuvre(words: Words, { dimension, sense, to, by }: Answer, of: AlertAircraft): string {
  if (dimension === "" || to === null) return words.t("answer-hold");
  const [toText, byText] = VALUES[dimension](words, to, by ?? 0, sense, of);
  const rate = dimension === "vertical_speed" && sense !== "hold" ? `-${flown(to)}` : "";
  return words.t(`answer-${dimension.replace("_", "-")}-${sense}${rate}`, { to: toText, by: byText });
}

/** "2 o’clock, 9.0 NM, 700 ft above": where the other one is, as far as it is known. */
function where(words: Words, side: Side, approach: Approach | null, bearing: Bearing | null): string {
  const parts = [];
  const hour = bearing === null ? null : clock(bearing);
  if (hour !== null) parts.push(words.t("traffic-clock", { hour }));
  if (approach !== null) {
    parts.push(words.distance(approach.horizontal_m, approach.asked_horizontal_m));
    parts.push(above(words, side, approach));
  }
  return parts.map((part) => `, ${part}`).join("");
}

function above(words: Words, { aircraft, other }: Side, approach: Approach): string {
  if (approach.vertical_m === null) return words.t("map-height-unknown");
  const up_m = (other.altitude_m ?? 0) - (aircraft.altitude_m ?? 0);
  if (Math.abs(approach.vertical_m) < SAME_HEIGHT_M) return words.t("map-same-height");
  return words.t(up_m > 0 ? "traffic-above" : "traffic-below", {
    height: words.height(approach.vertical_m, approach.asked_vertical_m),
  });
}

/** A call sign that no line breaks in two. */
const whole = (label: string): string => label.replaceAll(" ", "\u00a0");

/** One line of the answer: an instruction, a request to the other party, or the traffic to tell. */
export function answerLine(
  words: Words,
  side: Side,
  approach: Approach | null,
  bearing: Bearing | null,
): string {
  const { aircraft, other, role, answer } = side;
  const names = { aircraft: whole(aircraft.label), other: whole(other.label), party: aircraft.party };
  if (answer === null) {
    const to = role === "own" || role === "peer" ? role : "other";
    return words.t(`traffic-${to}`, { ...names, where: where(words, side, approach, bearing) });
  }
  return words.t(`answer-${answer.audience}`, { ...names, what: manoeuvre(words, answer, aircraft) });
}

/** Codes of docs/stream.md in words; a code of a newer node is shown as it is. */
export function reasonText({ t }: Words, code: string): string {
  const text = t(`no-manoeuvre-${code.replaceAll("_", "-")}`);
  return text.startsWith("⟨") ? t("no-manoeuvre", { reason: code.replaceAll("_", " ") }) : text;
}

/** Below this, in metres, both separations read better in the unit of heights. */
const SMALL_M = 1000;
const VERTICAL: ReadonlySet<string> = new Set(["vertical_speed", "altitude"]);

/** What the answer is worth, with and without it; one on the level that stays under the distance asked for says so. */
export function leastText(words: Words, guidance: Guidance, approach: Approach | null): string {
  const { least_m, least_without_m, a, b } = guidance;
  if (least_m === null || least_without_m === null) return "";
  const small = Math.max(least_m, least_without_m) < SMALL_M;
  const asked_m = approach?.asked_horizontal_m;
  const text = (metres: number): string => (small ? words.height(metres) : words.distance(metres, asked_m));
  const args = { with: text(least_m), without: text(least_without_m) };
  const level = !VERTICAL.has(a.dimension) && !VERTICAL.has(b.dimension);
  if (!level || asked_m === undefined || least_m >= asked_m) return words.t("guidance-least", args);
  return words.t("guidance-least-under", { ...args, asked: words.distanceLimit(asked_m) });
}

/** The whole answer for the live region: no count-down and no places in it, so it is spoken only when it changes. */
export function guidanceSaid(words: Words, alert: Alert, desk: Desk, gone: boolean): string {
  const { guidance } = alert;
  if (guidance === null) return "";
  if (guidance.kind === "information") return reasonText(words, guidance.reason);
  const lines = sides(alert, desk).map((side) => answerLine(words, side, null, null));
  const at = hms(guidance.good_until_s);
  const head = gone ? words.t("guidance-gone-said") : words.t("guidance-proposed");
  return plain([head, ...lines, gone ? "" : words.t("guidance-until", { at })].filter(Boolean).join(". "));
}
