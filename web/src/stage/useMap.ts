// Brings the map onto the page when it is needed and keeps it fed; the map draws, the page decides.
import { effect } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { MapView } from "../map/contract";
import type { Shared } from "../state/context";
import { filtersOf, layersOf } from "../state/view";
import { api } from "../stream/api";
import { staleAsOf } from "./stale";

const TRAILS_EVERY_MS = 60_000;

/** Effects that carry state to the map; each runs again only when what it reads changes. */
function feed(map: MapView, { state, actions }: Shared): () => void {
  const stops = [
    effect(() => {
      if (state.picture.value) map.setPicture(state.picture.value);
    }),
    effect(() => map.setAlerts(state.alerts.value)),
    effect(() => map.setSelected(state.selected.value?.id ?? null)),
    effect(() => map.setLayers(layersOf(state.view.value))),
    effect(() => map.setFilters(filtersOf(state.view.value))),
    effect(() => map.setUnits(state.preferences.value.units)),
    effect(() => map.measure(state.measuring.value)),
    effect(() => map.setStale(staleAsOf(state.picture.value, state.frozen.value))),
  ];
  map.onSelectTrack((track) => {
    const alert = state.alerts
      .peek()
      .find(({ a, b }) => track !== null && (a?.id === track || b?.id === track));
    if (alert) actions.select(alert.id);
  });
  const askTrails = () => {
    api.trails().then(map.setTrails.bind(map), () => {}); // without trails the map draws from the frames it gets
  };
  askTrails();
  const timer = setInterval(askTrails, TRAILS_EVERY_MS);
  return () => {
    clearInterval(timer);
    for (const stop of stops) stop();
    map.destroy();
  };
}

/** The map inside `host`, null until its code has arrived; "failed" where it cannot be drawn at all. */
export function useMap(host: RefObject<HTMLElement | null>, shared: Shared): MapView | null | "failed" {
  const [map, setMap] = useState<MapView | null | "failed">(null);
  useEffect(() => {
    let stop = () => {};
    let wanted = true;
    const start = async () => {
      const { createMap } = await import("../map/map");
      if (!wanted || host.current === null) return;
      const { state } = shared;
      const made = createMap(host.current, {
        desk: state.desk,
        strings: (id, args) => state.words.peek().t(id, args),
      });
      stop = feed(made, shared);
      setMap(made);
    };
    start().catch((error: unknown) => {
      console.error(error);
      setMap("failed");
    });
    return () => {
      wanted = false;
      stop();
    };
  }, []);
  return map;
}
