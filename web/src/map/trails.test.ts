import { describe, expect, it } from "vitest";
import { mercatorX } from "./camera";
import { pictureOf } from "./fixture";
import { STEP_S, STEPS, TrailStore } from "./trails";

interface Dot {
  readonly x: number;
  readonly back: number;
  readonly skipped: number;
}

const dots = (store: TrailStore, id: string, now_s: number): Dot[] => {
  const found: Dot[] = [];
  store.walk(id, now_s, (x, _y, back, skipped) => found.push({ x, back, skipped }));
  return found;
};

const at = (now_s: number, age_s = 0.5, lon = 36) => pictureOf([{ id: "a", lon, age_s }], now_s);

describe("trails", () => {
  it("keep one place every 15 s and forget after three minutes", () => {
    const store = new TrailStore();
    for (let t = 0; t < 400; t++) store.add(at(10_000 + t));
    const found = dots(store, "a", 10_399);
    expect(found).toHaveLength(STEPS);
    expect(found.map(({ back }) => back)).toEqual(Array.from({ length: STEPS }, (_, i) => i));
    expect(found.every(({ skipped }) => skipped === 0)).toBe(true);
  });

  it("keep the first place of a step, so that dots do not creep", () => {
    const store = new TrailStore();
    store.add(at(15_000, 0.5, 36));
    store.add(at(15_007, 0.5, 37));
    expect(dots(store, "a", 15_007)[0]?.x).toBeCloseTo(mercatorX(36), 12);
  });

  it("leave out places that are estimates, and say how many steps were missed", () => {
    const store = new TrailStore();
    for (let step = 0; step < 8; step++) {
      const silent = step === 3 || step === 4;
      store.add(at(15_000 + step * STEP_S, silent ? 20 : 0.5));
    }
    const found = dots(store, "a", 15_000 + 7 * STEP_S);
    expect(found.map(({ back }) => back)).toEqual([0, 1, 2, 5, 6, 7]);
    expect(found.map(({ skipped }) => skipped)).toEqual([0, 0, 0, 2, 0, 0]);
  });

  it("show the gap up to now while an aircraft is silent", () => {
    const store = new TrailStore();
    store.add(at(15_000));
    store.add(at(15_060, 60));
    expect(dots(store, "a", 15_060)).toMatchObject([{ back: 4, skipped: 4 }]);
  });

  it("take the node's columns, holes left out", () => {
    const store = new TrailStore();
    store.load({ t: [15_000, 15_015, 15_030], id: ["a"], lat: [[36, null, 36]], lon: [[36, null, 36.2]] });
    expect(dots(store, "a", 15_030).map(({ back }) => back)).toEqual([0, 2]);
  });

  it("know nothing of an aircraft never seen", () => {
    expect(dots(new TrailStore(), "a", 15_000)).toEqual([]);
  });

  it("hold what is left of the picture when thousands have come and gone", () => {
    const store = new TrailStore();
    const ids = Array.from({ length: 500 }, (_, i) => ({ id: `x${i}`, lon: 30 + i / 100, age_s: 1 }));
    store.add(pictureOf([...ids, { id: "a", lon: 36, age_s: 1 }], 15_000));
    store.add(at(15_015));
    store.add(at(15_030));
    expect(dots(store, "a", 15_030)).toHaveLength(3);
    expect(dots(store, "x7", 15_030)).toEqual([]);
  });

  it("jump back with a replay and show nothing of the future", () => {
    const store = new TrailStore();
    for (let t = 0; t < 180; t += 15) store.add(at(20_000 + t));
    expect(dots(store, "a", 20_000 + 30).map(({ back }) => back)).toEqual([0, 1, 2]);
  });
});
