// Acknowledge and shelve, and what became of the press: sent, refused with the node's reason, or done.
import { Key } from "../panels/Key";
import { type Console, isReplay, may } from "../state/console";
import { useShared } from "../state/context";
import type { Alert } from "../stream/types";
import { shelvable, unanswered } from "./order";

/** Whether the other party is being given an exact position because of this alert, and this person may end that. */
export function withholdable(state: Console, { peer, state: stands }: Alert): boolean {
  if (!peer || peer.refused || stands === "cleared" || !may(state, "refuse_lift")) return false;
  return state.peers.value.some(({ party, lifts_open }) => party === peer.party && lifts_open > 0);
}

export function Buttons({ alert }: { readonly alert: Alert }) {
  const { state, actions } = useShared();
  const { t } = state.words.value;
  const request = state.requests.value.get(alert.id);
  const sending = request?.state === "sent";
  const withhold = withholdable(state, alert);
  if (!unanswered(alert) && !shelvable(alert) && !withhold) return null;
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
        {withhold && (
          <button
            type="button"
            class="button"
            data-act="withhold"
            disabled={sending}
            onClick={() => {
              state.dialog.value = { kind: "withhold", alert: alert.id };
            }}
          >
            {t("withhold")}
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
