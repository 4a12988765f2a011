// Leaves aircraft out of the map: by party, call sign, height, or all but those in an alert. The list is never filtered.
import { PartyIcon } from "../icons/Icon";
import { useShared } from "../state/context";
import { DEFAULT_VIEW, heightTyped, type View } from "../state/view";
import { metresIn } from "../words/units";

function toggled(
  all: readonly string[],
  drawn: readonly string[] | null,
  party: string,
): readonly string[] | null {
  const now = drawn ?? all;
  const next = now.includes(party) ? now.filter((id) => id !== party) : [...now, party];
  return all.every((id) => next.includes(id)) ? null : next;
}

export function Filters({ close }: { readonly close: () => void }) {
  const { state } = useShared();
  const { t } = state.words.value;
  const view = state.view.value;
  const unit = state.preferences.value.units.height;
  const parties = state.desk.parties.map((party) => party.id);
  const change = (part: Partial<View>) => {
    state.view.value = { ...view, ...part };
  };
  const shown = (metres: number | null) =>
    metres === null ? "" : String(Math.round(metres / metresIn(unit)));
  const height = (name: "floor_m" | "ceiling_m") => (
    <label>
      {t(`filter-${name === "floor_m" ? "floor" : "ceiling"}`, { unit: t(`symbol-${unit}`) })}
      <input
        inputMode="numeric"
        name={name}
        value={shown(view[name])}
        onChange={(event) => change({ [name]: heightTyped(event.currentTarget.value, unit) })}
      />
    </label>
  );
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()}>
      <fieldset>
        <legend>{t("filter-parties")}</legend>
        {state.desk.parties.map((party) => (
          <label key={party.id}>
            <input
              type="checkbox"
              name={`party-${party.id}`}
              checked={view.parties === null || view.parties.includes(party.id)}
              onChange={() => change({ parties: toggled(parties, view.parties, party.id) })}
            />
            <PartyIcon shape={party.role} /> {party.name}
          </label>
        ))}
      </fieldset>
      <label>
        {t("filter-text")}
        <input
          name="text"
          value={view.text}
          onInput={(event) => change({ text: event.currentTarget.value })}
        />
      </label>
      <div class="pair">
        {height("floor_m")}
        {height("ceiling_m")}
      </div>
      <label class="check">
        <input
          type="checkbox"
          name="alerts"
          checked={view.onlyAlerts}
          onChange={() => change({ onlyAlerts: !view.onlyAlerts })}
        />
        {t("filter-only-alerts")}
      </label>
      <p class="label">{t("filter-note")}</p>
      <div class="buttons">
        <button
          type="button"
          class="button"
          onClick={() => {
            state.view.value = { ...DEFAULT_VIEW, layers: view.layers };
          }}
        >
          {t("filter-all")}
        </button>
        <button type="button" class="button" onClick={close}>
          {t("close")}
        </button>
      </div>
    </form>
  );
}
