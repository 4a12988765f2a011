// Labels of aircraft: who, how high, how fast, and what is wrong with the data; at most three lines.
import { type Caption, captionBox } from "./caption";
import { CIVIL, OWN, PEER } from "./columns";
import { type Box, Cover, declutter, type Item, type Spot } from "./declutter";
import { nameBoxes } from "./graticule";
import { halo } from "./halo";
import { markBoxes } from "./levels";
import type { Pair } from "./pair";
import type { Point } from "./path";
import { plateBox } from "./plate";
import type { Pen, Scene, Unlabelled } from "./scene";
import { LEADING_PX, LINE_PX, NAME_PX } from "./type";

export interface Placed extends Spot {
  readonly row: number;
  readonly lines: readonly string[];
}

// More labels than this cannot be read at 1 Hz, and each costs time to draw.
const MOST_LABELS = 220;
// Rows asked for a place; in a crowd the rest would fail anyway.
const MOST_TRIED = 700;
// Above this number in view civil labels carry the call sign only.
const CROWD = 250;
const RANKS = 8;
const PAD_PX = 2;
const WAY_SHARES = [0.5, 0.75, 1] as const; // the near half is under the symbol and its own label
const WAY_HALF_PX = 4;
// Cells of other symbols (16 to a symbol) a label may cover, by rank: own labels show even in a crowd.
const TOLERANCE = [16, 16, 16, 16, 24, 16, 8, 4];

/** Remembers widths and last places between drawings. */
export class Labeller {
  private readonly last = new Map<string, number>();
  private readonly facts = new Map<string, string>();
  private factsFor: unknown = null;

  place(scene: Unlabelled, captions: readonly Caption[]): Placed[] {
    if (!scene.picture) return [];
    const { width_px, height_px } = scene.frame.camera;
    const cover = new Cover(width_px, height_px);
    for (const box of reserved(scene, captions)) cover.take(box);
    for (const box of [...scene.covered, furniture(scene)]) cover.forbid(box);
    for (const i of scene.screen.rows) cover.symbol(scene.screen.x[i] as number, scene.screen.y[i] as number);
    const rows = this.wanted(scene);
    const lines = rows.map((row) => this.linesOf(scene, row));
    const items = rows.map((row, i) => this.itemOf(scene, row, lines[i] as string[]));
    return declutter(items, cover, this.last)
      .flatMap((spot, i) => (spot ? [{ ...spot, row: rows[i] as number, lines: lines[i] as string[] }] : []))
      .slice(0, MOST_LABELS);
  }

  /** Rows in order of importance; those labelled before come first in their rank, so labels do not swap. */
  private wanted(scene: Unlabelled): number[] {
    const ranks: number[][] = Array.from({ length: RANKS * 2 }, () => []);
    for (const row of scene.screen.rows) {
      const rank = rankOf(scene, row);
      if (!scene.layers.labels && rank > 3) continue;
      const known = this.last.has(scene.picture?.id[row] as string) ? 0 : 1;
      ranks[rank * 2 + known]?.push(row);
    }
    return ranks.flat().slice(0, MOST_TRIED);
  }

  private itemOf(scene: Unlabelled, row: number, lines: readonly string[]): Item {
    const [name = "", ...rest] = lines;
    const rank = rankOf(scene, row);
    const width = Math.max(scene.bold.width(name), ...rest.map((line) => scene.plain.width(line)));
    return {
      key: scene.picture?.id[row] as string,
      x: scene.screen.x[row] as number,
      y: scene.screen.y[row] as number,
      width: width + 2 * PAD_PX,
      height: lines.length * LEADING_PX + 2,
      ahead_deg: scene.picture?.track_deg[row] ?? Number.NaN,
      tolerance: TOLERANCE[rank] as number,
      must: rank <= 3,
    };
  }

  private linesOf(scene: Unlabelled, row: number): string[] {
    const picture = scene.picture;
    if (!picture) return [];
    const name = picture.label[row] as string;
    const crowded = scene.screen.rows.length > CROWD && rankOf(scene, row) > 5;
    if (crowded) return [name];
    const doubt = doubtOf(scene, row) || sharedAs(scene, row);
    return doubt ? [name, this.factsOf(scene, row), doubt] : [name, this.factsOf(scene, row)];
  }

  /** "FL 190 ▲ 430 kt"; remembered by its numbers, because thousands of labels share few of them. */
  private factsOf(scene: Unlabelled, row: number): string {
    const { picture, read, columns } = scene;
    if (this.factsFor !== read) this.facts.clear();
    this.factsFor = read;
    const altitude_m = picture?.altitude_m[row] ?? null;
    const speed_mps = picture?.speed_mps[row] ?? null;
    const kind = picture?.altitude_kind[row] ?? "unknown";
    const climb = columns.climb[row] as number;
    const key = `${kind}${altitude_m === null ? "" : Math.round(altitude_m / 5)},${climb},${speed_mps === null ? "" : Math.round(speed_mps * 2)}`;
    const known = this.facts.get(key);
    if (known !== undefined) return known;
    const arrow = climb > 0 ? " ▲" : climb < 0 ? " ▼" : "";
    const speed = speed_mps === null ? "" : ` ${read.speed(speed_mps)}`;
    const text = `${read.height(altitude_m, kind)}${arrow}${speed}`;
    if (this.facts.size > 20_000) this.facts.clear();
    this.facts.set(key, text);
    return text;
  }
}

