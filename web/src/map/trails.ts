// Where each aircraft was in the last three minutes: one place every 15 s of picture time, kept only if heard then.
import type { Picture, Trails } from "../stream/types";
import { mercatorX, mercatorY } from "./camera";

export const STEP_S = 15; // the reference picture's dot spacing: 30 to 60 px apart for a jet at desk zoom
export const STEPS = 12; // three minutes
/** Without a report for longer than this a place is an estimate, not a report. */
export const HEARD_S = 15;

const NONE = -1;

/** A ring of places per aircraft. A step not heard is simply absent, so a gap needs no mark of its own. */
export class TrailStore {
  private readonly slots = new Map<string, number>();
  private steps = new Int32Array(0);
  private xs = new Float64Array(0);
  private ys = new Float64Array(0);

  /** Takes the picture's places when a new step has begun; estimates are left out. */
  add(picture: Picture): void {
    const step = Math.floor(picture.now_s / STEP_S);
    if (this.slots.size > 2 * picture.id.length + 64) this.forget(picture.id);
    for (let i = 0; i < picture.id.length; i++)
      if ((picture.age_s[i] as number) <= HEARD_S)
        this.put(picture.id[i] as string, step, picture.lat[i] as number, picture.lon[i] as number);
  }

  /** Takes the trails a node kept from before this page was opened. */
  load(trails: Trails): void {
    trails.id.forEach((id, row) => {
      trails.t.forEach((t, column) => {
        const [lat, lon] = [trails.lat[row]?.[column], trails.lon[row]?.[column]];
        if (lat != null && lon != null) this.put(id, Math.floor(t / STEP_S), lat, lon);
      });
    });
  }

  /** Walks the places of one aircraft from the newest back; `skipped` counts the steps missed since the last one. */
  walk(
    id: string,
    now_s: number,
    visit: (x: number, y: number, step: number, skipped: number) => void,
  ): void {
    const slot = this.slots.get(id);
    if (slot === undefined) return;
    const newest = Math.floor(now_s / STEP_S);
    let skipped = 0;
    for (let back = 0; back < STEPS; back++) {
      const at = slot * STEPS + ((newest - back) % STEPS);
      if (this.steps[at] !== newest - back) {
        skipped += 1;
        continue;
      }
      visit(this.xs[at] as number, this.ys[at] as number, back, skipped);
      skipped = 0;
    }
  }

  /** Only the first place in a step is kept, so that dots stay where they are. */
  private put(id: string, step: number, lat: number, lon: number): void {
    const at = this.slotOf(id) * STEPS + (step % STEPS);
    if (this.steps[at] === step) return;
    this.steps[at] = step;
    this.xs[at] = mercatorX(lon);
    this.ys[at] = mercatorY(lat);
  }

  private slotOf(id: string): number {
    const known = this.slots.get(id);
    if (known !== undefined) return known;
    const slot = this.slots.size;
    this.slots.set(id, slot);
    if ((slot + 1) * STEPS > this.steps.length) this.grow(Math.max(64, slot * 2));
    return slot;
  }

  private grow(slots: number): void {
    const steps = new Int32Array(slots * STEPS).fill(NONE);
    const [xs, ys] = [new Float64Array(slots * STEPS), new Float64Array(slots * STEPS)];
    steps.set(this.steps);
    xs.set(this.xs);
    ys.set(this.ys);
    [this.steps, this.xs, this.ys] = [steps, xs, ys];
  }

  /** Keeps only the aircraft still in the picture, so that a long watch does not fill the memory. */
  private forget(ids: readonly string[]): void {
    const kept = ids.filter((id) => this.slots.has(id));
    const from = kept.map((id) => this.slots.get(id) as number);
    const old = { steps: this.steps, xs: this.xs, ys: this.ys };
    this.slots.clear();
    [this.steps, this.xs, this.ys] = [new Int32Array(0), new Float64Array(0), new Float64Array(0)];
    this.grow(Math.max(64, kept.length * 2));
    kept.forEach((id, slot) => {
      const start = (from[slot] as number) * STEPS;
      this.slots.set(id, slot);
      this.steps.set(old.steps.subarray(start, start + STEPS), slot * STEPS);
      this.xs.set(old.xs.subarray(start, start + STEPS), slot * STEPS);
      this.ys.set(old.ys.subarray(start, start + STEPS), slot * STEPS);
    });
  }
}
