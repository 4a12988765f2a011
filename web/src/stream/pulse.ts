// Is the picture alive? Two seconds without a frame, or the watchdog's word, and it must not be used.

/** A picture older than this must not be used (the architecture's dead-man limit). */
export const FROZEN_AFTER_MS = 2000;

/**
 * A check that itself came this late means that the browser was busy or asleep: frames may be waiting to be read,
 * so the verdict is put off to the next check.
 */
export const CHECK_LATE_MS = 1500;

/** Frames and checks in the browser's monotonic milliseconds, ticks in server seconds. */
export interface Pulse {
  readonly frame_ms: number;
  readonly now_s: number | null;
  readonly check_ms: number;
  readonly watchdog: { readonly since_s: number } | null;
}

export interface Frozen {
  /** Server time of the last sign of life; null when the page never had one. */
  readonly since_s: number | null;
  readonly silent_s: number;
}

export const startPulse = (now_ms: number): Pulse => ({
  frame_ms: now_ms,
  now_s: null,
  check_ms: now_ms,
  watchdog: null,
});

/** The verdict at `now_ms`: null while the picture may be used. */
export function judge(pulse: Pulse, now_ms: number): Frozen | null {
  const silent_ms = now_ms - pulse.frame_ms;
  if (pulse.watchdog !== null) {
    return { since_s: pulse.watchdog.since_s, silent_s: Math.floor(silent_ms / 1000) };
  }
  const asleep = now_ms - pulse.check_ms > CHECK_LATE_MS;
  if (silent_ms < FROZEN_AFTER_MS || asleep) return null;
  return { since_s: pulse.now_s, silent_s: Math.floor(silent_ms / 1000) };
}
