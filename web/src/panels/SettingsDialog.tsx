// What each person chooses at this browser: language, units, sound.
import { useShared } from "../state/context";
import { keepPreferences, type Preferences } from "../state/preferences";
import { LANGUAGES } from "../words/catalogue";
import type { Units } from "../words/units";
import { Dialog } from "./Dialog";

function Choice<T extends string>(props: {
  readonly name: string;
  readonly label: string;
  readonly value: T;
  readonly choices: readonly (readonly [value: T, text: string])[];
  readonly choose: (value: T) => void;
}) {
  return (
    <fieldset class="choice">
      <legend>{props.label}</legend>
      {props.choices.map(([value, text]) => (
        <label key={value}>
          <input
            type="radio"
            name={props.name}
            value={value}
            checked={props.value === value}
            onChange={() => props.choose(value)}
          />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}

export function SettingsDialog() {
  const { state, actions } = useShared();
  const { t } = state.words.value;
  const { language, units } = state.preferences.value;
  const keep = (change: Partial<Preferences>) => {
    state.preferences.value = { ...state.preferences.value, ...change };
    keepPreferences(state.preferences.value);
  };
  const unit = (change: Partial<Units>) => keep({ units: { ...units, ...change } });
  return (
    <Dialog title={t("settings")}>
      <Choice
        name="language"
        label={t("settings-language")}
        value={language}
        choices={LANGUAGES.map((code) => [code, t(`language-${code}`)])}
        choose={(chosen) => keep({ language: chosen })}
      />
      <Choice
        name="height"
        label={t("settings-height")}
        value={units.height}
        choices={[
          ["ft", t("choice-ft")],
          ["m", t("choice-m")],
        ]}
        choose={(height) => unit({ height })}
      />
      <Choice
        name="speed"
        label={t("settings-speed")}
        value={units.speed}
        choices={[
          ["kt", t("choice-kt")],
          ["kmh", t("choice-kmh")],
        ]}
        choose={(speed) => unit({ speed })}
      />
      <Choice
        name="distance"
        label={t("settings-distance")}
        value={units.distance}
        choices={[
          ["NM", t("choice-nm")],
          ["km", t("choice-km")],
        ]}
        choose={(distance) => unit({ distance })}
      />
      <div class="buttons">
        <button type="button" class="button" onClick={actions.playTones}>
          {t("sound-play")}
        </button>
        <button type="button" class="button" data-act="mute" onClick={actions.mute}>
          {t("sound-mute")}
        </button>
      </div>
      <p class="label">{t("settings-version", { version: state.desk.product_version })}</p>
    </Dialog>
  );
}
