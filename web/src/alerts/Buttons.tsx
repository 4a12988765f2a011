// Acknowledge and shelve, and what became of the press: sent, refused with the node's reason, or done.
import { Key } from "../panels/Key";
import { isReplay } from "../state/console";
import { useShared } from "../state/context";
import type { Alert } from "../stream/types";
import { shelvable, unanswered } from "./order";

export function Buttons({ alert }: { readonly alert: Alert }) {
  const { state, actions } = useShared();
  const { t } = state.words.value;
  const request = state.requests.value.get(alert.id);
  const sending = request?.state === "sent";
  if (!unanswered(alert) && !shelvable(alert)) return null;
  if (isReplay(state)) return <p class="label">{t("replay-no-answer")}</p>;
  return (
    <>
      <div class="buttons">
        {unanswered(alert) && (
          <button
            type="button"
            class="button primary"
            data-act="acknowledge"
            disabled={sending}
            onClick={() => void actions.acknowledge(alert)}
          >
            {t(sending ? "acknowledge-sent" : "acknowledge")} <Key name="A" />
          </button>
        )}
        {shelvable(alert) && (
          <button
            type="button"
            class="button"
            data-act="shelve"
            disabled={sending}
            onClick={() => actions.openShelve(alert)}
          >
            {t("shelve")} <Key name="S" />
          </button>
        )}
      </div>
      {request?.state === "refused" && (
        <p class="refused" role="alert">
          {t("request-refused", { why: request.why })}
        </p>
      )}
    </>
  );
}
