// Sound is proven by an ear at the start of a watch; until then, and while the browser withholds sound, this line stays.
import { SpeakerIcon } from "../icons/Icon";
import { useShared } from "../state/context";
import { Rich } from "../words/Rich";

export function SoundBanner() {
  const { state, actions } = useShared();
  const { t } = state.words.value;
  const picture = state.picture.value;
  const { unlocked, notHeard } = state.sound.value;
  const proven = picture?.sound.proven_s != null;
  if (picture === null || (proven && unlocked && !notHeard)) return null;
  const id = notHeard ? "sound-not-heard" : proven ? "sound-locked" : "sound-not-proven";
  return (
    <div class="banner caution sound" data-banner="sound">
      <SpeakerIcon state="unproven" />
      <span>
        <Rich text={t(id)} />
      </span>
      <span class="choices">
        <button type="button" class="button primary" onClick={actions.playTones}>
          {t("sound-play")}
        </button>
        <button type="button" class="button" onClick={() => void actions.soundCheck(true)}>
          {t("sound-heard")}
        </button>
        <button type="button" class="button" onClick={() => void actions.soundCheck(false)}>
          {t("sound-unheard")}
        </button>
      </span>
    </div>
  );
}
