// Reads the words of a key aloud, four at a time, where the browser can speak. ICAO spelling words are English ones.
import type { Signal } from "@preact/signals";

/** Words between two breaths, as they are written: nobody keeps more in mind. */
export const GROUP = 4;
const LANGUAGE = "en-GB";
/** Slower than talk: the listener marks each word. */
const RATE = 0.75;

/** Words in groups of four, the last one as long as what is left. */
export function groups(words: readonly string[]): readonly (readonly string[])[] {
  const made: string[][] = [];
  for (let at = 0; at < words.length; at += GROUP) made.push(words.slice(at, at + GROUP));
  return made;
}

export const canSpeak = (): boolean => "speechSynthesis" in globalThis;

export function stopReading(reading: Signal<number | null>): void {
  if (reading.peek() === null) return;
  reading.value = null;
  if (canSpeak()) speechSynthesis.cancel();
}

/** Speaks every group in order; `reading` holds the group at hand, null when all are read or it was stopped. */
export function readAloud(words: readonly string[], reading: Signal<number | null>): void {
  stopReading(reading);
  if (!canSpeak()) return;
  const spoken = groups(words);
  spoken.forEach((group, index) => {
    const utterance = new SpeechSynthesisUtterance(group.join(", "));
    utterance.lang = LANGUAGE;
    utterance.rate = RATE;
    utterance.onstart = () => {
      reading.value = index;
    };
    if (index === spoken.length - 1) {
      utterance.onend = () => {
        reading.value = null;
      };
    }
    speechSynthesis.speak(utterance);
  });
  reading.value = 0;
}
