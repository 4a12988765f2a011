// Says new and risen alerts, one sentence each, to a screen reader; what is proposed; and that the picture is frozen.
import { useEffect, useRef, useState } from "preact/hooks";
import { isOver } from "../alerts/moment";
import { LEVEL_WORD } from "../alerts/order";
import { useShared } from "../state/context";
import type { Alert, Level } from "../stream/types";
import { guidanceSaid, isGone } from "../words/guidance";
import { plain, sentence } from "../words/sentences";
import { hms } from "../words/time";

/** The alerts that are new or rose since `known`, highest first as listed. */
export function risen(alerts: readonly Alert[], known: ReadonlyMap<string, Level>): readonly Alert[] {
  return alerts.filter((alert) => alert.state === "active" && alert.level > (known.get(alert.id) ?? 0));
}

/** What is proposed for the selected alert, said again only when its words change or it is no longer good. */
function Proposed() {
  const { state } = useShared();
  const alert = state.selected.value;
  const now_s = state.now_s.value;
  const gone =
    !!alert?.guidance && now_s !== null && isGone(alert.guidance, now_s, state.frozen.value !== null);
  return (
    <div class="aside" role="status" aria-live="polite" data-said="guidance">
      {alert && !isOver(alert) && guidanceSaid(state.words.value, alert, state.desk, gone)}
    </div>
  );
}

export function Announcer() {
  const { state } = useShared();
  const words = state.words.value;
  const known = useRef<ReadonlyMap<string, Level>>(new Map());
  const [said, say] = useState("");
  const alerts = state.alerts.value;
  useEffect(() => {
    const fresh = risen(alerts, known.current);
    known.current = new Map(alerts.map((alert) => [alert.id, alert.level]));
    if (fresh.length === 0) return;
    const spoken = fresh.map((alert) => {
      const text = plain(sentence(words, alert, state.desk, state.now_s.peek() ?? alert.first_s));
      return `${words.t(`level-name-${LEVEL_WORD[alert.level]}`)}: ${text}`;
    });
    say(spoken.join(" "));
  }, [alerts]);
  const frozen = state.frozen.value;
  return (
    <>
      <div class="aside" role="status" aria-live="assertive" data-said="alerts">
        {said}
      </div>
      <div class="aside" role="status" aria-live="assertive" data-said="frozen">
        {frozen && words.t("frozen-said", { at: hms(frozen.since_s) })}
      </div>
      <Proposed />
    </>
  );
}
