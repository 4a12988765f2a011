// What holds the camera and moves it: MapLibre with the base map, or the plain rig where WebGL is missing.
import type { Camera } from "./camera";
import type { Place } from "./geodesy";

export interface Rig {
  camera(): Camera;
  /** Moves at once; `zoom` keeps its value when left out. */
  jump(place: Place, zoom?: number): void;
  zoomBy(steps: number): void;
  panBy(x_px: number, y_px: number): void;
  destroy(): void;
}

/** Called whenever the camera moved; the overlay follows in the same frame. */
export type Moved = () => void;
