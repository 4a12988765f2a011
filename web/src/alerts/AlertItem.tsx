// One alert in the list: a card for a warning or the selected one, one line when it folds.
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { PartyIcon } from "../icons/Icon";
import { shapeOf } from "../peers/order";
import { useShared } from "../state/context";
import type { Alert } from "../stream/types";
import { Rich } from "../words/Rich";
import { ownState, peerState, sentence, thingName } from "../words/sentences";
import { hms } from "../words/time";
import { Buttons, withholdable } from "./Buttons";
import { Figures } from "./Figures";
import { Guidance } from "./Guidance";
import { Names } from "./Names";
import { folds, LEVEL_WORD, unanswered } from "./order";
import { Plate } from "./Plate";
import { Supervisor } from "./Supervisor";
import { TimeLeft } from "./TimeLeft";

/** "NAG displayed 12:03:03, not acknowledged": what is known of our own side. */
function OwnRow({ alert }: { readonly alert: Alert }) {
  const { state } = useShared();
  return (
    <p class="own-row">
      <span class="who">
        <PartyIcon shape="own" /> {state.desk.party.id}
      </span>
      <span>
        <Rich text={ownState(state.words.value, alert)} />
      </span>
    </p>
  );
}

/** "CTF displayed 12:03:04, not acknowledged": what the other desk has said of the same encounter. */
function PeerRow({ alert }: { readonly alert: Alert }) {
  const { state } = useShared();
  if (!alert.peer) return null;
  return (
    <p class="own-row" data-peer-answer={alert.peer.state}>
      <span class="who">
        <PartyIcon shape={shapeOf(state.desk, alert.peer.party)} /> {alert.peer.party}
      </span>
      <span>
        <Rich text={peerState(state.words.value, alert)} />
      </span>
    </p>
  );
}

/** Both desks on one encounter; our own alone where there is no other. */
export function Answers({ alert }: { readonly alert: Alert }) {
  if (alert.subject !== "pair" || !alert.peer) return <OwnRow alert={alert} />;
  return (
    <div class="answers">
      <OwnRow alert={alert} />
      <PeerRow alert={alert} />
    </div>
  );
}

export function Marks({ alert }: { readonly alert: Alert }) {
  const { state } = useShared();
  const { t } = state.words.value;
  return (
    <>
      {!alert.recorded && (
        <p class="unrecorded">{t("not-yet-recorded", { at: hms(alert.shown_s ?? alert.first_s) })}</p>
      )}
      {alert.state === "cleared" && <p class="over">{t("over-not-acknowledged")}</p>}
    </>
  );
}

function Card({ alert, selected }: { readonly alert: Alert; readonly selected: boolean }) {
  const { state } = useShared();
  const now_s = state.now_s.value ?? alert.first_s;
  const warning = alert.level === 3;
  const text = sentence(state.words.value, alert, state.desk, now_s);
  return (
    <>
      <div class="head">
        <Plate level={alert.level} />
        {!warning && <Names alert={alert} />}
        <TimeLeft alert={alert} />
      </div>
      {warning && (
        <h2>
          <Names alert={alert} />
        </h2>
      )}
      <p class="sentence">
        <Rich text={text} />
      </p>
      <Marks alert={alert} />
      <Guidance alert={alert} much={selected ? "all" : warning ? "answers" : "line"} />
      {warning && selected && alert.approach && alert.state !== "cleared" && (
        <Figures approach={alert.approach} />
      )}
      <Answers alert={alert} />
      {(selected || unanswered(alert) || withholdable(state, alert)) && <Buttons alert={alert} />}
      <Supervisor alert={alert} />
    </>
  );
}

function Line({ alert }: { readonly alert: Alert }) {
  return (
    <div class="head">
      <Plate level={alert.level} />
      <Names alert={alert} />
      <TimeLeft alert={alert} />
    </div>
  );
}

/** Call signs, or the name of the thing, for the button that selects. */
const nameOf = (alert: Alert): string =>
  alert.a && alert.b ? `${alert.a.label}, ${alert.b.label}` : thingName(alert);

/** A card that becomes selected is brought into view, above the end of the list: its first warning stays on top. */
function useSeen(selected: boolean): RefObject<HTMLLIElement | null> {
  const item = useRef<HTMLLIElement>(null);
  useLayoutEffect(() => {
    if (selected) item.current?.scrollIntoView({ block: "end" });
  }, [selected]);
  return item;
}

export function AlertItem({ alert, open }: { readonly alert: Alert; readonly open: number }) {
  const { state, actions } = useShared();
  const selected = state.selected.value?.id === alert.id;
  const item = useSeen(selected);
  const folded = folds(alert, open, selected);
  const classes = [
    "alert",
    LEVEL_WORD[alert.level],
    alert.state,
    selected ? "selected" : "",
    folded ? "folded" : "",
  ];
  return (
    <li
      ref={item}
      class={classes.filter(Boolean).join(" ")}
      data-alert={alert.id}
      data-state={alert.state}
      aria-current={selected}
    >
      {!selected && (
        <button type="button" class="pick" data-act="select" onClick={() => actions.select(alert.id)}>
          <span class="aside">{state.words.value.t("select", { name: nameOf(alert) })}</span>
        </button>
      )}
      {folded ? <Line alert={alert} /> : <Card alert={alert} selected={selected} />}
    </li>
  );
}
