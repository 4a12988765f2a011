// When the picture on the screen is older than the server's clock says: it stays, dated, and is greyed.
import type { Frozen } from "../stream/pulse";
import type { Picture } from "../stream/types";

/** A picture behind the node's clock by more than this is dated on the screen. */
export const DATED_AFTER_S = 2;

/** A dated picture is greyed after this long (console design, state "Loading"). */
export const GREY_AFTER_S = 5;

/** Seconds by which the picture is behind the node's clock, 0 while it keeps up. */
export function behind_s(picture: Picture | null): number {
  if (picture === null) return 0;
  const behind = picture.now_s - picture.as_of_s;
  return behind > DATED_AFTER_S ? behind : 0;
}

/** Time to write on a greyed picture, or null while the picture may be read as it is. */
export function staleAsOf(picture: Picture | null, frozen: Frozen | null): number | null {
  if (picture === null) return null;
  if (frozen !== null) return picture.as_of_s;
  return behind_s(picture) > GREY_AFTER_S ? picture.as_of_s : null;
}
