// When the desk sounds: a warning until somebody answers, a caution once, an advisory never.
import type { Alert, Level } from "../stream/types";

/** Muting ends by itself: long enough for a telephone call, short enough to forget nothing. */
export const MUTE_S = 120;

/** The console README's repetition of the warning tones. */
export const WARNING_REPEAT_MS = 3000;

/** What was sounding at the last look: level by alert id, of the unanswered ones. */
export type Heard = ReadonlyMap<string, Level>;

export interface Sounding {
  /** Repeats until no warning is unanswered. */
  readonly warning: boolean;
  /** One tone now. */
  readonly caution: boolean;
  /** A warning that was not there before: it ends muting. */
  readonly breaksThrough: boolean;
  readonly heard: Heard;
}

/** Compares the alerts with what was heard; a new sound only for a new or risen level. */
export function soundOf(alerts: readonly Alert[], heard: Heard): Sounding {
  const active = alerts.filter((alert) => alert.state === "active");
  const risen = active.filter((alert) => alert.level > (heard.get(alert.id) ?? 0));
  return {
    warning: active.some((alert) => alert.level === 3),
    caution: risen.some((alert) => alert.level === 2),
    breaksThrough: risen.some((alert) => alert.level === 3),
    heard: new Map(active.map((alert) => [alert.id, alert.level])),
  };
}
