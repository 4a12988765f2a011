// What is drawn of the selected encounter, read from the strokes of a pen that only takes notes.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Alert, Desk } from "../stream/types";
import { alertOf, approachOf, NOW_S } from "../testing";
import { createStrings } from "../words/catalogue";
import { AVIATION } from "../words/units";
import { frameOf } from "./camera";
import { columnsOf } from "./columns";
import { ALL_LAYERS, NO_FILTERS } from "./contract";
import { paintEncounter } from "./encounter";
import { pictureOf } from "./fixture";
import { paintLevels } from "./levels";
import { pairOf } from "./pair";
import { plateBox } from "./plate";
import { readingsOf } from "./readings";
import type { Pen, Scene } from "./scene";
import { screenOf } from "./screen";

const desk = { parties: [{ id: "own", name: "", role: "own" }] } as unknown as Desk;
const cpa = { a_cpa: [36, 36.2], b_cpa: [36.01, 36.2] } as const;

function sceneOf(change: Parameters<typeof alertOf>[1], ids: readonly string[] = ["1", "2"]): Scene {
  const alert = alertOf("x", { approach: approachOf(cpa), ...change });
  const picture = pictureOf(
    ids.map((id) => ({ id, lon: 36 + Number(id) / 10 })),
    NOW_S,
  );
  const columns = columnsOf(picture, desk.parties, [alert], { filters: NO_FILTERS, allHeights: true });
  const frame = frameOf({ lat: 36, lon: 36.2, zoom: 8, width_px: 1000, height_px: 700 });
  const scene = { columns, picture, frame, alerts: [alert], selected: alert, picked: -1, layers: ALL_LAYERS };
  const drawing = { tokens: {}, covered: [], bold: { font: "", width: (text: string) => 7 * text.length } };
  const read = readingsOf(createStrings("en"), AVIATION);
  return { ...scene, ...drawing, read, desk, screen: screenOf(columns, frame) } as unknown as Scene;
}

interface Stroke {
  readonly shape: string;
  readonly width: number;
}

/** Paints with a pen that notes every arc, line and bracket with the width it had. */
function drawn(scene: Scene): Stroke[] {
  const strokes: Stroke[] = [];
  const note = (shape: string, pen: { lineWidth: number }) => strokes.push({ shape, width: pen.lineWidth });
  const pen = new Proxy({ lineWidth: 1 } as Record<string, unknown> & { lineWidth: number }, {
    get: (own, name: string) => {
      if (name === "stroke") return (path?: unknown) => path && note("bracket", own);
      if (name === "arc" || name === "lineTo") return () => note(name, own);
      return name in own ? own[name] : () => {};
    },
  });
  paintEncounter(pen as unknown as Pen, scene);
  paintLevels(pen as unknown as Pen, { ...scene, selected: null });
  return strokes;
}

const thin = { shape: "bracket", width: 1 };

describe("the selected encounter", () => {
  beforeEach(() => vi.stubGlobal("Path2D", class {}));
  afterEach(() => vi.unstubAllGlobals());

  it("has its paths, its closest points and a plate while it is predicted", () => {
    const scene = sceneOf({});
    expect(drawn(scene).map(({ shape }) => shape)).toContain("arc");
    expect(plateBox(scene)?.text.replaceAll("\u00a0", " ")).toBe("0.8 NM, same height, 42 s");
  });

  it("says what is now inside the minima, and draws no path to a closest point far ahead", () => {
    const far = approachOf({ ...cpa, horizontal_m: 2778, t_cpa_s: NOW_S + 1691 });
    const scene = sceneOf({ kind: "loss", approach: far });
    expect(plateBox(scene)?.text.replaceAll("\u00a0", " ")).toBe("1.5 NM, same height, now");
    expect(pairOf(scene, scene.alerts[0] as Alert)?.left_s).toBe(0);
  });

  it("keeps only thin brackets once it is over, whatever was predicted", () => {
    const scene = sceneOf({ state: "cleared" });
    expect(drawn(scene)).toEqual([thin, thin]);
    expect(plateBox(scene)).toBeNull();
  });

  it("brackets the one aircraft that is left when the other has gone", () => {
    expect(drawn(sceneOf({ state: "cleared" }, ["2"]))).toEqual([thin]);
  });
});
