// The link in figures: state, delay and clock with their limit, certificate, both desks, what waits and what is released.
import { LevelIcon } from "../icons/Icon";
import type { Console } from "../state/console";
import { useShared } from "../state/context";
import type { DeskState, PeerLink, PeerRow, Presence, Released, Telling } from "../stream/peers";
import type { Words } from "../words/catalogue";
import { Rich } from "../words/Rich";
import { dayMinute, dayTime } from "../words/time";
import { M_PER_KM } from "../words/units";
import { linkBrief, signed } from "./link";
import { markOf } from "./order";

/** One row: what it is called, its value, the rest in a soft voice; a fault has its mark and colour. */
interface Fact {
  readonly id: string;
  readonly value: string;
  readonly note: string;
  readonly fault?: boolean;
}

interface Seen {
  readonly words: Words;
  readonly peer: PeerLink;
  readonly row: PeerRow | null;
  readonly presence: Presence | null;
  readonly telling: Telling | null;
  readonly when: (unix_s: number | null) => string;
  readonly minute: (unix_s: number | null) => string;
  readonly now_s: number;
}

const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join(", ");

/** "since 11:26:04, lost 11:24 to 11:26": how long it stands, and when it last did not. */
function sinceNote({ words, peer, when, minute }: Seen): string {
  const { state, since_s, lost_s } = peer;
  if (state === "lost" || since_s === null) return "";
  const since = words.t("fact-since", { at: when(since_s) });
  if (lost_s === null || lost_s > since_s) return since;
  return joined(since, words.t("fact-lost", { from: minute(lost_s), to: minute(since_s) }));
}

function stateFact(seen: Seen): Fact {
  const { words, peer, now_s } = seen;
  const mark = markOf(peer);
  const fault = mark === "lost" || mark === "forked";
  return {
    id: "fact-state",
    value: fault || peer.how !== "linked" ? linkBrief(words, peer, now_s) : words.t(`link-${peer.state}`),
    note: mark === "forked" ? words.t("fact-forked") : sinceNote(seen),
    fault,
  };
}

function clockFact({ words, peer, row }: Seen): Fact {
  const seconds = (value: number | null): string =>
    value === null ? "" : words.t("seconds-short", { n: words.decimal(value, 1) });
  const clock = peer.clock_offset_s === null ? "" : signed(words, peer.clock_offset_s);
  const limit_s = row?.clock_limit_s ?? null;
  return {
    id: "fact-delay",
    value: joined(seconds(peer.delay_s), clock) || words.t("not-known"),
    note: limit_s === null ? "" : words.t("fact-clock-limit", { limit: seconds(limit_s) }),
    fault: limit_s !== null && Math.abs(peer.clock_offset_s ?? 0) > limit_s,
  };
}

function certificateFact({ words, row, when }: Seen): Fact {
  const { state, ends_s } = row?.certificate ?? { state: "none", ends_s: null };
  return {
    id: "fact-certificate",
    value: words.t(`certificate-${state}`),
    note:
      ends_s === null
        ? ""
        : words.t(`certificate-${state === "ended" ? "ended" : "ends"}-at`, { at: when(ends_s) }),
    fault: state === "ended",
  };
}

/** "presence confirmed 11:52, next by 12:22": when somebody last said to be there, and until when that counts. */
function presenceNote(words: Words, reason: string, confirmed: string, until: string): string {
  return joined(
    reason,
    confirmed === "" ? "" : words.t("fact-presence-at", { at: confirmed }),
    until === "" ? "" : words.t("fact-presence-until", { at: until }),
  );
}

const isDeskFault = (desk: DeskState): boolean => desk === "unmanned" || desk === "degraded";

function theirDeskFact({ words, peer, minute }: Seen): Fact {
  return {
    id: "fact-their-desk",
    value: words.t(`desk-${peer.desk}`),
    note: presenceNote(words, peer.desk_reason, minute(peer.presence_s), minute(peer.presence_until_s)),
    fault: isDeskFault(peer.desk),
  };
}

function ownDeskFact({ words, presence, minute }: Seen): Fact | null {
  if (presence === null) return null;
  const { state, reason, confirmed_s, until_s } = presence;
  return {
    id: "fact-own-desk",
    value: words.t(`desk-${state}`),
    note: presenceNote(words, reason, minute(confirmed_s), minute(until_s)),
    fault: isDeskFault(state),
  };
}

const KINDS_SHOWN = 3;

