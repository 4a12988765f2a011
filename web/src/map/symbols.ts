// Aircraft symbols: shape says who, fill says how fresh, marks say what. Drawn once each and stamped from then on.
import { CIVIL, OWN, PEER, ROTOR, UAV } from "./columns";
import type { Pen, Scene } from "./scene";
import type { Tokens } from "./tokens";

export type Shape = "circle" | "diamond" | "square" | "cross";

/** The shape of a role: own circle, other party diamond, civil square, not identified cross. */
export function shapeOf(role: number): Shape {
  return role === OWN ? "circle" : role === PEER ? "diamond" : role === CIVIL ? "square" : "cross";
}

export const roleColour = (tokens: Tokens, role: number): string =>
  role === OWN ? tokens.own : role === PEER ? tokens.peer : role === CIVIL ? tokens.civil : tokens.unknown;

/** Box of a sprite: the widest symbol is a drone, 28 px across its bars. */
const SPRITE_PX = 32;
const DASH = [2.6, 1.8];
const ROLES = 4;
const FORMS = 3;

export interface Sprites {
  readonly sheet: HTMLCanvasElement;
  readonly ratio: number;
}

/** Draws every combination of role, form and freshness side by side at the pixel ratio of the screen. */
export function makeSprites(tokens: Tokens, ratio: number): Sprites {
  const sheet = document.createElement("canvas");
  sheet.width = Math.ceil(SPRITE_PX * ratio) * ROLES * FORMS * 2;
  sheet.height = Math.ceil(SPRITE_PX * ratio);
  const pen = sheet.getContext("2d");
  if (!pen) throw new Error("this browser has no 2-D canvas; the map cannot be drawn");
  const cell = Math.ceil(SPRITE_PX * ratio);
  for (let role = 0; role < ROLES; role++)
    for (let form = 0; form < FORMS; form++)
      for (const stale of [0, 1]) {
        pen.setTransform(ratio, 0, 0, ratio, cell * (spriteIndex(role, form, stale) + 0.5), cell / 2);
        drawSymbol(pen, tokens, role, form, stale === 1);
      }
  return { sheet, ratio };
}

const spriteIndex = (role: number, form: number, stale: number): number => (role * FORMS + form) * 2 + stale;

/** Draws one symbol at the origin. */
export function drawSymbol(pen: Pen, tokens: Tokens, role: number, form: number, stale: boolean): void {
  const colour = roleColour(tokens, role);
  pen.strokeStyle = colour;
  drawBody(pen, shapeOf(role), colour, stale ? tokens.panel : tokens.ground, stale);
  pen.setLineDash([]);
  if (form === UAV) strokePath(pen, "M-14 0H-9M9 0H14", 2);
  if (form === ROTOR) strokePath(pen, "M-8-9H8M0-9V-5", 1.5);
}

const BODY: Readonly<Record<Shape, Path2D | null>> =
  typeof Path2D === "undefined"
    ? { circle: null, diamond: null, square: null, cross: null }
    : {
        circle: new Path2D("M5.2 0A5.2 5.2 0 1 1-5.2 0 5.2 5.2 0 1 1 5.2 0Z"),
        diamond: new Path2D("M0-7.2 7.2 0 0 7.2-7.2 0Z"),
        square: new Path2D("M-4.3-4.3H4.3V4.3H-4.3Z"),
        cross: new Path2D("M-5-5 5 5M5-5-5 5"),
      };

function drawBody(pen: Pen, shape: Shape, colour: string, hole: string, stale: boolean): void {
  const body = BODY[shape] as Path2D;
  if (shape === "cross" || stale) {
    pen.setLineDash(stale ? DASH : []);
    pen.lineWidth = shape === "cross" && !stale ? 1.8 : 1.4;
    pen.fillStyle = hole;
    if (shape !== "cross") pen.fill(body);
    pen.stroke(body);
    return;
  }
  pen.fillStyle = colour;
  pen.fill(body);
  if (shape === "diamond") fillCircle(pen, 0, 0, 2.3, hole);
}

function strokePath(pen: Pen, path: string, width: number): void {
  pen.lineWidth = width;
  pen.stroke(new Path2D(path));
}

export function fillCircle(pen: Pen, x: number, y: number, radius: number, colour: string): void {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
}

/** Stamps the symbol of every row in view; civil first, so that own and other party stay on top. */
export function paintSymbols(pen: Pen, scene: Scene): void {
  const { sheet, ratio } = scene.sprites;
  const { columns, screen } = scene;
  const cell = Math.ceil(SPRITE_PX * ratio);
  const size = cell / ratio;
  const second = duplicateRows(scene);
  for (const layer of [CIVIL, 3, PEER, OWN])
    for (const i of screen.rows) {
      if (columns.role[i] !== layer) continue;
      const stale = columns.stale[i] || second.has(i) ? 1 : 0;
      const from = spriteIndex(layer, columns.form[i] as number, stale) * cell;
      const [x, y] = [(screen.x[i] as number) - size / 2, (screen.y[i] as number) - size / 2];
      pen.drawImage(sheet, from, 0, cell, cell, x, y, size, size);
    }
}

/** The second of each pair that may be one aircraft is drawn hollow. */
function duplicateRows({ picture, columns }: Scene): ReadonlySet<number> {
  const rows = picture?.counts.duplicates.map(({ b }) => columns.row.get(b) ?? -1) ?? [];
  return new Set(rows);
}
