// The predicted way of one aircraft to the closest approach, in px: straight, or bent while it turns.

export type Point = readonly [x: number, y: number];

export const DOT_EVERY_S = 10;
const MOST_DOTS = 60; // ten minutes; a longer prediction gets no more

export interface Path {
  readonly from: Point;
  readonly to: Point;
  /** Control point of the curve, null for a straight way. */
  readonly bend: Point | null;
}

/** A way that leaves `from` on the present course when the aircraft turns and its course is known. */
export function pathOf(
  from: Point,
  to: Point,
  turning: boolean,
  course_deg: number | null | undefined,
): Path {
  if (!turning || course_deg == null) return { from, to, bend: null };
  const half = Math.hypot(to[0] - from[0], to[1] - from[1]) / 2;
  const angle = (course_deg * Math.PI) / 180;
  return { from, to, bend: [from[0] + Math.sin(angle) * half, from[1] - Math.cos(angle) * half] };
}

/** The point at a share of the way, 0 at the start and 1 at the end. */
export function along({ from, to, bend }: Path, share: number): Point {
  const rest = 1 - share;
  if (!bend) return [from[0] * rest + to[0] * share, from[1] * rest + to[1] * share];
  const mix = (k: 0 | 1): number =>
    rest * rest * from[k] + 2 * rest * share * bend[k] + share * share * to[k];
  return [mix(0), mix(1)];
}

/** Shares of the way at which dots lie: every 10 s from now, the ends left out. */
export function dotShares(left_s: number): number[] {
  const count = Math.min(MOST_DOTS, Math.max(0, Math.ceil(left_s / DOT_EVERY_S) - 1));
  return Array.from({ length: count }, (_, i) => ((i + 1) * DOT_EVERY_S) / left_s);
}

export const midpoint = (a: Point, b: Point): Point => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
