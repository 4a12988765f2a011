// What the map of the console offers to the page around it. The page owns state and words; the map draws.
import type { Alert, Desk, Picture, Trails } from "../stream/types";
import type { Strings } from "../words/catalogue";
import type { Units } from "../words/units";

export interface Layers {
  readonly trails: boolean;
  readonly labels: boolean;
  readonly rings: boolean;
  readonly coverage: boolean;
  /** Draw every height, whatever the height band of the filters says. */
  readonly allHeights: boolean;
}

/** What to draw; `null` or "" means no restriction. Aircraft in an open alert are drawn whatever this says. */
export interface Filters {
  readonly parties: readonly string[] | null;
  readonly classes: readonly string[] | null;
  /** Part of a call sign or id, letter case ignored. */
  readonly text: string;
  readonly floor_m: number | null;
  readonly ceiling_m: number | null;
}

export interface MapOptions {
  readonly desk: Desk;
  /** Words by catalogue id; the map holds no text of its own. */
  readonly strings: Strings;
}

/** Panels that stand over the map, beside its host, carry `data-over-map`: labels keep out from under them. */
export interface MapView {
  setPicture(picture: Picture): void;
  setAlerts(alerts: readonly Alert[]): void;
  setSelected(alertId: string | null): void;
  setLayers(layers: Layers): void;
  setFilters(filters: Filters): void;
  /** Also to be called after a change of language. */
  setUnits(units: Units): void;
  setTrails(trails: Trails): void;
  centreOn(alert: Alert): void;
  measure(on: boolean): void;
  /** Called with the id of the track clicked or tapped, `null` when the click hit no track. */
  onSelectTrack(callback: (id: string | null) => void): void;
  /** Greys the picture, which the page dates; `null` takes the grey away. */
  setStale(asOf_s: number | null): void;
  destroy(): void;
}

export interface InsetView {
  update(alert: Alert | null, picture: Picture | null, units: Units): void;
  destroy(): void;
}

export const ALL_LAYERS: Layers = {
  trails: true,
  labels: true,
  rings: false,
  coverage: true,
  allHeights: true,
};

export const NO_FILTERS: Filters = { parties: null, classes: null, text: "", floor_m: null, ceiling_m: null };
