// The named colours and type of the console (tokens.css), read once so that the canvas uses the same values.

const NAMES = {
  ground: "--ground",
  panel: "--ground-panel",
  lineStrong: "--line-strong",
  ink: "--ink",
  inkSoft: "--ink-soft",
  inkQuiet: "--ink-quiet",
  inkOnAlert: "--ink-on-alert",
  warning: "--alert-warning",
  caution: "--alert-caution",
  advisory: "--alert-advisory",
  own: "--party-own",
  peer: "--party-peer",
  civil: "--party-civil",
  unknown: "--party-unknown",
  sea: "--map-sea",
  land: "--map-land",
  coast: "--map-coast",
  border: "--map-border",
  buffer: "--map-buffer",
  label: "--map-label",
  select: "--select",
  focus: "--focus",
  font: "--font",
} as const;

export type Tokens = Readonly<Record<keyof typeof NAMES, string>>;

/** Reads the tokens in force at an element; a token that is not defined is an error of the page. */
export function readTokens(element: Element): Tokens {
  const style = getComputedStyle(element);
  const entries = Object.entries(NAMES).map(([name, property]) => {
    const value = style.getPropertyValue(property).trim();
    if (value === "") throw new Error(`tokens.css does not define ${property}, which the map needs`);
    return [name, value];
  });
  return Object.fromEntries(entries) as Tokens;
}

/** Colour of an alert level; the level is always carried by shape or words as well. */
export const levelColour = (tokens: Tokens, level: number): string =>
  level >= 3 ? tokens.warning : level === 2 ? tokens.caution : tokens.advisory;