function kindsFact({ words, peer }: Seen): Fact {
  const kinds = [...new Set(peer.doubtful.map(({ kind }) => `“${kind}”`))];
  const named = kinds.slice(0, KINDS_SHOWN).join(", ");
  return {
    id: "fact-kinds",
    value: String(peer.not_understood),
    note: peer.not_understood === 0 ? "" : joined(named, words.t("fact-kinds-kept")),
  };
}

function waitingFact({ words, peer }: Seen): Fact {
  return {
    id: "fact-waiting",
    value: words.t("fact-statements", { count: peer.waiting }),
    note: words.t("fact-held", { cosigned: peer.cosigned_size, own: peer.own_size }),
  };
}

/** What this desk has still to say, to whomever; what found no room is a fault: somebody was not told. */
function tellingFact({ words, telling }: Seen): Fact | null {
  if (telling === null) return null;
  const { waiting, superseded, left_out } = telling;
  const counted = (id: string, count: number): string => (count === 0 ? "" : words.t(id, { count }));
  return {
    id: "fact-telling",
    value: words.t("fact-words", { count: waiting }),
    note: joined(counted("telling-superseded", superseded), counted("telling-left-out", left_out)),
    fault: left_out > 0,
  };
}

/** "FL 050 and above, 20 s late": what the sender keeps back, in the units of the reader. */
function policyNote(words: Words, { floor_m, ceiling_m, delay_s }: Released): string {
  const floor = floor_m === null ? "" : words.t("released-floor", { height: words.heightLimit(floor_m) });
  const ceiling =
    ceiling_m === null ? "" : words.t("released-ceiling", { height: words.heightLimit(ceiling_m) });
  return joined(
    floor,
    ceiling,
    delay_s > 0 ? words.t("released-late", { time: words.duration(delay_s) }) : "",
  );
}

function releasedFact({ words, peer, row }: Seen): Fact | null {
  if (row === null) return null;
  const { share, grid_m } = row.released;
  const grid =
    grid_m === null ? "" : words.t("released-grid", { size: words.t("unit-km", { n: grid_m / M_PER_KM }) });
  return {
    id: "fact-released",
    value: share === "policy" ? joined(words.t("released-policy"), grid) : words.t(`released-${share}`),
    note: joined(
      policyNote(words, row.released),
      words.t("released-lifts", { count: peer.lifts_open }),
      peer.lifts_last_hour === 0 ? "" : words.t("released-lifts-hour", { count: peer.lifts_last_hour }),
    ),
  };
}

const LINKED: readonly ((seen: Seen) => Fact | null)[] = [
  stateFact,
  clockFact,
  certificateFact,
  theirDeskFact,
  ownDeskFact,
  kindsFact,
  waitingFact,
  tellingFact,
  releasedFact,
];
/** What can be said of a party without a link: nothing of its desk or clock is known between two files. */
const BY_FILE: typeof LINKED = [stateFact, ownDeskFact, kindsFact, waitingFact, tellingFact, releasedFact];
const BY_VOICE: typeof LINKED = [stateFact, ownDeskFact];
const FACTS = { linked: LINKED, file: BY_FILE, voice: BY_VOICE } as const;

/** Every fact about a link, in the order of the table. */
export function factsOf(state: Console, peer: PeerLink, row: PeerRow | null): readonly Fact[] {
  const words = state.words.value;
  const now_s = state.now_s.value ?? 0;
  const when = (unix_s: number | null): string => dayTime(unix_s, now_s, words.language);
  const presence = state.picture.value?.presence ?? null;
  const telling = state.picture.value?.telling ?? null;
  const minute = (unix_s: number | null): string => dayMinute(unix_s, now_s, words.language);
  const seen: Seen = { words, peer, row, presence, telling, when, minute, now_s };
  return FACTS[peer.how].map((fact) => fact(seen)).filter((fact) => fact !== null);
}

export function LinkTable({ peer, row }: { readonly peer: PeerLink; readonly row: PeerRow | null }) {
  const { state } = useShared();
  const { t } = state.words.value;
  return (
    <section aria-labelledby="link-title">
      <header class="panel-head">
        <h2 id="link-title">{t("link-title")}</h2>
        <span>{t(`link-title-${peer.how}`)}</span>
      </header>
      <table class="facts">
        <tbody>
          {factsOf(state, peer, row).map(({ id, value, note, fault }) => (
            <tr key={id} class={fault ? "fault" : ""} data-fact={id}>
              <th scope="row">{t(id, { party: peer.party })}</th>
              <td class={id === "fact-state" ? "main" : ""}>
                {fault && <LevelIcon level={2} />} {value}
              </td>
              <td>
                <Rich text={note} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
