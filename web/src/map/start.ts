// Starts the camera: the plain one at once, MapLibre with the base map as soon as its part of the program is here.
import type { Place } from "./geodesy";
import { plainRig } from "./plain";
import type { Moved, Rig } from "./rig";
import type { Tokens } from "./tokens";

export interface Start {
  readonly place: Place;
  readonly zoom: number;
}

/** "bare": this browser has no WebGL; "failed": the shapes did not come. The picture is drawn all the same. */
export type Base = "starting" | "shown" | "bare" | "failed";

export interface RigHolder {
  rig: Rig;
  base: Base;
  destroy(): void;
}

/** Puts the camera under `surface`; the picture is drawn before and without the base map. */
export function startRig(surface: HTMLElement, start: Start, tokens: Tokens, moved: Moved): RigHolder {
  let gone = false;
  const holder: RigHolder = {
    rig: plainRig(surface, start, moved),
    base: "starting",
    destroy: () => {
      gone = true;
      holder.rig.destroy();
    },
  };
  const failed = (error: unknown): void => {
    console.warn("base map not available, the bare grid stays:", error);
    holder.base = holder.base === "shown" ? "failed" : "bare";
    moved();
  };
  const show = async (): Promise<void> => {
    const { basemapRig } = await import("./basemap");
    if (gone) return;
    const { lat, lon, zoom } = holder.rig.camera();
    const ground = document.createElement("div");
    ground.className = "map-ground";
    surface.append(ground);
    try {
      const rig = basemapRig(ground, { place: { lat, lon }, zoom }, tokens, moved, failed);
      holder.rig.destroy();
      holder.rig = rig;
      holder.base = "shown";
      moved();
    } catch (error) {
      ground.remove();
      throw error;
    }
  };
  show().catch(failed);
  return holder;
}
