// A supervisor refuses the exact position for one pair, with the reason; the other desk is told that it is withheld.
import { useState } from "preact/hooks";
import { useShared } from "../state/context";
import { Dialog } from "./Dialog";

const LONGEST = 500; // as the node takes it

export function WithholdDialog({ alert: id }: { readonly alert: string }) {
  const { state, actions } = useShared();
  const { t } = state.words.value;
  const [reason, setReason] = useState("");
  const alert = state.book.value.alerts.get(id);
  const party = alert?.peer?.party ?? "";
  const request = state.requests.value.get(id);
  const send = async (event: Event) => {
    event.preventDefault();
    await actions.refuseLift(id, reason.trim());
    if (!state.requests.peek().has(id)) state.dialog.value = null;
  };
  return (
    <Dialog title={t("withhold-title", { a: alert?.a?.label ?? id, b: alert?.b?.label ?? "" })}>
      <form class="shelve-form" onSubmit={(event) => void send(event)}>
        <p class="soft">{t("withhold-explains", { party })}</p>
        <label>
          {t("shelve-reason")}
          <input
            name="reason"
            required
            pattern=".*\S.*"
            maxLength={LONGEST}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
        {request?.state === "refused" && (
          <p class="refused" role="alert">
            {t("request-refused", { why: request.why })}
          </p>
        )}
        <button type="submit" class="button primary" disabled={request?.state === "sent"}>
          {t("withhold-send")}
        </button>
      </form>
    </Dialog>
  );
}
