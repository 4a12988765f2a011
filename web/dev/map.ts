// Starts the map alone on made-up traffic; the address says how many aircraft, which alert and which language.
import "../src/styles/tokens.css";
import { FluentBundle, FluentResource } from "@fluent/bundle";
import english from "../../locale/en/map.ftl?raw";
import russian from "../../locale/ru/map.ftl?raw";
import { ALL_LAYERS } from "../src/map/contract";
import { createMap } from "../src/map/map";
import { AVIATION, METRIC } from "../src/words/units";
import { alertsOf, DESK, flights, pictureAt, trailsOf } from "./traffic";

const query = new URLSearchParams(location.search);
const bundle = new FluentBundle("en", { useIsolating: false });
bundle.addResource(new FluentResource(query.has("ru") ? russian : english));
bundle.addResource(
  new FluentResource(`
unit-NM = { $n } NM
unit-km = { $n } km
unit-ft = { $n } ft
unit-m = { $n } m
unit-kt = { $n } kt
unit-kmh = { $n } km/h
duration-s = { $s } s
duration-min = { $min } min { $s } s
`),
);
const strings = (id: string, args?: Parameters<typeof bundle.formatPattern>[1]): string => {
  const value = bundle.getMessage(id)?.value;
  return value ? bundle.formatPattern(value, args ?? null, []) : `⟨${id}⟩`;
};

const list = flights(Number(query.get("n") ?? 63));
const alerts = alertsOf(list);
const host = document.querySelector<HTMLElement>("#map");
if (!host) throw new Error("the page has no #map");
const map = createMap(host, { desk: DESK, strings });
map.setLayers({ ...ALL_LAYERS, rings: query.has("rings") });
map.setUnits(query.has("metric") ? METRIC : AVIATION);
map.setTrails(trailsOf(list));
map.setAlerts(alerts);
map.setSelected(alerts[Number(query.get("alert") ?? 0)]?.id ?? null);
map.measure(query.has("measure"));

let after_s = 0;
map.setPicture(pictureAt(list, 0));
if (query.has("move")) {
  setInterval(() => {
    after_s += 1;
    map.setPicture(pictureAt(list, after_s));
  }, 1000);
}
Object.assign(globalThis, { map, list, alerts, pictureAt });
