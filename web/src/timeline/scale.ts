// Time to place on the timeline and back, with ticks a person expects (whole minutes, quarters, hours).

export interface Scale {
  readonly from_s: number;
  readonly to_s: number;
}

/** Distance between labelled ticks, the first that leaves them readable. */
const STEPS_S: readonly number[] = [60, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200];
const MOST_LABELS = 12;
const MINOR_PER_MAJOR = 3;

export interface Tick {
  readonly t_s: number;
  readonly major: boolean;
}

/** Share of the width, 0 to 1, at which a time stands; times outside are kept at the edge. */
export function shareOf(scale: Scale, t_s: number): number {
  if (scale.to_s <= scale.from_s) return 1;
  return Math.min(1, Math.max(0, (t_s - scale.from_s) / (scale.to_s - scale.from_s)));
}

export function timeAt(scale: Scale, share: number): number {
  return scale.from_s + Math.min(1, Math.max(0, share)) * (scale.to_s - scale.from_s);
}

export function ticks(scale: Scale): readonly Tick[] {
  const span = Math.max(0, scale.to_s - scale.from_s);
  const step = STEPS_S.find((candidate) => span / candidate <= MOST_LABELS) ?? Math.ceil(span / MOST_LABELS);
  const minor = step / MINOR_PER_MAJOR;
  const first = Math.ceil(scale.from_s / minor);
  const last = Math.floor(scale.to_s / minor);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
    const count = first + index;
    return { t_s: count * minor, major: count % MINOR_PER_MAJOR === 0 };
  });
}

/** Share of the width that the clock on the cursor takes to either side: no tick is labelled under it. */
export const CURSOR_SHARE = 0.045;

/** The clock on the cursor stays inside the band at both ends. */
export const edge = (share: number): string =>
  share > 1 - CURSOR_SHARE / 2 ? "at-end" : share < CURSOR_SHARE / 2 ? "at-start" : "";
