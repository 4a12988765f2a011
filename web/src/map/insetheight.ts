// The closest approach seen from the side: both heights on a strip, the band of the vertical minimum between them.
import type { Alert, Picture } from "../stream/types";
import type { Readings } from "./readings";
import { colourOf, svg, symbol, text } from "./svg";

const X = 258;
const TOP = 40;
const BOTTOM = 168;
const MIDDLE = (TOP + BOTTOM) / 2;
const HALF_BAND_PX = 48;
const LEFT_X = 250;
const RIGHT_X = 266;
const TICK_X = 276;

export interface Heights {
  /** Height of the side drawn on the left, in metres; the band stands around it. */
  readonly base_m: number;
  /** The other side above (+) or below (-) it, now and at the closest approach. */
  readonly apart_m: number;
  readonly apartThen_m: number;
}

/** Heights to draw, or null when the two cannot be compared. */
export function heightsOf(alert: Alert, picture: Picture): Heights | null {
  const { approach } = alert;
  const [base, other] = [alert.a, alert.b].map((aircraft) => {
    const row = picture.id.indexOf(aircraft?.id ?? "");
    return row < 0 ? (aircraft?.altitude_m ?? null) : (picture.altitude_m[row] ?? null);
  });
  if (base == null || other == null || !approach || approach.vertical_m === null) return null;
  const sign = other >= base ? 1 : -1;
  const then_m = approach.cpa_vertical_m ?? approach.vertical_m;
  return { base_m: base, apart_m: sign * approach.vertical_m, apartThen_m: sign * then_m };
}

/** The strip as SVG elements; without comparable heights it says so. */
export function heightStrip(
  alert: Alert,
  heights: Heights | null,
  roles: readonly [number, number],
  read: Readings,
): SVGElement[] {
  const asked_m = alert.approach?.asked_vertical_m ?? 0;
  const title = text(read.t("inset-height"), 262, 30, { "text-anchor": "middle", fill: "var(--ink-quiet)" });
  const band = svg("rect", {
    x: 243,
    y: MIDDLE - HALF_BAND_PX,
    width: 30,
    height: 2 * HALF_BAND_PX,
    fill: "none",
    stroke: "var(--ink-quiet)",
    "stroke-dasharray": "4 3",
  });
  const axis = svg("path", { d: `M${X} ${TOP}V${BOTTOM}`, stroke: "var(--line-strong)" });
  const asked = text(read.t("inset-asked", { height: read.heightLimit(asked_m) }), 262, 190, {
    "text-anchor": "middle",
    fill: "var(--ink-quiet)",
  });
  if (heights === null) return [title, band, axis, asked, ...unknown(read)];
  return [
    title,
    band,
    axis,
    asked,
    ...ticks(heights, asked_m, alert, read),
    ...marks(heights, asked_m, roles),
  ];
}

function unknown(read: Readings): SVGElement[] {
  const words = read.t("map-height-unknown").split(" ");
  return words.map((word, i) =>
    text(word, 258, MIDDLE + 4 + (i - (words.length - 1) / 2) * 15, {
      "text-anchor": "middle",
      "font-weight": 700,
      fill: "var(--ink)",
    }),
  );
}

function ticks({ base_m }: Heights, asked_m: number, alert: Alert, read: Readings): SVGElement[] {
  const kind = alert.a?.altitude_kind ?? "unknown";
  return [1, 0, -1].flatMap((k) => {
    const y = MIDDLE - k * HALF_BAND_PX;
    return [
      svg("path", { d: `M254 ${y}h8`, stroke: "var(--ink-quiet)" }),
      text(read.tick(base_m + k * asked_m, kind), TICK_X, y + 4, {
        fill: "var(--ink-soft)",
        "font-size": 10.5,
      }),
    ];
  });
}

function marks(heights: Heights, asked_m: number, roles: readonly [number, number]): SVGElement[] {
  const [now, then] = [heights.apart_m, heights.apartThen_m].map((apart) => level(apart, asked_m)) as [
    number,
    number,
  ];
  const moves = Math.abs(now - then) > 4;
  const colour = colourOf(roles[1]);
  return [
    symbol(roles[0], LEFT_X, MIDDLE),
    ...(moves
      ? [
          svg("path", { d: `M${RIGHT_X} ${now}V${then}`, stroke: colour, "stroke-width": 1.4 }),
          svg("circle", {
            ...{ cx: RIGHT_X, cy: then, r: 3 },
            ...{ fill: "var(--ground)", stroke: "var(--select)", "stroke-width": 1.3 },
          }),
        ]
      : []),
    symbol(roles[1], RIGHT_X, now),
    ...(Math.abs(heights.apart_m) > asked_m * LIMIT ? [beyondMark(now, heights.apart_m > 0)] : []),
  ];
}

// Heights farther apart than this many minima stand at the end of the strip with an arrow.
const LIMIT = (BOTTOM - TOP) / 2 / HALF_BAND_PX;

function level(apart_m: number, asked_m: number): number {
  const share = asked_m > 0 ? apart_m / asked_m : 0;
  return MIDDLE - Math.max(-LIMIT, Math.min(LIMIT, share)) * HALF_BAND_PX;
}

const beyondMark = (y: number, up: boolean): SVGElement =>
  svg("path", {
    d: up ? `M${RIGHT_X - 4} ${y - 10}l4-6 4 6` : `M${RIGHT_X - 4} ${y + 10}l4 6 4-6`,
    fill: "none",
    stroke: "var(--ink-soft)",
    "stroke-width": 1.4,
  });
