// What surrounds a symbol: where it will be in 60 s, how well its place is known, and pairs that may be one aircraft.
import { DEGRADED, GOOD, SUSPECT } from "./columns";
import type { Pen, Scene } from "./scene";
import { roleColour } from "./symbols";

const AHEAD_S = 60; // the vector's length in time; the legend and the reference picture say so
const LEAST_CIRCLE_PX = 11; // a circle inside the symbol would not be seen
const STALE_DASH = [2, 3];
const SUSPECT_DASH = [5, 3];
const ROLES = 4;

/** Lines from each aircraft to its place 60 s ahead at its present course and speed. */
export function paintVectors(pen: Pen, scene: Scene): void {
  const { columns, screen, picture, frame } = scene;
  if (!picture) return;
  const paths = Array.from({ length: ROLES }, () => new Path2D());
  const predicted = selectedRows(scene);
  for (const i of screen.rows) {
    const [course, speed] = [picture.track_deg[i], picture.speed_mps[i]];
    if (course == null || speed == null || columns.stale[i] || predicted.includes(i)) continue;
    const length = speed * AHEAD_S * (columns.perMetre[i] as number) * frame.world_px;
    const angle = (course * Math.PI) / 180;
    const [x, y] = [screen.x[i] as number, screen.y[i] as number];
    const path = paths[columns.role[i] as number] as Path2D;
    path.moveTo(x, y);
    path.lineTo(x + Math.sin(angle) * length, y - Math.cos(angle) * length);
  }
  pen.globalAlpha = 0.8;
  pen.lineWidth = 1.2;
  paths.forEach((path, role) => {
    pen.strokeStyle = roleColour(scene.tokens, role);
    pen.stroke(path);
  });
  pen.globalAlpha = 1;
}

/** The selected pair has its predicted paths instead of vectors. */
function selectedRows({ columns, selected }: Scene): readonly number[] {
  return [selected?.a, selected?.b].map((aircraft) => columns.row.get(aircraft?.id ?? "") ?? -1);
}

/** A circle where the place is not well known: dashed fine when stale and growing, dotted when degraded, dashed when suspect. */
export function paintDoubts(pen: Pen, scene: Scene): void {
  const { columns } = scene;
  const stale = circles(scene, (i) => columns.stale[i] === 1);
  const degraded = circles(scene, (i) => columns.stale[i] === 0 && columns.quality[i] === DEGRADED);
  const suspect = circles(scene, (i) => columns.stale[i] === 0 && columns.quality[i] === SUSPECT);
  pen.lineWidth = 1;
  pen.globalAlpha = 0.8;
  stroke(pen, scene, stale, STALE_DASH);
  stroke(pen, scene, suspect, SUSPECT_DASH);
  pen.globalAlpha = 0.55;
  stroke(pen, scene, degraded, [1, 4]);
  pen.globalAlpha = 1;
}

const COARSE_DASH = [1, 5];
const COARSE_ALPHA = 0.5;

/** A ring of the size within which another party shared the position: the aircraft is somewhere in it. */
export function paintShared(pen: Pen, { columns, screen, picture, frame, tokens }: Scene): void {
  pen.lineWidth = 1;
  pen.globalAlpha = COARSE_ALPHA;
  pen.setLineDash(COARSE_DASH);
  for (const i of screen.rows) {
    const radius = (picture?.radius_m[i] ?? 0) * (columns.perMetre[i] as number) * frame.world_px;
    if (radius < LEAST_CIRCLE_PX) continue; // inside the symbol; the label says how coarsely it was shared
    pen.strokeStyle = roleColour(tokens, columns.role[i] as number);
    pen.beginPath();
    pen.arc(screen.x[i] as number, screen.y[i] as number, radius, 0, 2 * Math.PI);
    pen.stroke();
  }
  pen.setLineDash([]);
  pen.globalAlpha = 1;
}

function stroke(pen: Pen, { tokens }: Scene, paths: readonly Path2D[], dash: number[]): void {
  pen.setLineDash(dash);
  paths.forEach((path, role) => {
    pen.strokeStyle = roleColour(tokens, role);
    pen.stroke(path);
  });
  pen.setLineDash([]);
}

function circles(scene: Scene, wanted: (row: number) => boolean): readonly Path2D[] {
  const { columns, screen, picture, frame } = scene;
  const paths = Array.from({ length: ROLES }, () => new Path2D());
  for (const i of screen.rows) {
    if ((columns.quality[i] === GOOD && !columns.stale[i]) || !wanted(i)) continue;
    const known_m = picture?.uncertainty_m[i] ?? 0;
    const radius = Math.max(LEAST_CIRCLE_PX, known_m * (columns.perMetre[i] as number) * frame.world_px);
    const [x, y] = [screen.x[i] as number, screen.y[i] as number];
    const path = paths[columns.role[i] as number] as Path2D;
    path.moveTo(x + radius, y);
    path.arc(x, y, radius, 0, 2 * Math.PI);
  }
  return paths;
}

const HULL_PX = 11;

/** One outline around two ids that may be one aircraft. */
export function paintDuplicates(pen: Pen, scene: Scene): void {
  const { columns, screen, picture, tokens } = scene;
  pen.strokeStyle = tokens.inkSoft;
  pen.lineWidth = 1.2;
  pen.setLineDash([6, 3]);
  for (const { a, b } of picture?.counts.duplicates ?? []) {
    const [rowA, rowB] = [columns.row.get(a), columns.row.get(b)];
    if (rowA === undefined || rowB === undefined || !columns.drawn[rowA] || !columns.drawn[rowB]) continue;
    capsule(pen, screen.x[rowA] ?? 0, screen.y[rowA] ?? 0, screen.x[rowB] ?? 0, screen.y[rowB] ?? 0);
  }
  pen.setLineDash([]);
}

function capsule(pen: Pen, x1: number, y1: number, x2: number, y2: number): void {
  const angle = Math.atan2(y2 - y1, x2 - x1);
  pen.beginPath();
  pen.arc(x1, y1, HULL_PX, angle + Math.PI / 2, angle - Math.PI / 2);
  pen.arc(x2, y2, HULL_PX, angle - Math.PI / 2, angle + Math.PI / 2);
  pen.closePath();
  pen.stroke();
}
