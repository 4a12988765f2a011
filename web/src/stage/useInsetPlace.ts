// Keeps the closest-approach panel off the selected pair: the map says where the pair is, the panel takes another corner.
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Right and bottom edge of the panel in its upper corner (stage.css, .inset), and the corner marks of a selected symbol. */
const PANEL_RIGHT_PX = 352;
const PANEL_BOTTOM_PX = 284;

export type InsetPlace = "upper" | "lower";

/** Where the panel goes for a pair at "x y radius" in px of the map; no pair leaves it above. */
export function insetPlace(pair: string): InsetPlace {
  if (pair === "") return "upper";
  const [x = 0, y = 0, reach = 0] = pair.split(" ").map(Number);
  return x - reach < PANEL_RIGHT_PX && y - reach < PANEL_BOTTOM_PX ? "lower" : "upper";
}

export function useInsetPlace(host: RefObject<HTMLElement | null>): InsetPlace {
  const [place, setPlace] = useState<InsetPlace>("upper");
  useEffect(() => {
    const map = host.current;
    if (map === null) return;
    const look = () => setPlace(insetPlace(map.dataset.pair ?? ""));
    const watcher = new MutationObserver(look);
    watcher.observe(map, { attributes: true, attributeFilter: ["data-pair"] });
    look();
    return () => watcher.disconnect();
  }, []);
  return place;
}
