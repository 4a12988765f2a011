// The land and the lines of the base map, taken from Natural Earth through the world-atlas package.
// For drawing only: no verdict is ever computed from these shapes.
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";

export type Atlas = Topology<{ countries: GeometryCollection; land: GeometryCollection }>;

type Ring = readonly (readonly number[])[];

/** A box in degrees: west, south, east, north. */
export type Box = readonly [west: number, south: number, east: number, north: number];

export interface Ground {
  readonly land: GeoJSON.MultiPolygon;
  readonly coast: GeoJSON.MultiLineString;
  readonly border: GeoJSON.MultiLineString;
}

/** The whole atlas as land, coast lines and borders. */
export function groundOf(atlas: Atlas): Ground {
  return {
    land: { type: "MultiPolygon", coordinates: polygonsOf(atlas) },
    coast: mesh(atlas, atlas.objects.countries, (a, b) => a === b),
    border: mesh(atlas, atlas.objects.countries, (a, b) => a !== b),
  };
}

/** The part of a ground inside a box: rings clipped to it, lines that touch it. */
export function cut(ground: Ground, box: Box): Ground {
  const land = ground.land.coordinates
    .map((rings) => rings.map((ring) => clip(ring, box)).filter((ring) => ring.length > 3))
    .filter((rings) => rings.length > 0);
  return {
    land: { type: "MultiPolygon", coordinates: land },
    coast: { type: "MultiLineString", coordinates: linesIn(ground.coast, box) },
    border: { type: "MultiLineString", coordinates: linesIn(ground.border, box) },
  };
}

export const boxRing = ([west, south, east, north]: Box): number[][] => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];

function polygonsOf(atlas: Atlas): GeoJSON.Position[][][] {
  return feature(atlas, atlas.objects.land).features.flatMap(({ geometry }) =>
    geometry.type === "MultiPolygon"
      ? geometry.coordinates
      : geometry.type === "Polygon"
        ? [geometry.coordinates]
        : [],
  );
}

/** Pieces of lines inside the box; a piece keeps one point outside at each end, so it reaches the edge. */
function linesIn(lines: GeoJSON.MultiLineString, box: Box): GeoJSON.Position[][] {
  return lines.coordinates.flatMap((line) => piecesIn(line, box));
}

function piecesIn(line: GeoJSON.Position[], box: Box): GeoJSON.Position[][] {
  const pieces: GeoJSON.Position[][] = [];
  let from = -1;
  for (let i = 0; i <= line.length; i++) {
    const inside = i < line.length && contains(box, line[i] as GeoJSON.Position);
    if (inside && from < 0) from = i;
    if (!inside && from >= 0) {
      pieces.push(line.slice(Math.max(0, from - 1), i + 1));
      from = -1;
    }
  }
  return pieces.filter((piece) => piece.length > 1);
}

function contains([west, south, east, north]: Box, [lon, lat]: readonly number[]): boolean {
  return (
    (lon as number) >= west && (lon as number) <= east && (lat as number) >= south && (lat as number) <= north
  );
}

/** Clips a closed ring to a box, edge after edge (Sutherland and Hodgman, 1974). */
export function clip(ring: Ring, [west, south, east, north]: Box): number[][] {
  const edges: readonly (readonly [axis: 0 | 1, bound: number, sign: 1 | -1])[] = [
    [0, west, 1],
    [0, east, -1],
    [1, south, 1],
    [1, north, -1],
  ];
  let points = ring.slice(0, -1).map((point) => [...point]);
  for (const [axis, bound, sign] of edges) points = clipEdge(points, axis, bound, sign);
  const first = points[0];
  return first ? [...points, first] : [];
}

function clipEdge(points: number[][], axis: 0 | 1, bound: number, sign: 1 | -1): number[][] {
  const kept: number[][] = [];
  const depth = (point: number[]): number => ((point[axis] as number) - bound) * sign;
  points.forEach((point, i) => {
    const before = points[(i + points.length - 1) % points.length] as number[];
    const [was, is] = [depth(before), depth(point)];
    if (was * is < 0) kept.push(between(before, point, was / (was - is)));
    if (is >= 0) kept.push(point);
  });
  return kept;
}

const between = (a: number[], b: number[], share: number): number[] =>
  a.map((value, k) => value + ((b[k] as number) - value) * share);
