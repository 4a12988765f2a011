// Puts an alert on the shelf: a reason, and a time of at most the desk's limit. A warning never gets here.
import { useState } from "preact/hooks";
import { useShared } from "../state/context";
import { Dialog } from "./Dialog";

const USUAL_MIN = 5;

export function ShelveDialog({ alert: id }: { readonly alert: string }) {
  const { state, actions } = useShared();
  const { t } = state.words.value;
  const most = Math.floor(state.desk.alert_policy.shelve_max_s / 60);
  const [minutes, setMinutes] = useState(Math.min(USUAL_MIN, most));
  const [reason, setReason] = useState("");
  const alert = state.book.value.alerts.get(id);
  const request = state.requests.value.get(id);
  const send = async (event: Event) => {
    event.preventDefault();
    await actions.shelve(id, minutes, reason.trim());
    if (!state.requests.peek().has(id)) state.dialog.value = null;
  };
  return (
    <Dialog title={t("shelve-title", { a: alert?.a?.label ?? alert?.key ?? id, b: alert?.b?.label ?? "" })}>
      <form class="shelve-form" onSubmit={(event) => void send(event)}>
        <p class="soft">{t("shelve-explains")}</p>
        <label>
          {t("shelve-reason")}
          <input
            name="reason"
            required
            pattern=".*\S.*"
            maxLength={200}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
        <label>
          {t("shelve-minutes", { most })}
          <input
            name="minutes"
            type="number"
            required
            min={1}
            max={most}
            step={1}
            value={minutes}
            onInput={(event) => setMinutes(event.currentTarget.valueAsNumber)}
          />
        </label>
        {request?.state === "refused" && (
          <p class="refused" role="alert">
            {t("request-refused", { why: request.why })}
          </p>
        )}
        <button type="submit" class="button primary" disabled={request?.state === "sent"}>
          {t("shelve-send")}
        </button>
      </form>
    </Dialog>
  );
}
