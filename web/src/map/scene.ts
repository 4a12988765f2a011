// Everything one drawing of the overlay needs; each painter takes a scene and draws one kind of thing.
import type { Alert, Desk, Picture } from "../stream/types";
import type { Frame } from "./camera";
import type { Caption } from "./caption";
import type { Columns } from "./columns";
import type { Layers } from "./contract";
import type { Box } from "./declutter";
import type { Placed } from "./labels";
import type { Ruler } from "./measure";
import type { Readings } from "./readings";
import type { Screen } from "./screen";
import type { Base } from "./start";
import type { Sprites } from "./symbols";
import type { Tokens } from "./tokens";
import type { TrailStore } from "./trails";
import type { TypeRule } from "./type";

export interface Scene {
  readonly frame: Frame;
  readonly columns: Columns;
  readonly screen: Screen;
  readonly picture: Picture | null;
  readonly desk: Desk;
  readonly alerts: readonly Alert[];
  readonly selected: Alert | null;
  /** Row of the track the person picked, -1 = none. */
  readonly picked: number;
  readonly layers: Layers;
  readonly trails: TrailStore;
  readonly ruler: Ruler;
  readonly sprites: Sprites;
  readonly tokens: Tokens;
  readonly read: Readings;
  readonly bold: TypeRule;
  readonly plain: TypeRule;
  /** Where the labels went; computed before painting. */
  readonly placed: readonly Placed[];
  /** Words that stand still, also known before. */
  readonly captions: readonly Caption[];
  readonly base: Base;
  /** Parts of the map under panels of the page; labels keep out of them. */
  readonly covered: readonly Box[];
}

/** A scene before its labels have places. */
export type Unlabelled = Omit<Scene, "placed" | "captions">;

export type Pen = CanvasRenderingContext2D;
