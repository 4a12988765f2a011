// The handle of a replay: dragged, or moved with arrow keys; the node moves, the handle follows its answer.
import { useRef, useState } from "preact/hooks";
import { useShared } from "../state/context";
import { hms } from "../words/time";
import { edge, type Scale, shareOf, timeAt } from "./scale";

/** Seconds per key press. */
const STEPS_S: Readonly<Record<string, number>> = {
  ArrowLeft: -10,
  ArrowRight: 10,
  ArrowDown: -10,
  ArrowUp: 10,
  PageDown: -60,
  PageUp: 60,
};

export function Scrubber({ scale, at_s }: { readonly scale: Scale; readonly at_s: number }) {
  const { state, actions } = useShared();
  const band = useRef<HTMLDivElement>(null);
  const [dragged_s, setDragged] = useState<number | null>(null);
  const shown_s = dragged_s ?? at_s;

  const timeUnder = (event: PointerEvent): number => {
    const box = band.current?.getBoundingClientRect();
    if (!box || box.width === 0) return at_s;
    return Math.round(timeAt(scale, (event.clientX - box.left) / box.width));
  };
  const onDown = (event: PointerEvent) => {
    band.current?.setPointerCapture(event.pointerId);
    setDragged(timeUnder(event));
  };
  const onMove = (event: PointerEvent) => {
    if (dragged_s !== null) setDragged(timeUnder(event));
  };
  const onUp = (event: PointerEvent) => {
    if (dragged_s === null) return;
    void actions.replay({ at_s: timeUnder(event) }).finally(() => setDragged(null));
  };
  const onKey = (event: KeyboardEvent) => {
    const edge = { Home: scale.from_s, End: scale.to_s }[event.key];
    const step = STEPS_S[event.key];
    if (edge === undefined && step === undefined) return;
    event.preventDefault();
    const wanted = edge ?? Math.min(scale.to_s, Math.max(scale.from_s, at_s + (step ?? 0)));
    void actions.replay({ at_s: wanted });
  };

  return (
    <div
      ref={band}
      class="scrubber"
      onPointerDown={onDown}
      onPointerMove={onMove}
      onPointerUp={onUp}
      onPointerCancel={() => setDragged(null)}
    >
      <div
        class={`handle ${edge(shareOf(scale, shown_s))}`}
        role="slider"
        tabIndex={0}
        aria-label={state.words.value.t("scrubber")}
        aria-valuemin={scale.from_s}
        aria-valuemax={scale.to_s}
        aria-valuenow={shown_s}
        aria-valuetext={hms(shown_s)}
        style={{ left: `${(shareOf(scale, shown_s) * 100).toFixed(3)}%` }}
        onKeyDown={onKey}
      >
        <b>{hms(shown_s)}</b>
      </div>
    </div>
  );
}
