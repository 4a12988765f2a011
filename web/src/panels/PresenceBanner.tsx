// Presence at this desk: a quiet line when it is soon to be confirmed, a loud one when the other desks see nobody here.
import { LevelIcon } from "../icons/Icon";
import { isReplay } from "../state/console";
import { useShared } from "../state/context";
import type { Presence } from "../stream/peers";
import { Rich } from "../words/Rich";
import { hms } from "../words/time";
import { Key } from "./Key";

/** The last minutes of a half hour: early enough to finish a sentence on the telephone. */
export const PROMPT_S = 300;

/** Whether to ask for presence, and how loudly; null while it holds for longer. */
export function asking(
  presence: Pick<Presence, "state" | "until_s"> | null,
  now_s: number,
): "due" | "unmanned" | null {
  if (presence === null) return null;
  const { state, until_s } = presence;
  if (state === "unmanned" || (until_s !== null && until_s <= now_s)) return "unmanned";
  return until_s !== null && until_s - now_s <= PROMPT_S ? "due" : null;
}

export function PresenceBanner() {
  const { state, actions } = useShared();
  const words = state.words.value;
  const now_s = state.now_s.value;
  const presence = state.picture.value?.presence ?? null;
  if (state.peers.value.length === 0 || now_s === null || isReplay(state)) return null;
  const asked = asking(presence, now_s);
  if (asked === null) return null;
  const request = state.requests.value.get("presence");
  const left_s = (presence?.until_s ?? now_s) - now_s;
  return (
    <div class={`banner ${asked === "unmanned" ? "caution" : ""}`} data-banner={`presence-${asked}`}>
      {asked === "unmanned" && <LevelIcon level={2} />}
      <span>
        <Rich
          text={words.t(`presence-${asked}`, {
            at: hms(presence?.until_s ?? null),
            time: words.duration(left_s),
          })}
        />
        {request?.state === "refused" && (
          <span class="refused" role="alert">
            {" "}
            {words.t("request-refused", { why: request.why })}
          </span>
        )}
      </span>
      <span class="choices">
        <button
          type="button"
          class={`button ${asked === "unmanned" ? "primary" : ""}`}
          data-act="presence"
          disabled={request?.state === "sent"}
          onClick={() => void actions.peers.confirmPresence()}
        >
          {words.t("presence-confirm")} <Key name="I" />
        </button>
      </span>
    </div>
  );
}
