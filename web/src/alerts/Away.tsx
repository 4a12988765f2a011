// What must not be missed while another page covers the list: every warning, and whatever nobody has answered yet.
import { useShared } from "../state/context";
import { WATCH } from "../state/page";
import type { Alert } from "../stream/types";
import { Rich } from "../words/Rich";
import { sentence } from "../words/sentences";
import { Buttons } from "./Buttons";
import { Names } from "./Names";
import { LEVEL_WORD, unanswered } from "./order";
import { Plate } from "./Plate";
import { TimeLeft } from "./TimeLeft";

/** Rows shown beside the warnings, which are all shown; the others are counted. */
const MOST_LOWER = 2;

/** Every warning, then the first of the others that wait for an answer, in the order of the list. */
export function shownAway(alerts: readonly Alert[]): readonly Alert[] {
  const warnings = alerts.filter((alert) => alert.level === 3);
  return [
    ...warnings,
    ...alerts.filter((alert) => alert.level < 3 && unanswered(alert)).slice(0, MOST_LOWER),
  ];
}

function Row({ alert }: { readonly alert: Alert }) {
  const { state } = useShared();
  const selected = state.selected.value?.id === alert.id;
  const classes = ["alert", LEVEL_WORD[alert.level], alert.state, selected ? "selected" : ""];
  const now_s = state.now_s.value ?? alert.first_s;
  return (
    <li
      class={classes.filter(Boolean).join(" ")}
      data-alert={alert.id}
      data-state={alert.state}
      aria-current={selected}
    >
      <Plate level={alert.level} />
      <Names alert={alert} />
      <p class="sentence">
        <Rich text={sentence(state.words.value, alert, state.desk, now_s)} />
      </p>
      <TimeLeft alert={alert} />
      <Buttons alert={alert} />
    </li>
  );
}

export function Away() {
  const { state, actions } = useShared();
  const { t } = state.words.value;
  const alerts = state.alerts.value;
  const shown = shownAway(alerts);
  if (alerts.length === 0) return null;
  return (
    <section class="away" aria-label={t("away")}>
      <ul>
        {shown.map((alert) => (
          <Row key={alert.id} alert={alert} />
        ))}
      </ul>
      <button type="button" class="button" data-act="watch" onClick={() => actions.go(WATCH)}>
        {t("away-open", { count: alerts.length })}
      </button>
    </section>
  );
}
