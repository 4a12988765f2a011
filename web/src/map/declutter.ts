// Where labels go: the most important first, each at the best of sixteen places around its symbol, none on another.
// Deterministic: the same items and the same remembered places give the same answer.

export interface Item {
  /** Stable name of what is labelled; its last place is remembered under it. */
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Course in degrees for which the speed vector is drawn, NaN = none; labels avoid lying on it. */
  readonly ahead_deg: number;
  /** Cells of other symbols the label may cover, 4 px each: more for what matters more. */
  readonly tolerance: number;
  /** Must be placed even where it covers something: selected, or in an alert. */
  readonly must: boolean;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export const overlap = (a: Box, b: Box): boolean =>
  a.left <= b.left + b.width &&
  b.left <= a.left + a.width &&
  a.top <= b.top + b.height &&
  b.top <= a.top + a.height;

export interface Spot extends Box {
  readonly place: number;
}

export const NEAR_PX = 13; // beyond the symbol's edge, as in the reference picture
export const FAR_PX = 40;
const CELL_PX = 4;
const SYMBOL_HALF_PX = 8;
const AHEAD_DEG = 40; // a label closer than this to the course lies on the speed vector

const SYMBOL = 1;
const TAKEN = 2;
const PANEL = 4;

/** Directions in the order people read them best: right, upper right, lower right, then the left side. */
const DIRECTIONS = [90, 45, 135, 270, 315, 225, 0, 180] as const;
export const PLACES = DIRECTIONS.length * 2;

// What covering costs against the order of preference: one cell of a symbol outweighs any direction.
const SYMBOL_COST = 12;
const AHEAD_COST = 10;
const FAR_COST = 7;
const MUST_COST = 1000;

/** A coarse map of what is covered, in cells of 4 px. */
export class Cover {
  private readonly columns: number;
  private readonly rows: number;
  private readonly cells: Uint8Array;

  constructor(
    readonly width_px: number,
    readonly height_px: number,
  ) {
    this.columns = Math.ceil(width_px / CELL_PX) + 1;
    this.rows = Math.ceil(height_px / CELL_PX) + 1;
    this.cells = new Uint8Array(this.columns * this.rows);
  }

  symbol(x: number, y: number): void {
    const size = SYMBOL_HALF_PX * 2;
    this.mark({ left: x - SYMBOL_HALF_PX, top: y - SYMBOL_HALF_PX, width: size, height: size }, SYMBOL);
  }

  take(box: Box): void {
    this.mark(box, TAKEN);
  }

  /** Under a panel nothing can be read: no label goes there, whatever it is about. */
  forbid(box: Box): void {
    this.mark(box, TAKEN | PANEL);
  }

  /** Cells of symbols under a box, or Infinity when a label or a panel lies there or it leaves the screen. */
  cost(box: Box): number {
    if (box.left < 0 || box.top < 0) return Infinity;
    if (box.left + box.width > this.width_px || box.top + box.height > this.height_px) return Infinity;
    return this.covered(box, false);
  }

  /** As `cost`, but what is taken costs much instead of forbidding; a panel still forbids. */
  anyCost(box: Box): number {
    return this.covered(box, true);
  }

  private covered(box: Box, force: boolean): number {
    let symbols = 0;
    const [c0, c1, r0, r1] = this.span(box);
    for (let row = r0; row <= r1; row++)
      for (let at = row * this.columns + c0; at <= row * this.columns + c1; at++) {
        const cell = this.cells[at] as number;
        if (cell & PANEL || (cell & TAKEN && !force)) return Infinity;
        symbols += cell & TAKEN ? MUST_COST : cell;
      }
    return symbols;
  }

  private mark(box: Box, bit: number): void {
    const [c0, c1, r0, r1] = this.span(box);
    for (let row = r0; row <= r1; row++)
      for (let at = row * this.columns + c0; at <= row * this.columns + c1; at++)
        this.cells[at] = (this.cells[at] as number) | bit;
  }

  private span(box: Box): readonly [c0: number, c1: number, r0: number, r1: number] {
    const cell = (px: number, most: number): number =>
      Math.max(0, Math.min(most - 1, Math.floor(px / CELL_PX)));
    return [
      cell(box.left, this.columns),
      cell(box.left + box.width, this.columns),
      cell(box.top, this.rows),
      cell(box.top + box.height, this.rows),
    ];
  }
}

/** The box of an item at one place. */
export function spotAt(item: Item, place: number): Spot {
  const direction = (DIRECTIONS[place % DIRECTIONS.length] as number) * (Math.PI / 180);
  const gap = place < DIRECTIONS.length ? NEAR_PX : FAR_PX;
  const [east, south] = [Math.sin(direction), -Math.cos(direction)];
  const { width, height } = item;
  const left = item.x + east * gap + (east > 0.1 ? 0 : east < -0.1 ? -width : -width / 2);
  const top = item.y + south * gap + (south > 0.1 ? 0 : south < -0.1 ? -height : -height / 2);
  return { left, top, width, height, place };
}

/**
 * Places as many items as fit, in the order given; `last` maps keys to their last places and is brought up to
 * date. An item stays where it was as long as nothing more important lies there. Returns one spot per item, null
 * where there was no room.
 */
export function declutter(items: readonly Item[], cover: Cover, last: Map<string, number>): (Spot | null)[] {
  const next = new Map<string, number>();
  const spots = items.map((item) => {
    const spot = remembered(item, cover, last) ?? best(item, cover);
    if (!spot) return null;
    cover.take(spot);
    next.set(item.key, spot.place);
    return spot;
  });
  last.clear();
  for (const [key, place] of next) last.set(key, place);
  return spots;
}

function remembered(item: Item, cover: Cover, last: ReadonlyMap<string, number>): Spot | null {
  const place = last.get(item.key);
  if (place === undefined) return null;
  const spot = spotAt(item, place);
  return cover.cost(spot) <= item.tolerance ? spot : null;
}

function best(item: Item, cover: Cover): Spot | null {
  let found: Spot | null = null;
  let least = Infinity;
  for (let place = 0; place < PLACES; place++) {
    const spot = spotAt(item, place);
    const covered = item.must ? forced(cover, spot) : cover.cost(spot);
    const cost = covered * SYMBOL_COST + preference(item, place);
    if (cost < least) [found, least] = [spot, cost];
  }
  const limit = item.must ? Infinity : SYMBOL_COST * (item.tolerance + 1);
  return least < limit ? found : null;
}

/** What must be shown covers others rather than leave the screen or be dropped. */
function forced(cover: Cover, spot: Spot): number {
  const cost = cover.cost(spot);
  if (cost !== Infinity) return cost;
  const outside =
    spot.left < 0 ||
    spot.top < 0 ||
    spot.left + spot.width > cover.width_px ||
    spot.top + spot.height > cover.height_px;
  return cover.anyCost(spot) + (outside ? MUST_COST * MUST_COST : 0);
}

function preference(item: Item, place: number): number {
  const direction = DIRECTIONS[place % DIRECTIONS.length] as number;
  const turn = Math.abs(((direction - item.ahead_deg + 540) % 360) - 180);
  const order = place % DIRECTIONS.length;
  const far = place >= DIRECTIONS.length ? FAR_COST : 0;
  return order + far + (turn < AHEAD_DEG ? AHEAD_COST : 0);
}
