// Clock times and durations as people read them: UTC `12:03:04`, `42 s`, `1 min 48 s`, `2 d 04 h`.

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;

/** What a duration is made of, largest two parts only; a negative duration counts as zero. */
export type DurationParts =
  | { readonly form: "s"; readonly s: number }
  | { readonly form: "min"; readonly min: number; readonly s: number }
  | { readonly form: "h"; readonly h: number; readonly min: string }
  | { readonly form: "d"; readonly d: number; readonly h: string };

const two = (n: number): string => String(n).padStart(2, "0");

/** Clock time `hh:mm:ss` UTC of a Unix time, or "" where there is none. */
export function hms(unix_s: number | null): string {
  if (unix_s === null || !Number.isFinite(unix_s)) return "";
  return new Date(Math.floor(unix_s) * 1000).toISOString().slice(11, 19);
}

/** Clock time `hh:mm` UTC of a Unix time. */
export function hm(unix_s: number): string {
  return hms(unix_s).slice(0, 5);
}

/** Splits whole seconds (cut, so that a count-down never shows more than is left) into its two largest parts. */
export function durationParts(duration_s: number): DurationParts {
  const total = Math.max(0, Math.floor(duration_s));
  if (total < MINUTE_S) return { form: "s", s: total };
  if (total < HOUR_S) return { form: "min", min: Math.floor(total / MINUTE_S), s: total % MINUTE_S };
  if (total < DAY_S) {
    return { form: "h", h: Math.floor(total / HOUR_S), min: two(Math.floor((total % HOUR_S) / MINUTE_S)) };
  }
  return { form: "d", d: Math.floor(total / DAY_S), h: two(Math.floor((total % DAY_S) / HOUR_S)) };
}

/** The largest part of an age, cut to a whole number: who reads "23 min old" needs no seconds. */
export function coarse(age_s: number): {
  readonly form: DurationParts["form"];
  readonly count: number;
} {
  const parts = durationParts(age_s);
  const { form } = parts;
  return {
    form,
    count: form === "s" ? parts.s : form === "min" ? parts.min : form === "h" ? parts.h : parts.d,
  };
}

const yearOf = (unix_s: number): number => new Date(unix_s * 1000).getUTCFullYear();

/** "20 Nov": the day of a Unix time, short; with its year where that is another than now. */
function shortDay(unix_s: number, now_s: number, language: string): string {
  const format = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    day: "numeric",
    month: "short",
    ...(yearOf(unix_s) === yearOf(now_s) ? {} : { year: "numeric" as const }),
    timeZone: "UTC",
  });
  return format.format(new Date(unix_s * 1000)).replace(".", "");
}

const sameDay = (a_s: number, b_s: number): boolean => Math.floor(a_s / DAY_S) === Math.floor(b_s / DAY_S);

/** "20 Nov 10:00", or "10:00" on the day of `now_s`; "" where there is none. */
export function dayMinute(unix_s: number | null, now_s: number, language: string): string {
  if (unix_s === null) return "";
  return sameDay(unix_s, now_s) ? hm(unix_s) : `${shortDay(unix_s, now_s, language)} ${hm(unix_s)}`;
}

/** "20 Nov 10:00", or "10:00:42" on the day of `now_s`; "" where there is none. */
export function dayTime(unix_s: number | null, now_s: number, language: string): string {
  if (unix_s === null) return "";
  return sameDay(unix_s, now_s) ? hms(unix_s) : dayMinute(unix_s, now_s, language);
}

/** Long date in UTC without commas, as `Sunday 22 November 2026`. */
export function longDate(unix_s: number, language: string): string {
  const format = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
  return format.format(new Date(unix_s * 1000)).replaceAll(",", "");
}
