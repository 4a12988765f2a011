// The head of the connection screen: whose connection, which steps are done, and how statements travel.
import { useShared } from "../state/context";
import type { How, PeerLink, PeerRow } from "../stream/peers";
import type { Words } from "../words/catalogue";
import { dayTime } from "../words/time";

export interface Step {
  readonly id: string;
  readonly state: "done" | "current" | "ahead";
  readonly note: string;
}

const HOWS: readonly How[] = ["linked", "file", "voice"];

/** A step is done, or it is the one to take now, or it comes after that one. */
function inTurn(
  steps: readonly { readonly id: string; readonly done: boolean; readonly note: string }[],
): Step[] {
  const now = steps.findIndex(({ done }) => !done);
  return steps.map(({ id, done, note }, index) => ({
    id,
    note,
    state: done ? "done" : index === now ? "current" : "ahead",
  }));
}

/** Where a connection stands: keys exchanged, words compared, statements passing; and the change of a key. */
export function stepsOf(words: Words, peer: PeerLink, row: PeerRow, now_s: number): readonly Step[] {
  const { t } = words;
  const when = (unix_s: number | null): string => dayTime(unix_s, now_s, words.language);
  const passing = peer.how === "file" ? peer.head_seen_s !== null : peer.state === "linked";
  const rotating = row.certificate.state === "rotating";
  return inTurn([
    { id: "step-accepted", done: true, note: t("step-accepted-note") },
    {
      id: "step-words",
      done: row.compared,
      note: t(row.compared ? "step-words-done" : "step-words-now"),
    },
    {
      id: `step-passing-${peer.how}`,
      done: passing,
      note: passing
        ? when(peer.how === "file" ? peer.head_seen_s : peer.since_s)
        : t(`step-waits-${peer.how}`),
    },
    ...(rotating ? [{ id: "step-old-ends", done: false, note: when(row.certificate.ends_s) }] : []),
  ]);
}

function Steps({ peer, row }: { readonly peer: PeerLink; readonly row: PeerRow }) {
  const { state } = useShared();
  const words = state.words.value;
  return (
    <ol class="steps" aria-label={words.t("steps")}>
      {stepsOf(words, peer, row, state.now_s.value ?? 0).map((step, index) => (
        <li key={step.id} class={step.state} aria-current={step.state === "current" ? "step" : undefined}>
          <b>{index + 1}</b> {words.t(step.id, { party: peer.party })}
          <span class="aside">, {words.t(`step-is-${step.state}`)}</span>
          <small>{step.note}</small>
        </li>
      ))}
    </ol>
  );
}

/** Which of the three ways is in use; it is agreed between the parties, not switched here. */
function Ways({ how }: { readonly how: How }) {
  const { state } = useShared();
  const { t } = state.words.value;
  return (
    <ul class="ways" aria-label={t("ways")}>
      {HOWS.map((way) => (
        <li key={way} class={way === how ? "on" : ""} aria-current={way === how ? "true" : undefined}>
          {t(`way-${way}`)}
        </li>
      ))}
    </ul>
  );
}

export function Head({ peer, row }: { readonly peer: PeerLink; readonly row: PeerRow | null }) {
  const { state } = useShared();
  return (
    <header class="connection-head">
      <h2>{state.words.value.t("connection-to", { name: peer.name })}</h2>
      {row && peer.how !== "voice" && <Steps peer={peer} row={row} />}
      <Ways how={peer.how} />
    </header>
  );
}
