// Clicks, taps and pointer moves on the map, in px of the map; a drag is not a click.

export interface PointerAnswers {
  click(x: number, y: number, finger: boolean): void;
  move(x: number, y: number): void;
  leave(): void;
}

const DRAG_PX = 5; // a hand shakes this much between press and release

/** Listens on `surface` until `signal` aborts. Buttons and cards on the map keep their own clicks. */
export function onPointer(surface: HTMLElement, answers: PointerAnswers, signal: AbortSignal): void {
  let pressed: { readonly x: number; readonly y: number } | null = null;
  const at = (event: PointerEvent): { readonly x: number; readonly y: number } => {
    const box = surface.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  surface.addEventListener(
    "pointerdown",
    (event) => {
      pressed = event.isPrimary && event.button === 0 ? at(event) : null;
      answers.leave();
    },
    { signal },
  );
  surface.addEventListener(
    "pointerup",
    (event) => {
      const { x, y } = at(event);
      const still = pressed && Math.hypot(pressed.x - x, pressed.y - y) < DRAG_PX;
      pressed = null;
      if (still) answers.click(x, y, event.pointerType !== "mouse");
    },
    { signal },
  );
  surface.addEventListener(
    "pointermove",
    (event) => {
      const { x, y } = at(event);
      if (event.buttons === 0 && event.pointerType === "mouse") answers.move(x, y);
    },
    { signal },
  );
  surface.addEventListener("pointerleave", () => answers.leave(), { signal });
}
