// Small drawings as SVG elements, for figures that scale with the page and can be read out.

export type Attributes = Readonly<Record<string, string | number>>;

/** An SVG element with attributes and children. */
export function svg(
  name: string,
  attributes: Attributes,
  children: readonly (Node | string)[] = [],
): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/** Text with a dark rim, 11 px unless said otherwise. */
export const text = (content: string, x: number, y: number, attributes: Attributes = {}): SVGElement =>
  svg(
    "text",
    {
      x: x.toFixed(1),
      y: y.toFixed(1),
      "font-size": 11,
      "paint-order": "stroke",
      stroke: "var(--ground-panel)",
      "stroke-width": 3,
      "stroke-linejoin": "round",
      ...attributes,
    },
    [content],
  );

const COLOURS = [
  "var(--party-own)",
  "var(--party-peer)",
  "var(--party-civil)",
  "var(--party-unknown)",
] as const;
const SHAPES = [
  "M5.2 0A5.2 5.2 0 1 1-5.2 0 5.2 5.2 0 1 1 5.2 0Z",
  "M0-7.2 7.2 0 0 7.2-7.2 0ZM0-2.2A2.2 2.2 0 1 0 0 2.2 2.2 2.2 0 0 0 0-2.2Z",
  "M-4.3-4.3H4.3V4.3H-4.3Z",
  "M-5-5 5 5M5-5-5 5",
] as const;

export const colourOf = (role: number): string => COLOURS[role] ?? COLOURS[3];

/** The symbol of a role at a point, as on the map. */
export function symbol(role: number, x: number, y: number): SVGElement {
  const colour = colourOf(role);
  const cross = role >= 3;
  return svg("path", {
    d: SHAPES[role] ?? SHAPES[3],
    transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`,
    "fill-rule": "evenodd",
    fill: cross ? "none" : colour,
    ...(cross ? { stroke: colour, "stroke-width": 1.8 } : {}),
  });
}

export const levelVariable = (level: number): string =>
  level >= 3 ? "var(--alert-warning)" : level === 2 ? "var(--alert-caution)" : "var(--alert-advisory)";
