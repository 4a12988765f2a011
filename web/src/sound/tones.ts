// The tones themselves, made with Web Audio: no sound files, nothing to load when it matters.

/** Two close pitches in the band where hearing is best and small loudspeakers still speak (IEC 60601-1-8 range). */
const WARNING_HZ: readonly [number, number] = [960, 770];
const CAUTION_HZ = 620;
const TONE_S = 0.22;
const GAP_S = 0.08;
const RAMP_S = 0.012;
const LOUDNESS = 0.5;

export interface Tones {
  warning(): void;
  caution(): void;
  /** Asks the browser to let this page sound; only works inside a key press or click. */
  unlock(): Promise<boolean>;
  readonly unlocked: () => boolean;
}

function tone(context: AudioContext, hertz: number, after_s: number): void {
  const start = context.currentTime + after_s;
  const oscillator = new OscillatorNode(context, { frequency: hertz, type: "triangle" });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(LOUDNESS, start + RAMP_S);
  gain.gain.setValueAtTime(LOUDNESS, start + TONE_S - RAMP_S);
  gain.gain.linearRampToValueAtTime(0, start + TONE_S);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(start + TONE_S);
}

/** Tones of this page; where the browser has no Web Audio they stay silent and never count as unlocked. */
export function createTones(): Tones {
  const context = typeof AudioContext === "undefined" ? null : new AudioContext();
  const play = (pitches: readonly number[]): void => {
    if (context?.state !== "running") return;
    pitches.forEach((hertz, index) => {
      tone(context, hertz, index * (TONE_S + GAP_S));
    });
  };
  return {
    warning: () => play(WARNING_HZ),
    caution: () => play([CAUTION_HZ]),
    unlocked: () => context?.state === "running",
    unlock: async () => {
      await context?.resume();
      return context?.state === "running";
    },
  };
}
