// The marks of the three alert levels: octagon warning, triangle caution, pill advisory.
import { isOver } from "../alerts/moment";
import type { Alert } from "../stream/types";
import type { Caption } from "./caption";
import type { Box } from "./declutter";
import { nearness, type Pair, pairOf } from "./pair";
import type { Point } from "./path";
import type { Pen, Scene, Unlabelled } from "./scene";
import { fillCircle } from "./symbols";
import { levelColour, type Tokens } from "./tokens";

const MARK_RISE_PX = 18; // the mark stands above the pair, so it covers neither symbol
const QUIET_ALPHA = 0.6; // shelved

/** Draws the mark of a level around a point, about 14 px across. */
export function drawLevel(pen: Pen, tokens: Tokens, level: number, x: number, y: number): void {
  const colour = levelColour(tokens, level);
  pen.save();
  pen.translate(x, y);
  pen.strokeStyle = colour;
  pen.fillStyle = level >= 3 ? colour : tokens.ground;
  pen.lineWidth = 1.5;
  pen.lineJoin = "round";
  const outline = new Path2D(
    level >= 3
      ? "M-2.9-7h5.8L7-2.900v5.800L2.900 7h-5.800L-7 2.900v-5.800z"
      : level === 2
        ? "M0-6.500 7 6.500H-7z"
        : "M-3.500-4.500h7a4.500 4.500 0 0 1 0 9h-7a4.500 4.500 0 0 1 0-9z",
  );
  pen.fill(outline);
  if (level < 3) pen.stroke(outline);
  if (level >= 2) exclaim(pen, level >= 3 ? tokens.inkOnAlert : colour, level >= 3 ? 0 : 1.5);
  else fillCircle(pen, 0, 0, 1.5, colour);
  pen.restore();
}

function exclaim(pen: Pen, colour: string, down: number): void {
  pen.fillStyle = colour;
  pen.fillRect(-0.8, -4 + down, 1.6, 4.6);
  fillCircle(pen, 0, 3 + down, 1, colour);
}

interface Mark {
  readonly alert: Alert;
  readonly pair: Pair;
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

const TEXT_GAP_PX = 12;

/** A mark for every pair on the map that is in an alert now, except the selected one, which has its plate. */
function marksOf(scene: Unlabelled): Mark[] {
  return scene.alerts.flatMap((alert) => {
    if (alert.id === scene.selected?.id || alert.subject !== "pair" || isOver(alert)) return [];
    const pair = pairOf(scene, alert);
    if (!pair) return [];
    const text = isQuiet(alert) ? "" : nearness(scene.read, alert, scene.columns.now_s);
    return [{ alert, pair, text, x: pair.middle[0], y: pair.middle[1] - MARK_RISE_PX }];
  });
}

const isQuiet = ({ state }: Alert): boolean => state === "shelved";

/** The words beside each mark, on the side where there is room. */
export function levelCaptions(scene: Unlabelled): Caption[] {
  return marksOf(scene).map(({ alert, text, x, y }) => {
    const colour = levelColour(scene.tokens, alert.level);
    const fits = x + TEXT_GAP_PX + scene.plain.width(text) < scene.frame.camera.width_px;
    const aside = fits ? TEXT_GAP_PX : -TEXT_GAP_PX;
    return { text, x: x + aside, y: y + 4, align: fits ? "left" : "right", colour };
  });
}

/** Where marks stand, so that labels keep off them. */
export const markBoxes = (scene: Unlabelled): Box[] =>
  marksOf(scene).map(({ x, y }) => ({ left: x - 9, top: y - 9, width: 18, height: 18 }));

/** Every open alert that is not selected: its mark next to the pair, and how near they come. */
export function paintLevels(pen: Pen, scene: Scene): void {
  for (const { alert, pair, x, y } of marksOf(scene)) {
    pen.globalAlpha = isQuiet(alert) ? QUIET_ALPHA : 1;
    joinClosest(pen, scene, alert, pair.closest);
    drawLevel(pen, scene.tokens, alert.level, x, y);
    pen.globalAlpha = 1;
  }
}

function joinClosest(pen: Pen, { tokens }: Scene, { level }: Alert, [a, b]: readonly [Point, Point]): void {
  pen.strokeStyle = levelColour(tokens, level);
  pen.lineWidth = 1.6;
  pen.beginPath();
  pen.moveTo(a[0], a[1]);
  pen.lineTo(b[0], b[1]);
  pen.stroke();
}
