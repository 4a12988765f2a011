// What the map shows, held in the address so that a view can be bookmarked and passed on.
import { ALL_LAYERS, type Filters, type Layers, NO_FILTERS } from "../map/contract";
import { metresIn, type Units } from "../words/units";

export type LayerName = "trails" | "labels" | "rings";

export interface View {
  readonly layers: Pick<Layers, LayerName>;
  /** Parties drawn; null is every party. */
  readonly parties: readonly string[] | null;
  readonly text: string;
  readonly floor_m: number | null;
  readonly ceiling_m: number | null;
  readonly onlyAlerts: boolean;
}

export const DEFAULT_VIEW: View = {
  layers: { trails: ALL_LAYERS.trails, labels: ALL_LAYERS.labels, rings: ALL_LAYERS.rings },
  parties: null,
  text: "",
  floor_m: null,
  ceiling_m: null,
  onlyAlerts: false,
};

const LAYER_NAMES: readonly LayerName[] = ["trails", "labels", "rings"];

function metres(text: string | null): number | null {
  if (text === null || text.trim() === "") return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** Reads a view from a query string; what is absent or unreadable takes its default. */
export function viewFromQuery(query: string): View {
  const given = new URLSearchParams(query);
  const flag = (name: LayerName): boolean => {
    const value = given.get(name);
    return value === null ? DEFAULT_VIEW.layers[name] : value === "1";
  };
  return {
    layers: { trails: flag("trails"), labels: flag("labels"), rings: flag("rings") },
    parties: given.has("party") ? given.getAll("party").filter((id) => id !== "") : null,
    text: given.get("text") ?? "",
    floor_m: metres(given.get("floor_m")),
    ceiling_m: metres(given.get("ceiling_m")),
    onlyAlerts: given.get("alerts") === "1",
  };
}

/** The shortest query that reads back as `view`; parameters of others in `query` stay. */
export function queryFromView(view: View, query = ""): string {
  const made = new URLSearchParams(query);
  for (const name of [...LAYER_NAMES, "party", "text", "floor_m", "ceiling_m", "alerts"]) made.delete(name);
  for (const name of LAYER_NAMES) {
    if (view.layers[name] !== DEFAULT_VIEW.layers[name]) made.set(name, view.layers[name] ? "1" : "0");
  }
  if (view.parties !== null)
    for (const id of view.parties.length > 0 ? view.parties : [""]) made.append("party", id);
  if (view.text !== "") made.set("text", view.text);
  if (view.floor_m !== null) made.set("floor_m", String(view.floor_m));
  if (view.ceiling_m !== null) made.set("ceiling_m", String(view.ceiling_m));
  if (view.onlyAlerts) made.set("alerts", "1");
  const text = made.toString();
  return text === "" ? "" : `?${text}`;
}

/** Number of restrictions in force: aircraft are being left out, and the screen says so. */
export function restrictions(view: View): number {
  return [
    view.parties !== null,
    view.text !== "",
    view.floor_m !== null || view.ceiling_m !== null,
    view.onlyAlerts,
  ].filter(Boolean).length;
}

/** Layers for the map: coverage is never hidden, because unwatched air must not look watched. */
export function layersOf(view: View): Layers {
  return { ...view.layers, coverage: true, allHeights: view.floor_m === null && view.ceiling_m === null };
}

/** Filters for the map; it draws aircraft in an open alert whatever the filters say, so "only in alert" is nobody else. */
export function filtersOf(view: View): Filters {
  return {
    ...NO_FILTERS,
    parties: view.onlyAlerts ? [] : view.parties,
    text: view.text,
    floor_m: view.floor_m,
    ceiling_m: view.ceiling_m,
  };
}

/** Height typed in the person's unit, in metres to a tenth; empty or unreadable is no limit. */
export function heightTyped(text: string, unit: Units["height"]): number | null {
  const value = metres(text.replace(",", "."));
  return value === null ? null : Math.round(value * metresIn(unit) * 10) / 10;
}
