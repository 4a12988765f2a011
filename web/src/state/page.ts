// Which page is shown, held in the address after "#". The picture and the alerts run behind every page.

export type Page = { readonly kind: "watch" } | { readonly kind: "peer"; readonly party: string };

export const WATCH: Page = { kind: "watch" };
const PEERS = "#/peers/";

/** The page an address names; anything else is Watch, so that a wrong address never hides the picture. */
export function pageFromHash(hash: string): Page {
  if (!hash.startsWith(PEERS) || hash.length === PEERS.length) return WATCH;
  try {
    return { kind: "peer", party: decodeURIComponent(hash.slice(PEERS.length)) };
  } catch {
    return WATCH; // a broken escape in a typed address
  }
}

/** The part of the address after "#" that reads back as `page`. */
export function hashOf(page: Page): string {
  return page.kind === "watch" ? "" : `${PEERS}${encodeURIComponent(page.party)}`;
}
