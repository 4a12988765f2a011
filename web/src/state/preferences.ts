// Language and units of the person at this browser, kept between visits.
import { LANGUAGES, type Language } from "../words/catalogue";
import { AVIATION, type Units } from "../words/units";

export interface Preferences {
  readonly language: Language;
  readonly units: Units;
}

const KEY = "airpact.preferences";

const CHOICES: { readonly [K in keyof Units]: readonly Units[K][] } = {
  height: ["ft", "m"],
  speed: ["kt", "kmh"],
  distance: ["NM", "km"],
};

function oneOf<T>(choices: readonly T[], given: unknown, otherwise: T): T {
  return choices.includes(given as T) ? (given as T) : otherwise;
}

/** Preferences from stored text, every unknown value replaced by its default. */
export function readPreferences(stored: string | null, browserLanguage: string): Preferences {
  let given: Partial<Record<string, unknown>> = {};
  try {
    given = (JSON.parse(stored ?? "{}") ?? {}) as Partial<Record<string, unknown>>;
  } catch {
    given = {}; // an unreadable preference costs nothing: the default stands
  }
  const units = (given.units ?? {}) as Partial<Record<string, unknown>>;
  return {
    language: oneOf(LANGUAGES, given.language ?? browserLanguage.slice(0, 2), "en"),
    units: {
      height: oneOf(CHOICES.height, units.height, AVIATION.height),
      speed: oneOf(CHOICES.speed, units.speed, AVIATION.speed),
      distance: oneOf(CHOICES.distance, units.distance, AVIATION.distance),
    },
  };
}

/** Storage may be refused by the browser's settings; the console then works with defaults. */
function storage(): Storage | null {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}

export function loadPreferences(): Preferences {
  return readPreferences(storage()?.getItem(KEY) ?? null, navigator.language);
}

export function keepPreferences(preferences: Preferences): void {
  try {
    storage()?.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // full or refused storage: the choice lasts for this visit
  }
}
