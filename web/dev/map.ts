// Starts the map alone on made-up traffic; the address says how many aircraft, which alert and which language.
import "../src/styles/tokens.css";
import { ALL_LAYERS } from "../src/map/contract";
import { closestApproachInset } from "../src/map/inset";
import { createMap } from "../src/map/map";
import { createStrings } from "../src/words/catalogue";
import { AVIATION, METRIC } from "../src/words/units";
import { alertsOf, DESK, flights, pictureAt, trailsOf } from "./traffic";

const query = new URLSearchParams(location.search);
const strings = createStrings(query.has("ru") ? "ru" : "en");

const list = flights(Number(query.get("n") ?? 63));
const alerts = alertsOf(list);
const host = document.querySelector<HTMLElement>("#map");
if (!host) throw new Error("the page has no #map");
const inset = document.querySelector<HTMLElement>("#inset");
if (inset && query.has("inset")) {
  const alert = alerts[Number(query.get("alert") ?? 0)] ?? null;
  closestApproachInset(inset, { desk: DESK, strings }).update(
    alert,
    pictureAt(list, 0),
    query.has("metric") ? METRIC : AVIATION,
  );
}
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
