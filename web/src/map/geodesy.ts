// Distances and bearings on the reference sphere, on which one minute of arc is one nautical mile.
// The same model as the live verdicts of the node; incident figures use WGS-84 and come from the node.

export const M_PER_NM = 1852;
export const SPHERE_RADIUS_M = (M_PER_NM * 60 * 180) / Math.PI;

export interface Place {
  readonly lat: number;
  readonly lon: number;
}

const RAD = Math.PI / 180;

/** Great-circle distance in metres (haversine: exact also for neighbouring places). */
export function distance_m(a: Place, b: Place): number {
  const dLat = (b.lat - a.lat) * RAD;
  const dLon = (b.lon - a.lon) * RAD;
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a.lat * RAD) * Math.cos(b.lat * RAD) * Math.sin(dLon / 2) ** 2;
  return 2 * SPHERE_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Initial true bearing from a to b in degrees, 0 <= bearing < 360. */
export function bearing_deg(a: Place, b: Place): number {
  const dLon = (b.lon - a.lon) * RAD;
  const y = Math.sin(dLon) * Math.cos(b.lat * RAD);
  const x =
    Math.cos(a.lat * RAD) * Math.sin(b.lat * RAD) -
    Math.sin(a.lat * RAD) * Math.cos(b.lat * RAD) * Math.cos(dLon);
  return (Math.atan2(y, x) / RAD + 360) % 360;
}

/** The place reached from `from` along a great circle; longitude within -180 to 180. */
export function destination(from: Place, bearing: number, range_m: number): Place {
  const arc = range_m / SPHERE_RADIUS_M;
  const lat = from.lat * RAD;
  const sinLat = Math.sin(lat) * Math.cos(arc) + Math.cos(lat) * Math.sin(arc) * Math.cos(bearing * RAD);
  const dLon = Math.atan2(
    Math.sin(bearing * RAD) * Math.sin(arc) * Math.cos(lat),
    Math.cos(arc) - Math.sin(lat) * sinLat,
  );
  return { lat: Math.asin(sinLat) / RAD, lon: ((from.lon + dLon / RAD + 540) % 360) - 180 };
}

/** Offset of b from a in metres (east, north) on the plane that touches the sphere between them. */
export function offset_m(a: Place, b: Place): readonly [east: number, north: number] {
  const dLon = ((b.lon - a.lon + 540) % 360) - 180;
  const mid = ((a.lat + b.lat) / 2) * RAD;
  return [dLon * RAD * SPHERE_RADIUS_M * Math.cos(mid), (b.lat - a.lat) * RAD * SPHERE_RADIUS_M];
}

/** Points of a circle on the sphere, closed by its first point. */
export function circle(centre: Place, radius_m: number, points: number): Place[] {
  return Array.from({ length: points + 1 }, (_, i) =>
    destination(centre, ((i % points) * 360) / points, radius_m),
  );
}

/** The place halfway between two near places. */
export function halfway(a: Place, b: Place): Place {
  const dLon = ((b.lon - a.lon + 540) % 360) - 180;
  return { lat: (a.lat + b.lat) / 2, lon: ((a.lon + dLon / 2 + 540) % 360) - 180 };
}
