// The camera without a base map: drag, wheel and pinch on the bare graticule, for browsers without WebGL.
import { type Camera, frameOf, MAX_ZOOM, MIN_ZOOM, unproject } from "./camera";
import type { Place } from "./geodesy";
import type { Moved, Rig } from "./rig";

const WHEEL_ZOOM_PER_PX = 1 / 300; // one notch of a common wheel (100 px) is a third of a zoom level

interface Finger {
  x: number;
  y: number;
}

/** A rig that answers pointer and wheel events of `surface`. */
export function plainRig(
  surface: HTMLElement,
  start: { readonly place: Place; readonly zoom: number },
  moved: Moved,
): Rig {
  let { lat, lon } = start.place;
  let zoom = start.zoom;
  const fingers = new Map<number, Finger>();
  const cancel = new AbortController();

  const camera = (): Camera => ({
    lat,
    lon,
    zoom,
    width_px: surface.clientWidth,
    height_px: surface.clientHeight,
  });

  const panBy = (x: number, y: number): void => {
    const { width_px, height_px } = camera();
    ({ lat, lon } = unproject(frameOf(camera()), width_px / 2 + x, height_px / 2 + y));
    moved();
  };

  const zoomAt = (steps: number, x: number, y: number): void => {
    const { width_px, height_px } = camera();
    const [dx, dy] = [x - width_px / 2, y - height_px / 2];
    const next = Math.max(MIN_ZOOM, Math.min(MAX_ZOOM, zoom + steps));
    const share = 1 - 2 ** (zoom - next);
    panBy(dx * share, dy * share);
    zoom = next;
    moved();
  };

  const onMove = (event: PointerEvent): void => {
    const finger = fingers.get(event.pointerId);
    if (!finger) return;
    const before = spread(fingers);
    panBy((finger.x - event.offsetX) / fingers.size, (finger.y - event.offsetY) / fingers.size);
    fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    const after = spread(fingers);
    if (before > 0 && after > 0) zoomAt(Math.log2(after / before), event.offsetX, event.offsetY);
  };
  const onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    zoomAt(-event.deltaY * WHEEL_ZOOM_PER_PX, event.offsetX, event.offsetY);
  };
  const lift = (event: PointerEvent): boolean => fingers.delete(event.pointerId);
  const signal = cancel.signal;
  surface.addEventListener(
    "pointerdown",
    (event) => {
      fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
      surface.setPointerCapture(event.pointerId);
    },
    { signal },
  );
  surface.addEventListener("pointermove", onMove, { signal });
  surface.addEventListener("pointerup", lift, { signal });
  surface.addEventListener("pointercancel", lift, { signal });
  surface.addEventListener("wheel", onWheel, { signal, passive: false });

  return {
    camera,
    panBy,
    zoomBy: (steps) => zoomAt(steps, surface.clientWidth / 2, surface.clientHeight / 2),
    jump: (place, to = zoom) => {
      ({ lat, lon } = place);
      zoom = to;
      moved();
    },
    destroy: () => cancel.abort(),
  };
}

/** Distance between two fingers in px; 0 when there are not exactly two. */
function spread(fingers: ReadonlyMap<number, Finger>): number {
  const [a, b] = [...fingers.values()];
  return a && b && fingers.size === 2 ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
}
