// Zoom and home for those without a wheel, and the same by key while the map has the focus.
import type { Strings } from "../words/catalogue";

export interface Moves {
  zoomBy(steps: number): void;
  panBy(x_px: number, y_px: number): void;
  home(): void;
}

const PAN_PX = 120;
const ZOOM_STEP = 0.5;

const BUTTONS = [
  ["map-zoom-in", "+", (moves: Moves) => moves.zoomBy(ZOOM_STEP)],
  ["map-zoom-out", "−", (moves: Moves) => moves.zoomBy(-ZOOM_STEP)],
  ["map-home", "⌂", (moves: Moves) => moves.home()],
] as const;

// With Shift, because the plain arrows walk through the list of encounters.
const KEYS: Readonly<Record<string, (moves: Moves) => void>> = {
  "+": (moves) => moves.zoomBy(ZOOM_STEP),
  "-": (moves) => moves.zoomBy(-ZOOM_STEP),
  "Shift+ArrowLeft": (moves) => moves.panBy(-PAN_PX, 0),
  "Shift+ArrowRight": (moves) => moves.panBy(PAN_PX, 0),
  "Shift+ArrowUp": (moves) => moves.panBy(0, -PAN_PX),
  "Shift+ArrowDown": (moves) => moves.panBy(0, PAN_PX),
};

export interface Buttons {
  /** Writes the names again, after a change of language. */
  name(t: Strings): void;
}

export function addButtons(host: HTMLElement, moves: Moves, signal: AbortSignal): Buttons {
  const bar = document.createElement("div");
  bar.className = "map-buttons";
  const made = BUTTONS.map(([id, sign, act]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.addEventListener("click", () => act(moves), { signal });
    bar.append(button);
    return { id, button };
  });
  host.append(bar);
  host.addEventListener("keydown", (event) => onKey(event, moves), { signal });
  return {
    name: (t) => {
      for (const { id, button } of made) {
        button.title = t(id);
        button.setAttribute("aria-label", t(id));
      }
    },
  };
}

function onKey(event: KeyboardEvent, moves: Moves): void {
  const arrow = event.key.startsWith("Arrow");
  const act = KEYS[arrow && event.shiftKey ? `Shift+${event.key}` : event.key];
  if (!act || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  event.stopPropagation();
  act(moves);
}
