// Covers everything the picture feeds when it is not alive: an old picture looks exactly like a new one.
import { useShared } from "../state/context";
import { hms } from "../words/time";

export function FrozenCover() {
  const { state } = useShared();
  const { t, duration } = state.words.value;
  const frozen = state.frozen.value;
  if (frozen === null) return null;
  const link = state.link.value;
  const known = frozen.since_s !== null;
  return (
    <div class="frozen" role="alert" data-frozen>
      <strong>
        {t("frozen-title")}
        {known && (
          <>
            <br />
            {t("frozen-since", { at: hms(frozen.since_s) })}
          </>
        )}
      </strong>
      <p>{t("frozen-silent", { time: duration(frozen.silent_s) })}</p>
      <p class="soft">
        {link.state === "lost" ? t("link-lost", { attempt: link.attempt }) : t("link-open-no-tick")}
      </p>
      <p class="soft">{t("frozen-voice")}</p>
    </div>
  );
}
