// The closest approach seen from above: both ways in metres around the closest point, with the minimum around it.
import { ahead_s } from "../alerts/moment";
import type { Alert, Picture } from "../stream/types";
import { offset_m, type Place } from "./geodesy";
import { along, dotShares, midpoint, type Path, type Point, pathOf } from "./path";
import { colourOf, levelVariable, svg, symbol, text } from "./svg";

export const PLAN = { left: 10, top: 22, width: 218, height: 160 } as const;
const MIDDLE: Point = [PLAN.left + PLAN.width / 2, PLAN.top + PLAN.height / 2];
const BEYOND_PX = 46; // how far the ways are drawn past the closest point
const TEXT_PX = 24; // the distance stands this far from the closest point
const NAME_PX = 6.6; // width of a bold character of a call sign, on average

export interface Side {
  readonly label: string;
  readonly role: number;
  readonly now: Place;
  readonly closest: Place;
  readonly course_deg: number | null;
}

/** One side of an alert: where it is now and where it will be, or null when it is not in the picture. */
export function sideOf(
  alert: Alert,
  picture: Picture,
  which: "a" | "b",
  roles: ReadonlyMap<string, number>,
): Side | null {
  const aircraft = alert[which];
  const { approach } = alert;
  const row = picture.id.indexOf(aircraft?.id ?? "");
  if (!aircraft || !approach || row < 0) return null;
  const now = { lat: picture.lat[row] as number, lon: picture.lon[row] as number };
  const [lat, lon] = approach[`${which}_cpa`];
  return {
    label: aircraft.label,
    role: roles.get(aircraft.party) ?? 3,
    now,
    closest: ahead_s(alert, picture.now_s) > 0 ? { lat, lon } : now,
    course_deg: picture.track_deg[row] ?? null,
  };
}

/** The plan as SVG elements; `distance` is the least distance in words. */
export function plan(
  alert: Alert,
  sides: readonly [Side, Side],
  left_s: number,
  distance: string,
): SVGElement[] {
  const toPx = scaleOf(sides, alert.approach?.asked_horizontal_m ?? 0);
  const ways = sides.map((side) =>
    pathOf(toPx.point(side.now), toPx.point(side.closest), alert.approach?.turning ?? false, side.course_deg),
  ) as [Path, Path];
  const [a, b] = [ways[0].to, ways[1].to];
  const colour = levelVariable(alert.level);
  const ring = { cx: MIDDLE[0] + toPx.shift[0], cy: MIDDLE[1] + toPx.shift[1], r: toPx.ring_px };
  const where = freeSpot([ring.cx, ring.cy], ways);
  return [
    svg("circle", { ...fixed(ring), fill: "none", stroke: "var(--ink-quiet)", "stroke-dasharray": "4 3" }),
    ...ways.flatMap((way, k) => wayElements(way, colourOf((sides[k] as Side).role), left_s)),
    svg("path", { d: `M${pair(a)}L${pair(b)}`, stroke: colour, "stroke-width": 4 }),
    ...(left_s > 0 ? [a, b].map(closestMark) : []),
    ...ways.map((way, k) => symbol((sides[k] as Side).role, way.from[0], way.from[1])),
    ...ways.map((way, k) => nameElement((sides[k] as Side).label, way)),
    text(distance, where[0], where[1] + 4, {
      "text-anchor": "middle",
      "font-size": 12,
      "font-weight": 700,
      fill: colour,
    }),
  ];
}

interface Scale {
  readonly point: (place: Place) => Point;
  readonly ring_px: number;
  /** Where the closest point lies from the middle of the plan. */
  readonly shift: Point;
}

