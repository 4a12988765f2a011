// The bar that fills until an unanswered warning goes to the supervisor, and what is said after.
import { useShared } from "../state/context";
import type { Alert } from "../stream/types";
import { hms } from "../words/time";

export function Supervisor({ alert }: { readonly alert: Alert }) {
  const { state } = useShared();
  const { t, duration } = state.words.value;
  const at_s = alert.supervisor_s;
  if (alert.escalated) return <p class="escalated">{t("supervisor-went", { at: hms(at_s) })}</p>;
  if (at_s === null || alert.state !== "active") return null;
  const left_s = Math.max(0, at_s - (state.now_s.value ?? at_s));
  const share = 1 - left_s / state.desk.alert_policy.supervisor_s;
  return (
    <>
      <div class="fill" aria-hidden="true">
        <span style={{ width: `${Math.round(100 * Math.min(1, Math.max(0, share)))}%` }} />
      </div>
      <p class="label">{t("supervisor-goes", { time: duration(left_s) })}</p>
    </>
  );
}
