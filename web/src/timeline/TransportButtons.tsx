// Play, pause and speed of a replay; what is shown pressed is what the node answered.
import { useShared } from "../state/context";
import type { Transport } from "../stream/types";

export const SPEEDS: readonly number[] = [1, 2, 4, 10, 30, 60];

export function TransportButtons({ transport }: { readonly transport: Transport }) {
  const { state, actions } = useShared();
  const { t } = state.words.value;
  const refused = state.requests.value.get("replay");
  return (
    <span class="transport">
      {refused?.state === "refused" && (
        <span class="refused" role="alert">
          {t("request-refused", { why: refused.why })}
        </span>
      )}
      <button
        type="button"
        class="text-button"
        data-act="play"
        onClick={() => void actions.replay({ playing: !transport.playing })}
      >
        {t(transport.playing ? "replay-pause" : "replay-play")}
      </button>
      <fieldset class="speeds" aria-label={t("replay-speed")}>
        {SPEEDS.map((speed) => (
          <button
            key={speed}
            type="button"
            class="text-button"
            aria-pressed={speed === transport.speed}
            onClick={() => void actions.replay({ speed })}
          >
            ×{speed}
          </button>
        ))}
      </fieldset>
    </span>
  );
}
