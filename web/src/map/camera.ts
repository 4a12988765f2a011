// Where the map looks: spherical Mercator, 512 px tiles, north up, never tilted (the projection of MapLibre).
import { type Place, SPHERE_RADIUS_M } from "./geodesy";

export interface Camera {
  readonly lat: number;
  readonly lon: number;
  readonly zoom: number;
  readonly width_px: number;
  readonly height_px: number;
}

/** A camera made ready to project: world size in px and where the top left corner lies. */
export interface Frame {
  readonly camera: Camera;
  readonly world_px: number;
  readonly left_px: number;
  readonly top_px: number;
}

export const MIN_ZOOM = 2;
export const MAX_ZOOM = 15;

const TILE_PX = 512;
const MAX_LAT = 85.051129; // the square of web Mercator ends here
const RAD = Math.PI / 180;

/** Mercator x of a longitude: 0 at 180 W, 1 at 180 E. */
export const mercatorX = (lon: number): number => lon / 360 + 0.5;

/** Mercator y of a latitude: 0 at 85.05 N, 1 at 85.05 S. */
export function mercatorY(lat: number): number {
  const clamped = Math.max(-MAX_LAT, Math.min(MAX_LAT, lat));
  return 0.5 - Math.log(Math.tan(Math.PI / 4 + (clamped * RAD) / 2)) / (2 * Math.PI);
}

/** Mercator units per metre at a latitude; a distance on the ground times this times the world size is px. */
export const mercatorPerMetre = (lat: number): number =>
  1 / (2 * Math.PI * SPHERE_RADIUS_M * Math.max(1e-3, Math.cos(lat * RAD)));

export function frameOf(camera: Camera): Frame {
  const world_px = TILE_PX * 2 ** camera.zoom;
  return {
    camera,
    world_px,
    left_px: mercatorX(camera.lon) * world_px - camera.width_px / 2,
    top_px: mercatorY(camera.lat) * world_px - camera.height_px / 2,
  };
}

/** Screen position of a Mercator pair, on the copy of the world nearest to the middle of the screen. */
export function toScreen(frame: Frame, x: number, y: number): readonly [x: number, y: number] {
  const turns = Math.round(mercatorX(frame.camera.lon) - x);
  return [(x + turns) * frame.world_px - frame.left_px, y * frame.world_px - frame.top_px];
}

export const project = (frame: Frame, place: Place): readonly [x: number, y: number] =>
  toScreen(frame, mercatorX(place.lon), mercatorY(place.lat));

export function unproject(frame: Frame, x: number, y: number): Place {
  const mx = (x + frame.left_px) / frame.world_px;
  const my = (y + frame.top_px) / frame.world_px;
  const lon = (((((mx - 0.5) * 360 + 180) % 360) + 360) % 360) - 180;
  return { lon, lat: (2 * Math.atan(Math.exp((0.5 - my) * 2 * Math.PI)) - Math.PI / 2) / RAD };
}

/** Pixels per metre at a latitude. */
export const pxPerMetre = (frame: Frame, lat: number): number => mercatorPerMetre(lat) * frame.world_px;

/** The zoom at which `span_deg` of longitude fill `width_px`. */
export function zoomForSpan(span_deg: number, width_px: number): number {
  const zoom = Math.log2((Math.max(width_px, 1) * 360) / (TILE_PX * Math.max(span_deg, 0.01)));
  return Math.max(MIN_ZOOM, Math.min(MAX_ZOOM, zoom));
}
