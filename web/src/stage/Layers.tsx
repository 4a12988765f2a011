// What the map draws and whom it leaves out; a restriction in force is always visible.
import { useState } from "preact/hooks";
import { useShared } from "../state/context";
import { type LayerName, restrictions } from "../state/view";
import { Filters } from "./Filters";

const LAYERS: readonly LayerName[] = ["trails", "labels", "rings"];

export function Layers() {
  const { state } = useShared();
  const { t } = state.words.value;
  const [open, setOpen] = useState(false);
  const view = state.view.value;
  const allHeights = view.floor_m === null && view.ceiling_m === null;
  const count = restrictions(view);
  return (
    <div class="layers" data-over-map>
      <fieldset class="strip" aria-label={t("layers")}>
        {LAYERS.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={view.layers[name]}
            data-layer={name}
            onClick={() => {
              state.view.value = { ...view, layers: { ...view.layers, [name]: !view.layers[name] } };
            }}
          >
            {t(`layer-${name}`)}
          </button>
        ))}
        <button
          type="button"
          aria-pressed={allHeights}
          data-layer="heights"
          onClick={() => {
            if (allHeights) setOpen(true);
            else state.view.value = { ...view, floor_m: null, ceiling_m: null };
          }}
        >
          {t("layer-heights")}
        </button>
        <button
          type="button"
          aria-pressed={state.measuring.value}
          data-layer="measure"
          onClick={() => {
            state.measuring.value = !state.measuring.value;
          }}
        >
          {t("layer-measure")}
        </button>
        <button
          type="button"
          class={count > 0 ? "restricting" : ""}
          aria-expanded={open}
          data-layer="filter"
          onClick={() => setOpen(!open)}
        >
          {t("layer-filter", { count })}
        </button>
      </fieldset>
      {open && <Filters close={() => setOpen(false)} />}
    </div>
  );
}
