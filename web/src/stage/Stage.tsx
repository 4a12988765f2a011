// The picture: the map with what floats over it, and the cover when it must not be used.
import { useEffect, useRef } from "preact/hooks";
import { ahead_s } from "../alerts/moment";
import { useShared } from "../state/context";
import { hms } from "../words/time";
import { drawable, Inset } from "./Inset";
import { Layers } from "./Layers";
import { behind_s } from "./stale";
import { type InsetPlace, useInsetPlace } from "./useInsetPlace";
import { useMap } from "./useMap";

/** "as of 12:02:58, 13 s ago": the last known picture stays, dated. */
function AsOf() {
  const { state } = useShared();
  const words = state.words.value;
  const picture = state.picture.value;
  const behind = behind_s(picture);
  if (picture === null) return <div class="as-of">{words.t("picture-none-yet")}</div>;
  if (behind === 0) return null;
  return (
    <>
      <div class="as-of" data-over-map data-as-of>
        {words.t("picture-as-of", { at: hms(picture.as_of_s), time: words.duration(behind) })}
      </div>
      <p class="as-of-note" data-over-map>
        {words.t("picture-not-judged")}
      </p>
    </>
  );
}

/** The panel stands in the upper left corner unless the selected pair is there; then in the lower one. */
function InsetPanel({ place }: { readonly place: InsetPlace }) {
  const { state } = useShared();
  const words = state.words.value;
  const alert = state.selected.value;
  if (!drawable(alert)) return null;
  const ahead = ahead_s(alert, state.now_s.value ?? alert.first_s);
  return (
    <section class={`float inset ${place}`} data-over-map aria-label={words.t("inset-title")}>
      <header class="panel-head">
        <h2>{words.t("inset-title")}</h2>
        <span>{ahead > 0 ? hms(alert.approach?.t_cpa_s ?? null) : words.t("left-now")}</span>
        <span class="end">{words.t("inset-dots")}</span>
      </header>
      <Inset />
    </section>
  );
}

export function Stage({ onCentre }: { readonly onCentre: (centre: () => void) => void }) {
  const shared = useShared();
  const { state } = shared;
  const host = useRef<HTMLDivElement>(null);
  const map = useMap(host, shared);
  useEffect(() => {
    onCentre(() => {
      const alert = state.selected.peek();
      if (map !== null && map !== "failed" && alert !== null) map.centreOn(alert);
    });
  }, [map]);
  return (
    <main class="stage" aria-label={state.words.value.t("map")}>
      <div
        ref={host}
        class="map"
        data-map={map === null ? "loading" : map === "failed" ? "failed" : "ready"}
      />
      {map === "failed" && <p class="map-failed">{state.words.value.t("map-failed")}</p>}
      <InsetPanel place={useInsetPlace(host)} />
      <Layers />
      <AsOf />
    </main>
  );
}
