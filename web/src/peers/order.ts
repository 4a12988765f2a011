// Links in the order in which they need a look, and the mark each carries: shape and word, never colour alone.
import type { PeerLink } from "../stream/peers";
import type { Desk, PartyRole } from "../stream/types";
import { roleOf } from "../words/sentences";

/** What a link looks like from the bar: the worst thing that is true of it. */
export type Mark = "forked" | "lost" | "unmanned" | "connecting" | "voice" | "file" | "linked";

const ORDER: readonly Mark[] = ["forked", "lost", "unmanned", "connecting", "voice", "file", "linked"];

/** Marks of a link that does not work as agreed: it is drawn in the colour of a caution, with its shape. */
const FAULTS: ReadonlySet<Mark> = new Set(["forked", "lost", "unmanned"]);

export function markOf({ how, state, desk }: Pick<PeerLink, "how" | "state" | "desk">): Mark {
  if (state === "forked") return "forked"; // two heads are two heads, also by file
  if (how === "voice" || how === "file") return how;
  if (state === "linked") return desk === "unmanned" || desk === "degraded" ? "unmanned" : "linked";
  return state === "none" ? "connecting" : state;
}

export const isFault = (mark: Mark): boolean => FAULTS.has(mark);

/** The links that need a look first; equals by name, so that the bar stands still. */
export function inOrder(peers: readonly PeerLink[]): readonly PeerLink[] {
  return [...peers].sort(
    (a, b) =>
      ORDER.indexOf(markOf(a)) - ORDER.indexOf(markOf(b)) ||
      (a.party < b.party ? -1 : a.party > b.party ? 1 : 0),
  );
}

/** The shape of a party: as the desk lists it; one that is only known by its link is another party. */
export function shapeOf(desk: Desk, party: string): PartyRole {
  const role = roleOf(desk, party);
  return role === "unknown" ? "peer" : role;
}
