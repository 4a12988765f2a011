// Trails on the map: a dot for every step heard, fading with age; a dotted line over a gap, never joined solid.
import type { Pen, Scene } from "./scene";
import { roleColour } from "./symbols";
import { STEPS } from "./trails";

const DOT_PX = 3;
const FIRST_ALPHA = 0.75;
const FADE = 0.06;
const LEAST_ALPHA = 0.18;
const GAP_DASH = [2, 4];
const ROLES = 4;
// Aircraft in view above which a trail keeps every second, and every fourth dot: more is a smear, not a direction.
const DENSE = 1200;
const CROWD = 4000;

export function paintTrails(pen: Pen, scene: Scene): void {
  if (!scene.layers.trails) return;
  const dots = Array.from({ length: ROLES * STEPS }, () => new Path2D());
  const gaps = new Path2D();
  const inView = scene.screen.rows.length;
  const every = inView > CROWD ? 4 : inView > DENSE ? 2 : 1;
  for (const row of scene.screen.rows) trace(scene, row, dots, gaps, every);
  for (let role = 0; role < ROLES; role++) {
    pen.fillStyle = roleColour(scene.tokens, role);
    for (let back = 0; back < STEPS; back++) {
      pen.globalAlpha = Math.max(LEAST_ALPHA, FIRST_ALPHA - FADE * back);
      pen.fill(dots[role * STEPS + back] as Path2D);
    }
  }
  pen.globalAlpha = 0.6;
  pen.strokeStyle = scene.tokens.inkSoft;
  pen.lineWidth = 1;
  pen.setLineDash(GAP_DASH);
  pen.stroke(gaps);
  pen.setLineDash([]);
  pen.globalAlpha = 1;
}

function trace(scene: Scene, row: number, dots: Path2D[], gaps: Path2D, every: number): void {
  const { columns, screen, frame } = scene;
  const id = scene.picture?.id[row] as string;
  const role = columns.role[row] as number;
  let lastX = screen.x[row] as number;
  let lastY = screen.y[row] as number;
  const turns = Math.round((lastX + frame.left_px) / frame.world_px - (columns.x[row] as number));
  scene.trails.walk(id, columns.now_s, (mx, my, back, skipped) => {
    const x = (mx + turns) * frame.world_px - frame.left_px; // no pairs made here: this runs for every dot
    const y = my * frame.world_px - frame.top_px;
    if (skipped > 0) {
      gaps.moveTo(lastX, lastY);
      gaps.lineTo(x, y);
    }
    if (back % every === 0) dots[role * STEPS + back]?.rect(x - DOT_PX / 2, y - DOT_PX / 2, DOT_PX, DOT_PX);
    lastX = x;
    lastY = y;
  });
}
