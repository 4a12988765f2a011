// Every word on the screen comes from the Fluent catalogues under locale/; this file finds and fills them.
import { FluentBundle, FluentNumber, FluentResource } from "@fluent/bundle";
import englishPeers from "../../../locale/en/connection.ftl?raw";
import english from "../../../locale/en/console.ftl?raw";
import englishMap from "../../../locale/en/map.ftl?raw";
import russianPeers from "../../../locale/ru/connection.ftl?raw";
import russian from "../../../locale/ru/console.ftl?raw";
import russianMap from "../../../locale/ru/map.ftl?raw";
import { coarse, durationParts } from "./time";
import { distance, heightDifference, limit, type Quantity, speed, type Units } from "./units";

export type Args = Readonly<Record<string, string | number | FluentNumber>>;
export type Strings = (id: string, args?: Args) => string;

export const LANGUAGES = ["en", "ru"] as const;
export type Language = (typeof LANGUAGES)[number];

const SOURCES: Readonly<Record<Language, readonly string[]>> = {
  en: [english, englishMap, englishPeers],
  ru: [russian, russianMap, russianPeers],
};

/** Call signs and numbers stand inside sentences of either script; isolation marks would break searching and copying. */
function bundle(language: Language): FluentBundle {
  const made = new FluentBundle(language === "en" ? "en-GB" : language, { useIsolating: false });
  const errors = SOURCES[language].flatMap((source) => made.addResource(new FluentResource(source)));
  if (errors.length > 0) throw new Error(`catalogue ${language}: ${errors.map(String).join("; ")}`);
  return made;
}

/** Lookup in one language; a message that does not exist is a fault of the program and says its id. */
export function createStrings(language: Language): Strings {
  const messages = bundle(language);
  return (id, args) => {
    const value = messages.getMessage(id)?.value;
    if (value == null) return `⟨${id}⟩`;
    return messages.formatPattern(value, args ?? null, []);
  };
}

/** Words and quantities in the language and units a person chose. */
export interface Words {
  readonly language: Language;
  readonly units: Units;
  readonly t: Strings;
  /** Distance in metres; `asked_m` keeps the rounding on the right side of a minimum. */
  distance(metres: number, asked_m?: number): string;
  height(metres: number, asked_m?: number): string;
  distanceLimit(metres: number): string;
  heightLimit(metres: number): string;
  speed(mps: number): string;
  duration(seconds: number): string;
  /** How old something is, in its largest part only: "23 min". */
  age(seconds: number): string;
  decimal(value: number, digits: number): string;
}

const number = (q: Quantity): FluentNumber =>
  new FluentNumber(q.value, { minimumFractionDigits: q.digits, maximumFractionDigits: q.digits });

export function createWords(language: Language, units: Units): Words {
  const t = createStrings(language);
  const unit = (name: string, q: Quantity): string => t(`unit-${name}`, { n: number(q) });
  return {
    language,
    units,
    t,
    distance: (metres, asked_m) => unit(units.distance, distance(metres, units.distance, asked_m)),
    height: (metres, asked_m) => unit(units.height, heightDifference(metres, units.height, asked_m)),
    distanceLimit: (metres) => unit(units.distance, limit(metres, units.distance)),
    heightLimit: (metres) => unit(units.height, limit(metres, units.height)),
    speed: (mps) => unit(units.speed, speed(mps, units.speed)),
    duration: (seconds) => {
      const { form, ...parts } = durationParts(seconds);
      return t(`duration-${form}`, parts);
    },
    age: (seconds) => {
      const { form, count } = coarse(seconds);
      return t(`age-${form}`, { count });
    },
    decimal: (value, digits) =>
      value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  };
}
