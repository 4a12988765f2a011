// The logs as they are held here: how long, which head, compared with what, and what that proves and does not.
import { FoundIcon, PartyIcon } from "../icons/Icon";
import { Key } from "../panels/Key";
import { useShared } from "../state/context";
import type { LogHead, PeerLink } from "../stream/peers";
import type { Words } from "../words/catalogue";
import { dayTime } from "../words/time";
import { hexOf, shortHex } from "./hash";
import { shapeOf } from "./order";

export interface Judged {
  readonly found: "equal" | "old" | "refused";
  readonly compared: string;
  readonly proves: string;
}

/** What a head proves, in words: what was compared, and the claim that follows; never more. */
export function judgedOf(words: Words, head: LogHead, peer: PeerLink, now_s: number): Judged {
  const { t } = words;
  const { party, size } = head;
  if (head.compared === "forked") {
    return { found: "refused", compared: t("head-forked"), proves: t("head-forked-proves", { party }) };
  }
  if (head.how === "own") return ownJudged(words, head, peer);
  if (head.compared === "unseen" || head.seen_s === null) {
    return { found: "old", compared: t("head-unseen"), proves: t("head-unseen-proves", { party }) };
  }
  if (head.how === "file") {
    const age = words.age(now_s - head.seen_s);
    return { found: "old", compared: t("head-file", { age }), proves: t("head-file-proves", { size }) };
  }
  const from = head.from_size;
  return {
    found: "equal",
    compared: from === null ? t("head-consistent-whole", { size }) : t("head-consistent", { from, size }),
    proves: t("head-consistent-proves", { party, size }),
  };
}

function ownJudged({ t }: Words, head: LogHead, peer: PeerLink): Judged {
  const cosigned = peer.how === "voice" ? 0 : (head.cosigned_size ?? peer.cosigned_size);
  const { party } = peer;
  if (cosigned === 0) {
    return {
      found: "old",
      compared: t("head-not-cosigned", { party }),
      proves: t("head-not-cosigned-proves"),
    };
  }
  const whole = cosigned >= head.size;
  return {
    found: whole ? "equal" : "old",
    compared: t(whole ? "head-cosigned" : "head-cosigned-to", { party, cosigned }),
    proves: t("head-cosigned-proves", { party, cosigned }),
  };
}

/** When a head was last seen; our own is always before us. */
function seenOf(words: Words, { how, seen_s }: LogHead, now_s: number): string {
  if (how === "own") return words.t("head-here");
  return dayTime(seen_s, now_s, words.language) || words.t("never");
}

function Row({ head, peer }: { readonly head: LogHead; readonly peer: PeerLink }) {
  const { state } = useShared();
  const words = state.words.value;
  const now_s = state.now_s.value ?? 0;
  const { found, compared, proves } = judgedOf(words, head, peer, now_s);
  const hex = hexOf(head.root);
  return (
    <tr data-log={head.party} data-found={found}>
      <td class="nowrap">
        <PartyIcon shape={head.how === "own" ? "own" : shapeOf(state.desk, head.party)} /> {head.party}
      </td>
      <td class="num">
        <b>{head.size}</b>
      </td>
      <td class="mono nowrap" title={hex}>
        {shortHex(hex)}
      </td>
      <td class="num nowrap">{seenOf(words, head, now_s)}</td>
      <td>
        <FoundIcon found={found} /> {compared}
      </td>
      <td class="soft">{proves}</td>
    </tr>
  );
}

const COLUMNS = ["log", "size", "held", "seen", "compared", "proves"] as const;
const NUMBERS: ReadonlySet<string> = new Set(["size", "seen"]);

export function Heads({ peer }: { readonly peer: PeerLink }) {
  const { state, actions } = useShared();
  const { t } = state.words.value;
  const read = state.table.value;
  if (read === null) return null;
  const { heads, comparisons, forks } = read.table;
  return (
    <section aria-labelledby="heads-title">
      <header class="panel-head">
        <h2 id="heads-title">{t("heads-title")}</h2>
        <span>{t("heads-note")}</span>
        <span class="end">{t("heads-counted", { comparisons, forks })}</span>
        <button
          type="button"
          class="text-button"
          data-act="compare"
          onClick={() => void actions.peers.read()}
        >
          {t("heads-again")} <Key name="C" />
        </button>
      </header>
      <table class="facts heads">
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th key={column} scope="col" class={NUMBERS.has(column) ? "num" : ""}>
                {t(`heads-${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {heads.map((head) => (
            <Row key={head.origin} head={head} peer={peer} />
          ))}
        </tbody>
      </table>
    </section>
  );
}
