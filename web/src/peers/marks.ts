// Which words of a fingerprint were heard and found equal. A mark can be taken back; nothing here pins a key.

export const NONE: ReadonlySet<number> = new Set();

export function toggled(heard: ReadonlySet<number>, word: number): ReadonlySet<number> {
  const next = new Set(heard);
  if (!next.delete(word)) next.add(word);
  return next;
}

/** The next word to listen for, or null when all of them were heard. */
export function nextUnheard(heard: ReadonlySet<number>, count: number): number | null {
  for (let word = 0; word < count; word++) if (!heard.has(word)) return word;
  return null;
}
