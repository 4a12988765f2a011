// Hashes as people compare them: groups of four hexadecimal digits, the middle left out.

const GROUPS_SHOWN = 3;
const GROUP_DIGITS = 4;

/** "bfb4 286b ac6b … 34f3"; short ones in full. */
export function shortHex(hex: string): string {
  const parts = hex.toLowerCase().match(/.{1,4}/g) ?? [];
  if (parts.length <= GROUPS_SHOWN + 1) return parts.join(" ");
  return `${parts.slice(0, GROUPS_SHOWN).join(" ")} … ${hex.toLowerCase().slice(-GROUP_DIGITS)}`;
}

/** Base 64 as hexadecimal; what is no base 64 is given back as it stands, to be seen. */
export function hexOf(base64: string): string {
  try {
    return Array.from(atob(base64), (byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  } catch {
    return base64;
  }
}
