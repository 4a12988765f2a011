// The one canvas over the base map: painters in order from the ground up, drawn again when something changed.
import { type Caption, captionBox, paintCaption } from "./caption";
import { CoveragePainter, coverageCaptions } from "./coverage";
import { overlap } from "./declutter";
import { paintEncounter } from "./encounter";
import { noteCaptions, paintNorth, paintRings, paintScale, ringCaptions } from "./furniture";
import { paintGraticule } from "./graticule";
import { Labeller, paintLabels } from "./labels";
import { levelCaptions, paintLevels } from "./levels";
import { paintRuler } from "./measure";
import { paintPlate } from "./plate";
import type { Pen, Scene, Unlabelled } from "./scene";
import { paintSymbols } from "./symbols";
import { paintDoubts, paintDuplicates, paintShared, paintVectors } from "./tracks";
import { paintTrails } from "./trailpaint";

export interface Overlay {
  readonly canvas: HTMLCanvasElement;
  paint(scene: Unlabelled): Scene;
}

export function makeOverlay(): Overlay {
  const canvas = document.createElement("canvas");
  canvas.className = "map-overlay";
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser has no 2-D canvas; the map cannot be drawn");
  const labeller = new Labeller();
  const coverage = new CoveragePainter();
  const painters: readonly ((pen: Pen, scene: Scene) => void)[] = [
    paintGraticule,
    (pen, scene) => coverage.paint(pen, scene),
    paintRings,
    paintTrails,
    paintVectors,
    paintShared,
    paintDoubts,
    paintDuplicates,
    paintSymbols,
    paintLevels,
    paintCaptions,
    paintEncounter,
    paintLabels,
    paintPlate,
    paintScale,
    paintNorth,
    paintRuler,
  ];
  return {
    canvas,
    paint: (unlabelled) => {
      const captions = captionsOf(unlabelled);
      const scene: Scene = { ...unlabelled, captions, placed: labeller.place(unlabelled, captions) };
      resize(canvas, scene);
      pen.setTransform(scene.sprites.ratio, 0, 0, scene.sprites.ratio, 0, 0);
      const { width_px, height_px } = scene.frame.camera;
      pen.clearRect(0, 0, width_px, height_px);
      for (const painter of painters) painter(pen, scene);
      return scene;
    },
  };
}

/** Every caption that no panel of the page cuts. */
export function captionsOf(scene: Unlabelled): Caption[] {
  const all = [coverageCaptions, ringCaptions, levelCaptions, noteCaptions].flatMap((of) => of(scene));
  return all.filter((caption) => !scene.covered.some((panel) => overlap(panel, captionBox(scene, caption))));
}

function paintCaptions(pen: Pen, scene: Scene): void {
  for (const caption of scene.captions) paintCaption(pen, scene, caption);
}

function resize(canvas: HTMLCanvasElement, { frame, sprites }: Scene): void {
  const width = Math.round(frame.camera.width_px * sprites.ratio);
  const height = Math.round(frame.camera.height_px * sprites.ratio);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
