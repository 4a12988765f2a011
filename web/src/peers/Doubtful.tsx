// Statements of a party that were kept and witnessed, and that this desk cannot read: which, when, and what is wrong.
import { reason } from "../alerts/SetAside";
import { useShared } from "../state/context";
import type { NotUnderstood, PeerLink } from "../stream/peers";
import { dayTime } from "../words/time";

function Row({ one }: { readonly one: NotUnderstood }) {
  const { state } = useShared();
  const words = state.words.value;
  return (
    <tr data-doubtful={one.index}>
      <td class="nowrap">{dayTime(one.at_s, state.now_s.value ?? 0, words.language)}</td>
      <td>{words.t("doubtful-which", { kind: one.kind, number: one.index + 1 })}</td>
      <td>{reason(words, "doubtful", one.why)}</td>
    </tr>
  );
}

/** Nothing where all was understood; the count of all stands among the figures of the link. */
export function DoubtfulTable({ peer }: { readonly peer: PeerLink }) {
  const { state } = useShared();
  const { t } = state.words.value;
  if (peer.doubtful.length === 0) return null;
  return (
    <section aria-labelledby="doubtful-title">
      <header class="panel-head">
        <h2 id="doubtful-title">{t("doubtful-title")}</h2>
        <span>{t("doubtful-note")}</span>
        <span class="end">{t("refused-count", { count: peer.not_understood })}</span>
      </header>
      <table class="facts refusals">
        <tbody>
          {peer.doubtful.toReversed().map((one) => (
            <Row key={one.index} one={one} />
          ))}
        </tbody>
      </table>
    </section>
  );
}
