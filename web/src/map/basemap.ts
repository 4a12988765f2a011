// The offline base map: MapLibre GL JS 6 over land and borders bundled with the console. No network, no glyphs.
import { type GeoJSONSource, Map as GlMap, type StyleSpecification, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "maplibre-gl/dist/maplibre-gl.css";
import fineUrl from "world-atlas/countries-10m.json?url";
import coarseUrl from "world-atlas/countries-50m.json?url";
import { MAX_ZOOM, MIN_ZOOM } from "./camera";
import type { Place } from "./geodesy";
import { type Atlas, type Box, boxRing, cut, type Ground, groundOf } from "./ground";
import type { Moved, Rig } from "./rig";
import type { Tokens } from "./tokens";

// The fine shapes are cut to this many degrees around the desk: all a desk looks at, a fraction of the world.
const FINE_REACH_DEG = 12;
const PAN_STEP_MS = 0; // a moving picture under a moving map is hard to read: no eased pans

/** Starts MapLibre in `container`; throws where WebGL is missing. */
export function basemapRig(
  container: HTMLElement,
  start: { readonly place: Place; readonly zoom: number },
  tokens: Tokens,
  moved: Moved,
  failed: (error: unknown) => void,
): Rig {
  setWorkerUrl(new URL(workerUrl, document.baseURI).href);
  const map = new GlMap({
    container,
    style: styleOf(tokens),
    center: [start.place.lon, start.place.lat],
    zoom: start.zoom,
    minZoom: MIN_ZOOM,
    maxZoom: MAX_ZOOM,
    maxPitch: 0,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    keyboard: false, // arrow keys belong to the list of encounters
    attributionControl: false, // the overlay writes it, in the words of the catalogue
    fadeDuration: 0,
  });
  map.touchZoomRotate.disableRotation();
  map.on("move", moved);
  map.on("resize", moved);
  map.once("load", () => fill(map, start.place).catch(failed));
  return rigOf(map, container);
}

function rigOf(map: GlMap, container: HTMLElement): Rig {
  return {
    camera: () => ({
      lat: map.getCenter().lat,
      lon: map.getCenter().lng,
      zoom: map.getZoom(),
      width_px: container.clientWidth,
      height_px: container.clientHeight,
    }),
    jump: (place, zoom = map.getZoom()) => map.jumpTo({ center: [place.lon, place.lat], zoom }),
    zoomBy: (steps) => map.jumpTo({ zoom: map.getZoom() + steps }),
    panBy: (x, y) => map.panBy([x, y], { duration: PAN_STEP_MS }),
    destroy: () => map.remove(),
  };
}

/** The world first, coarse and at once; then the region of the desk in detail over it. */
async function fill(map: GlMap, centre: Place): Promise<void> {
  show(map, "coarse", groundOf(await atlas(coarseUrl)));
  const box = around(centre);
  const fine = cut(groundOf(await atlas(fineUrl)), box);
  set(map, "fine-sea", { type: "Polygon", coordinates: [boxRing(box)] });
  show(map, "fine", fine);
}

async function atlas(url: string): Promise<Atlas> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`the base map ${url} answered ${answer.status}`);
  return (await answer.json()) as Atlas;
}

const around = ({ lat, lon }: Place): Box => [
  Math.max(-180, lon - FINE_REACH_DEG),
  Math.max(-85, lat - FINE_REACH_DEG),
  Math.min(180, lon + FINE_REACH_DEG),
  Math.min(85, lat + FINE_REACH_DEG),
];

function show(map: GlMap, detail: "coarse" | "fine", ground: Ground): void {
  for (const part of ["land", "coast", "border"] as const) set(map, `${detail}-${part}`, ground[part]);
}

function set(map: GlMap, source: string, geometry: GeoJSON.Geometry): void {
  map.getSource<GeoJSONSource>(source)?.setData({ type: "Feature", properties: {}, geometry });
}

function styleOf(tokens: Tokens): StyleSpecification {
  const names = [
    "coarse-land",
    "coarse-coast",
    "coarse-border",
    "fine-sea",
    "fine-land",
    "fine-coast",
    "fine-border",
  ];
  const colour: Record<string, string> = {
    sea: tokens.sea,
    land: tokens.land,
    coast: tokens.coast,
    border: tokens.border,
  };
  const empty: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };
  return {
    version: 8,
    sources: Object.fromEntries(
      names.map((name) => [
        name,
        { type: "geojson", data: empty, maxzoom: 10, tolerance: name.startsWith("fine") ? 0.05 : 0.375 },
      ]),
    ),
    layers: [
      { id: "sea", type: "background", paint: { "background-color": tokens.sea } },
      ...names.map((name) => layerOf(name, colour[name.split("-")[1] as string] as string)),
    ],
  };
}

function layerOf(name: string, colour: string): StyleSpecification["layers"][number] {
  if (name.endsWith("land") || name.endsWith("sea"))
    return { id: name, type: "fill", source: name, paint: { "fill-color": colour, "fill-antialias": false } };
  const border = name.endsWith("border");
  return {
    id: name,
    type: "line",
    source: name,
    paint: {
      "line-color": colour,
      "line-width": border ? 1.4 : 1.2,
      ...(border ? { "line-dasharray": [7, 2, 1.5, 2] } : {}),
    },
  };
}