/** 0 selected or picked, 1 to 3 in a warning, caution, advisory, then own, other party, not identified, civil. */
function rankOf(scene: Unlabelled, row: number): number {
  const id = scene.picture?.id[row];
  const { selected } = scene;
  if (row === scene.picked || (selected && (selected.a?.id === id || selected.b?.id === id))) return 0;
  const level = scene.columns.level[row] as number;
  if (level > 0) return 4 - level;
  const role = scene.columns.role[row] as number;
  return role === OWN ? 4 : role === PEER ? 5 : role === CIVIL ? 7 : 6;
}

/** What a person must know about the data before trusting the symbol; "" when nothing. */
function doubtOf(scene: Unlabelled, row: number): string {
  const { picture, read, columns } = scene;
  const id = picture?.id[row];
  if (columns.stale[row]) return read.t("map-age", { seconds: Math.round(picture?.age_s[row] as number) });
  if (picture?.counts.duplicates.some(({ a, b }) => a === id || b === id)) return read.t("map-duplicate");
  const quality = picture?.quality[row];
  return quality === "suspect" ? read.t("map-suspect") : "";
}

/** How coarsely and how late another party shared the position: "± 1.2 km, 20 s late"; "" when it did neither. */
export function sharedAs({ picture, read }: Pick<Unlabelled, "picture" | "read">, row: number): string {
  const [radius_m, delay_s] = [picture?.radius_m[row] ?? 0, picture?.delay_s[row] ?? 0];
  const size = radius_m > 0 ? read.known(radius_m) : "";
  const late = delay_s > 0 ? read.t("map-late", { time: read.duration(delay_s) }) : "";
  return [size, late].filter((part) => part !== "").join(", ");
}

/** Along both ways of the selected pair to its closest points: what the plate speaks of is not written over. */
export function wayBoxes({ now, closest }: Pair): Box[] {
  return now.flatMap(([x, y], k) => {
    const [toX, toY] = closest[k] as Point;
    return WAY_SHARES.map((share) => ({
      left: x + (toX - x) * share - WAY_HALF_PX,
      top: y + (toY - y) * share - WAY_HALF_PX,
      width: 2 * WAY_HALF_PX,
      height: 2 * WAY_HALF_PX,
    }));
  });
}

/** North and the buttons of the map, in the upper right corner. */
const furniture = ({ frame }: Unlabelled): Box => ({
  left: frame.camera.width_px - 46,
  top: 0,
  width: 46,
  height: 165,
});

/** Places that labels leave free: the plate of the selected pair, the scale, the edge names. */
function reserved(scene: Unlabelled, captions: readonly Caption[]): Box[] {
  const { width_px, height_px } = scene.frame.camera;
  const plate = plateBox(scene);
  return [
    { left: 0, top: height_px - 20, width: width_px, height: 20 },
    { left: 0, top: height_px - 60, width: 190, height: 60 },
    ...nameBoxes(scene.frame),
    ...markBoxes(scene),
    ...captions.map((caption) => captionBox(scene, caption)),
    ...(plate ? [plate, ...wayBoxes(plate.pair)] : []),
  ];
}

export function paintLabels(pen: Pen, scene: Scene): void {
  pen.textAlign = "left";
  paintLeaders(pen, scene);
  for (const label of scene.placed) paintLabel(pen, scene, label);
}

function paintLeaders(pen: Pen, scene: Scene): void {
  pen.strokeStyle = scene.tokens.buffer;
  pen.lineWidth = 1;
  pen.beginPath();
  for (const { row, left, top, width, height } of scene.placed) {
    const [x, y] = [scene.screen.x[row] as number, scene.screen.y[row] as number];
    const toX = Math.max(left, Math.min(left + width, x));
    const toY = Math.max(top, Math.min(top + height, y));
    const length = Math.hypot(toX - x, toY - y);
    if (length < 16) continue;
    pen.moveTo(x + ((toX - x) * 8) / length, y + ((toY - y) * 8) / length);
    pen.lineTo(toX, toY);
  }
  pen.stroke();
}

function paintLabel(pen: Pen, scene: Scene, label: Placed): void {
  const { tokens, columns } = scene;
  const [x, y] = [Math.round(label.left) + PAD_PX, Math.round(label.top) + NAME_PX - 1];
  const quiet = columns.role[label.row] === CIVIL && columns.level[label.row] === 0;
  label.lines.forEach((line, i) => {
    pen.font =
      i === 0 ? `${quiet ? "400" : "700"} ${NAME_PX}px ${tokens.font}` : `${LINE_PX}px ${tokens.font}`;
    halo(pen, scene, line, x, y + i * LEADING_PX, i === 0 && !quiet ? tokens.ink : tokens.inkSoft);
  });
}
