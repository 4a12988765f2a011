// What does not stand in the list, and why: shelved, possible duplicates, declared formations, not judged.
import type { ComponentChildren } from "preact";
import { isReplay } from "../state/console";
import { useShared } from "../state/context";
import type { Alert, Counts, PairReason } from "../stream/types";
import type { Words } from "../words/catalogue";
import { hms } from "../words/time";
import { LEVEL_WORD } from "./order";

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** A reason in words, or the node's own code where the catalogue does not know it. */
export function reason(words: Words, prefix: string, code: string): string {
  const id = `${prefix}-${code.replaceAll(/[_ ]/g, "-")}`;
  const text = words.t(id);
  return text.startsWith("⟨") ? code.replaceAll("_", " ") : text;
}

function ShelvedRow({ alert }: { readonly alert: Alert }) {
  const { state, actions } = useShared();
  const words = state.words.value;
  const left_s = (alert.shelved?.until_s ?? 0) - (state.now_s.value ?? 0);
  return (
    <li data-shelved={alert.id}>
      <span>
        {words.t("shelved-row", {
          level: words.t(`level-name-${LEVEL_WORD[alert.level]}`),
          a: alert.a?.label ?? alert.key,
          b: alert.b?.label ?? "",
          pair: alert.subject === "pair" ? "yes" : "no",
          reason: alert.shelved?.reason ?? "",
          minutes: Math.max(1, Math.ceil(left_s / 60)),
        })}
      </span>
      {!isReplay(state) && (
        <button type="button" class="text-button" onClick={() => void actions.unshelve(alert.id)}>
          {words.t("take-back")}
        </button>
      )}
    </li>
  );
}

function Fold({ head, children }: { readonly head: string; readonly children: ComponentChildren }) {
  return (
    <details>
      <summary>{head}</summary>
      {children}
    </details>
  );
}

function useLabel(): (id: string) => string {
  const picture = useShared().state.picture.value;
  return (id) => picture?.label[picture.id.indexOf(id)] || id;
}

function Duplicates({ counts }: { readonly counts: Counts }) {
  const { state } = useShared();
  const { t } = state.words.value;
  const label = useLabel();
  if (counts.duplicates.length === 0) return null;
  return (
    <Fold head={t("duplicates", { count: counts.duplicates.length })}>
      <ul>
        {counts.duplicates.map(({ a, b, since_s }) => (
          <li key={`${a}|${b}`}>{t("duplicate-row", { a: label(a), b: label(b), at: hms(since_s) })}</li>
        ))}
      </ul>
    </Fold>
  );
}

function ByReason({
  id,
  counts,
  pairs,
}: {
  readonly id: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly pairs: readonly PairReason[];
}) {
  const { state } = useShared();
  const words = state.words.value;
  const label = useLabel();
  const rows = Object.entries(counts).filter(([, count]) => count > 0);
  if (rows.length === 0 && pairs.length === 0) return null;
  return (
    <Fold head={words.t(id, { count: total(counts) })}>
      <ul>
        {rows.map(([code, count]) => (
          <li key={code}>
            {reason(words, "reason", code)}: {count}
          </li>
        ))}
        {pairs.map(({ a, b, reason: code }) => (
          <li key={`${a}|${b}`}>
            {words.t("pair-reason", { a: label(a), b: label(b), reason: reason(words, "reason", code) })}
          </li>
        ))}
      </ul>
    </Fold>
  );
}

/** The reason under which the node counts tracks of others that stand back for what our own sensors hold. */
const HELD_BY_OWN = "held by own sensors";

const released = ({ unjudged }: Counts): number => unjudged[HELD_BY_OWN] ?? 0;

/** What could not be judged; an aircraft that is judged by our own track is not among it. */
export const unjudged = (counts: Counts): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(counts.unjudged).filter(([code]) => code !== HELD_BY_OWN));

export function SetAside() {
  const { state } = useShared();
  const { t } = state.words.value;
  const shelved = state.shelved.value;
  const counts = state.picture.value?.counts;
  return (
    <section class="set-aside" aria-label={t("set-aside")}>
      {shelved.length > 0 && (
        <div class="shelf">
          <b>{t("shelved", { count: shelved.length })}</b>
          <ul>
            {shelved.map((alert) => (
              <ShelvedRow key={alert.id} alert={alert} />
            ))}
          </ul>
        </div>
      )}
      {counts && (
        <>
          <Duplicates counts={counts} />
          <ByReason id="suppressed" counts={counts.suppressed} pairs={counts.suppressed_pairs} />
          <ByReason id="unjudged" counts={unjudged(counts)} pairs={counts.unjudged_pairs} />
          {released(counts) > 0 && <p class="label held">{t("held-by-own", { count: released(counts) })}</p>}
        </>
      )}
    </section>
  );
}
