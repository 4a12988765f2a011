// Lets the desk sound: plays what the rules ask for, unlocks the browser's sound, ends muting.
import { effect } from "@preact/signals";
import { type Heard, soundOf, WARNING_REPEAT_MS } from "../sound/rules";
import type { Tones } from "../sound/tones";
import { type Console, isReplay } from "./console";

export function keepSounding(state: Console, tones: Tones): () => void {
  let heard: Heard = new Map();
  let repeat: ReturnType<typeof setInterval> | undefined;

  const setSound = (change: Partial<Console["sound"]["value"]>): void => {
    state.sound.value = { ...state.sound.peek(), ...change };
  };

  const repeatWarning = (on: boolean): void => {
    if (on === (repeat !== undefined)) return;
    clearInterval(repeat);
    repeat = on ? setInterval(tones.warning, WARNING_REPEAT_MS) : undefined;
    if (on) tones.warning();
  };

  const stopRules = effect(() => {
    const sounding = soundOf(state.alerts.value, heard);
    heard = sounding.heard;
    const { mutedUntil_s } = state.sound.peek();
    if (sounding.breaksThrough && mutedUntil_s !== null) setSound({ mutedUntil_s: null });
    if (!isReplay(state)) repeatWarning(sounding.warning);
    else if (sounding.breaksThrough) tones.warning(); // once: nobody can answer an alert of the past
    if (sounding.caution && mutedUntil_s === null) tones.caution();
  });

  const stopMuting = effect(() => {
    const now_s = state.now_s.value;
    const { mutedUntil_s } = state.sound.value;
    if (now_s !== null && mutedUntil_s !== null && now_s >= mutedUntil_s) setSound({ mutedUntil_s: null });
  });

  const unlock = (): void => {
    void tones.unlock().then((unlocked) => {
      if (unlocked !== state.sound.peek().unlocked) setSound({ unlocked });
    });
  };
  addEventListener("pointerdown", unlock);
  addEventListener("keydown", unlock);
  setSound({ unlocked: tones.unlocked() }); // true where the browser is set to let this page sound

  return () => {
    stopRules();
    stopMuting();
    clearInterval(repeat);
    removeEventListener("pointerdown", unlock);
    removeEventListener("keydown", unlock);
  };
}