/** Fits both aircraft, both closest places and the minimum circle into the plan, north up. */
function scaleOf(sides: readonly [Side, Side], ring_m: number): Scale {
  const origin = sides[0].closest;
  const metres = (place: Place): Point => {
    const [east, north] = offset_m(origin, place);
    return [east, -north];
  };
  const centre = midpoint(metres(sides[0].closest), metres(sides[1].closest));
  const points = sides.flatMap((side) => [metres(side.now), metres(side.closest)]);
  const xs = [...points.map(([x]) => x), centre[0] - ring_m, centre[0] + ring_m];
  const ys = [...points.map(([, y]) => y), centre[1] - ring_m, centre[1] + ring_m];
  const [width, height] = [Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys)];
  const scale = Math.min((PLAN.width - 24) / Math.max(width, 1), (PLAN.height - 24) / Math.max(height, 1));
  const middle: Point = [(Math.max(...xs) + Math.min(...xs)) / 2, (Math.max(...ys) + Math.min(...ys)) / 2];
  const toPx = ([x, y]: Point): Point => [
    MIDDLE[0] + (x - middle[0]) * scale,
    MIDDLE[1] + (y - middle[1]) * scale,
  ];
  const at = toPx(centre);
  return {
    point: (place) => toPx(metres(place)),
    ring_px: ring_m * scale,
    shift: [at[0] - MIDDLE[0], at[1] - MIDDLE[1]],
  };
}

function wayElements(way: Path, colour: string, left_s: number): SVGElement[] {
  const curve = way.bend ? `Q${pair(way.bend)} ${pair(way.to)}` : `L${pair(way.to)}`;
  const dots = dotShares(left_s).map((share) => along(way, share));
  return [
    svg("path", { d: `M${pair(way.from)}${curve}`, fill: "none", stroke: colour, "stroke-width": 1.6 }),
    svg("path", {
      d: `M${pair(way.to)}L${pair(beyond(way))}`,
      stroke: colour,
      "stroke-dasharray": "2 4",
      opacity: 0.7,
    }),
    ...dots.map(([x, y]) => svg("circle", { ...fixed({ cx: x, cy: y, r: 1.6 }), fill: colour })),
  ];
}

/** Straight on from the closest point, in the direction of arrival. */
function beyond({ from, to, bend }: Path): Point {
  const [x, y] = bend ?? from;
  const length = Math.hypot(to[0] - x, to[1] - y);
  if (length < 1) return to;
  return [to[0] + ((to[0] - x) * BEYOND_PX) / length, to[1] + ((to[1] - y) * BEYOND_PX) / length];
}

const closestMark = ([x, y]: Point): SVGElement =>
  svg("circle", {
    ...fixed({ cx: x, cy: y, r: 3 }),
    fill: "var(--ground)",
    stroke: "var(--select)",
    "stroke-width": 1.3,
  });

/** The call sign on the far side of the symbol, inside the plan. */
function nameElement(label: string, { from, to }: Path): SVGElement {
  const half = (label.length * NAME_PX) / 2;
  const x = Math.max(PLAN.left + half, Math.min(PLAN.left + PLAN.width - half, from[0]));
  const y = from[1] <= to[1] ? from[1] - 12 : from[1] + 20;
  return text(label, x, y, { "text-anchor": "middle", "font-weight": 700, fill: "var(--ink)" });
}

/** Of eight places around the closest point, the one farthest from both ways. */
function freeSpot([x, y]: Point, ways: readonly Path[]): Point {
  const marks = ways.flatMap((way) =>
    [0, 0.25, 0.5, 0.75, 1].map((share) => along(way, share)).concat([beyond(way)]),
  );
  const spots = Array.from({ length: 8 }, (_, i): Point => {
    const angle = (i * Math.PI) / 4;
    return [x + Math.sin(angle) * TEXT_PX * 1.5, y + Math.cos(angle) * TEXT_PX];
  });
  const room = ([sx, sy]: Point): number =>
    Math.min(...marks.map(([mx, my]) => Math.hypot((sx - mx) * 0.6, sy - my)));
  return spots.reduce((best, spot) => (room(spot) > room(best) + 1 ? spot : best));
}

const pair = ([x, y]: Point): string => `${x.toFixed(1)} ${y.toFixed(1)}`;

const fixed = (values: Readonly<Record<string, number>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value.toFixed(1)]));
