// What is proposed for a pair: one line per aircraft, until when it holds, struck out after; or why nothing is offered.
import { PartyIcon } from "../icons/Icon";
import { useShared } from "../state/context";
import type { Alert, Guidance as Given } from "../stream/types";
import { answerLine, isGone, leastText, reasonText, sides } from "../words/guidance";
import { Rich } from "../words/Rich";
import { hms } from "../words/time";
import { bearingOf } from "../words/traffic";
import { isOver, noHeightChange } from "./moment";

/** A sentence, struck out when it is no longer good. */
function Line({ text, gone }: { readonly text: string; readonly gone: boolean }) {
  return gone ? (
    <del>
      <Rich text={text} />
    </del>
  ) : (
    <span>
      <Rich text={text} />
    </span>
  );
}

function Lines({ alert, gone }: { readonly alert: Alert; readonly gone: boolean }) {
  const { state } = useShared();
  const picture = state.picture.value;
  return (
    <ul class="lines">
      {sides(alert, state.desk).map((side) => {
        const { aircraft, other, role } = side;
        const bearing = bearingOf(picture, aircraft.id, other.id);
        return (
          <li key={aircraft.id}>
            <PartyIcon shape={role} />
            <Line text={answerLine(state.words.value, side, alert.approach, bearing)} gone={gone} />
          </li>
        );
      })}
    </ul>
  );
}

interface Shown {
  readonly alert: Alert;
  readonly given: Given;
  readonly much: Much;
}

function Until({ given, now_s }: { readonly given: Given; readonly now_s: number }) {
  const { state } = useShared();
  const { t, duration } = state.words.value;
  const until_s = given.good_until_s ?? now_s;
  return (
    <>
      <span>{t("guidance-proposed")}</span>
      <span>
        <Rich text={t("guidance-until", { at: hms(until_s) })} />{" "}
        <span aria-hidden="true">({duration(until_s - now_s)})</span>
      </span>
    </>
  );
}

/** Why it is struck out: its time is over, or nobody knows what time it is. */
function Gone({ given, now_s }: { readonly given: Given; readonly now_s: number }) {
  const { state } = useShared();
  const { t } = state.words.value;
  const over = given.good_until_s !== null && now_s >= given.good_until_s;
  return <b>{over ? t("guidance-gone", { at: hms(given.good_until_s) }) : t("guidance-gone-frozen")}</b>;
}

function Worth({ alert, given, gone }: Omit<Shown, "much"> & { readonly gone: boolean }) {
  const { state } = useShared();
  const words = state.words.value;
  const now_s = state.now_s.value ?? given.issued_s;
  const said = [
    leastText(words, given, alert.approach),
    words.t("guidance-from", { at: hms(given.for_s) }),
    noHeightChange(alert, now_s) ? words.t("guidance-no-height") : "",
  ];
  return (
    <p class="guidance-detail">
      <Line text={said.filter(Boolean).join(" ")} gone={gone} />
    </p>
  );
}

function Proposal({ alert, given, much }: Shown) {
  const { state } = useShared();
  const { t } = state.words.value;
  const now_s = state.now_s.value ?? given.issued_s;
  const gone = isGone(given, now_s, state.frozen.value !== null);
  const Head = gone ? Gone : Until;
  return (
    <section
      class={`guidance ${much}`}
      data-guidance={gone ? "gone" : "good"}
      aria-label={t(gone ? "guidance-gone-said" : "guidance")}
    >
      <p class="guidance-head">
        <Head given={given} now_s={now_s} />
      </p>
      {much !== "line" && <Lines alert={alert} gone={gone} />}
      {much === "all" && <Worth alert={alert} given={given} gone={gone} />}
    </section>
  );
}

function Withheld({ alert, given, much }: Shown) {
  const { state } = useShared();
  const words = state.words.value;
  const told = much === "all" && given.reason !== "preparing";
  return (
    <section class={`guidance ${much}`} data-guidance={given.reason} aria-label={words.t("guidance")}>
      <p>
        <Rich text={reasonText(words, given.reason)} />
      </p>
      {told && <Lines alert={alert} gone={state.frozen.value !== null} />}
    </section>
  );
}

/** How much of it a card has room for: one line, the answers, or the answers and what they are worth. */
export type Much = "line" | "answers" | "all";

export function Guidance({ alert, much }: { readonly alert: Alert; readonly much: Much }) {
  const given = alert.guidance;
  if (given === null || isOver(alert)) return null;
  return given.kind === "manoeuvre" ? (
    <Proposal alert={alert} given={given} much={much} />
  ) : (
    <Withheld alert={alert} given={given} much={much} />
  );
}
