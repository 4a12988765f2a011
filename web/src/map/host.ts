// What the map reads from the page around its host, and what it writes on the host for tests and panels.
import type { Box } from "./declutter";
import { pairOf } from "./pair";
import type { Scene } from "./scene";

/** Panels beside the host that say with `data-over-map` that they stand over the map. */
export function coveredBoxes(host: HTMLElement): Box[] {
  const origin = host.getBoundingClientRect();
  const panels = host.parentElement?.querySelectorAll("[data-over-map]") ?? [];
  return Array.from(panels, (panel) => {
    const { left, top, width, height } = panel.getBoundingClientRect();
    return { left: left - origin.left, top: top - origin.top, width, height };
  });
}

/** What tests, and people who look into the page, can read of the drawing. */
export function mark(host: HTMLElement, scene: Scene, took_ms: number): void {
  host.dataset.tracks = String(scene.columns.count - scene.columns.hidden);
  host.dataset.labels = String(scene.placed.length);
  host.dataset.selected = scene.selected?.id ?? "";
  host.dataset.pair = pairPlace(scene);
  host.dataset.base = scene.base;
  host.dataset.ready = String(scene.picture !== null);
  host.dataset.drawMs = took_ms.toFixed(1);
}

/** "x y radius" in px of the selected pair with its minimum, "" without one: what stands over the map keeps off it. */
function pairPlace(scene: Scene): string {
  const pair = scene.selected && pairOf(scene, scene.selected);
  if (!pair) return "";
  const [x, y] = pair.middle;
  const reach = Math.max(pair.ring_px, ...pair.now.map(([u, v]) => Math.hypot(u - x, v - y)));
  return [x, y, reach].map(Math.round).join(" ");
}
