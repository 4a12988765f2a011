// Presence: a quiet line when it is soon to be confirmed, here or for one's own session, a loud one when nobody is seen here.
import { LevelIcon } from "../icons/Icon";
import { type Console, isReplay } from "../state/console";
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

/** The node notes what a person did at most twice a minute: a session may end so much earlier than seen from here. */
const NOTED_EVERY_S = 30;

/** When the session of the person at hand ends by itself; null on a desk without accounts. */
export function sessionEnd_s({ desk, active_s }: Pick<Console, "desk" | "active_s">): number | null {
  const since_s = active_s.value;
  if (!desk.person || since_s === null) return null;
  return since_s + desk.person.presence_s - NOTED_EVERY_S;
}

interface Asked {
  readonly what: "due" | "unmanned" | "session";
  readonly until_s: number | null;
}

/** The one question to put: nobody seen here first, then whatever ends sooner. */
export function question(state: Console, now_s: number): Asked | null {
  const presence = state.peers.value.length > 0 ? (state.picture.value?.presence ?? null) : null;
  const what = asking(presence, now_s);
  const desk = what === null ? null : { what, until_s: presence?.until_s ?? null };
  const end_s = sessionEnd_s(state);
  if (end_s === null || end_s - now_s > PROMPT_S || what === "unmanned") return desk;
  const sooner = desk?.until_s ?? null;
  return sooner !== null && sooner < end_s ? desk : { what: "session", until_s: end_s };
}

export function PresenceBanner() {
  const { state, actions } = useShared();
  const words = state.words.value;
  const now_s = state.now_s.value;
  if (now_s === null || isReplay(state)) return null;
  const found = question(state, now_s);
  if (found === null) return null;
  const { what: asked, until_s } = found;
  const request = state.requests.value.get("presence");
  const left_s = Math.max(0, (until_s ?? now_s) - now_s);
  return (
    <div class={`banner ${asked === "unmanned" ? "caution" : ""}`} data-banner={`presence-${asked}`}>
      {asked === "unmanned" && <LevelIcon level={2} />}
      <span>
        <Rich
          text={words.t(`presence-${asked}`, {
            at: hms(until_s),
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
