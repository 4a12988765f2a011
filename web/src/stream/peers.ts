// What the node says about the other parties, exactly as docs/stream.md states it: the link to each, and presence here.

/** How statements travel between two parties; an officer's own entries are all there is of a party by voice. */
export type How = "linked" | "file" | "voice";
/** "none" where no link is expected: the party is reached by file or by voice. */
export type LinkState = "linked" | "connecting" | "lost" | "forked" | "none";
export type DeskState = "manned" | "unmanned" | "degraded" | "unknown";

/** One party in every picture frame. */
export interface PeerLink {
  readonly party: string;
  readonly name: string;
  readonly how: How;
  readonly state: LinkState;
  readonly since_s: number | null;
  readonly lost_s: number | null;
  readonly delay_s: number | null;
  readonly clock_offset_s: number | null;
  readonly desk: DeskState;
  readonly desk_since_s: number | null;
  readonly desk_reason: string;
  readonly presence_s: number | null;
  readonly presence_until_s: number | null;
  readonly head_seen_s: number | null;
  readonly head_size: number;
  readonly cosigned_size: number;
  readonly own_size: number;
  readonly waiting: number;
  readonly not_understood: number;
  /** The newest statements of it that this desk cannot read or doubts. */
  readonly doubtful: readonly NotUnderstood[];
  readonly refused: number;
  readonly lifts_open: number;
  readonly lifts_last_hour: number;
}

/** Whether an officer has said to be at this desk, and until when that counts. */
export interface Presence {
  readonly state: DeskState;
  readonly reason: string;
  readonly since_s: number | null;
  readonly confirmed_s: number | null;
  readonly until_s: number | null;
}

/** What this desk has still to say to others, and what was replaced by a newer word or left out for want of room. */
export interface Telling {
  readonly waiting: number;
  readonly superseded: number;
  readonly left_out: number;
}

/** What the other desk has done with an encounter that both see. */
export interface PeerAnswer {
  readonly party: string;
  readonly state: "displayed" | "acknowledged" | "ended" | "not_told" | "received" | "withheld";
  readonly at_s: number | null;
  readonly level: 1 | 2 | 3 | null;
  /** A supervisor over there refused the exact position. */
  readonly withheld: boolean;
  /** When this desk last told the other of the pair; null when it did not. */
  readonly told_s: number | null;
  /** A supervisor here refused the exact position. */
  readonly refused: boolean;
}

/** The newest head of one log as it is held here, and what it was compared with. */
export interface LogHead {
  readonly party: string;
  readonly origin: string;
  readonly size: number;
  readonly root: string; // base 64
  readonly how: "own" | "linked" | "file";
  readonly compared: "cosigned" | "consistent" | "unseen" | "forked";
  /** Entries under the head it was found to continue. */
  readonly from_size: number | null;
  /** Of the own log: how much of it the other party cannot deny having seen. */
  readonly cosigned_size: number | null;
  readonly seen_s: number | null;
}

export interface Certificate {
  readonly state: "pinned" | "rotating" | "ended" | "none";
  readonly ends_s: number | null;
}

/** What of the own picture goes to a party. */
export interface Released {
  readonly share: "nothing" | "policy" | "all";
  readonly fields: readonly string[];
  readonly grid_m: number | null;
  readonly floor_m: number | null;
  readonly ceiling_m: number | null;
  readonly delay_s: number;
}

/** A statement that was kept and witnessed, and that this desk cannot read. */
export interface NotUnderstood {
  readonly kind: string;
  readonly index: number;
  readonly at_s: number;
  readonly why: string;
}

/** One party in full: how it is reached, and the keys that are pinned. */
export interface PeerRow {
  readonly party: string;
  readonly name: string;
  readonly how: How;
  readonly addresses: readonly string[];
  readonly compared: boolean;
  readonly own_words: readonly string[];
  readonly their_words: readonly string[];
  readonly own_fingerprint: string;
  readonly their_fingerprint: string;
  readonly certificate: Certificate;
  readonly released: Released;
  readonly clock_limit_s: number;
  readonly not_understood: readonly NotUnderstood[];
}

/** Something refused and kept, with the reason. */
export interface RefusedRow {
  readonly at_s: number;
  readonly party: string;
  readonly code: string;
  readonly detail: string;
  readonly address: string;
  readonly evidence: string;
}

/** A file that carried statements, written here or read here. */
export interface Carried {
  readonly at_s: number;
  readonly name: string;
  readonly party: string;
  readonly direction: "out" | "in";
  readonly state: "written" | "read" | "again" | "gap" | "refused";
  readonly first: number | null;
  readonly stop: number | null;
  readonly detail: string;
}

/** GET /peers: what changes by the hour rather than by the second. */
export interface PeersTable {
  readonly party: string;
  readonly origin: string;
  readonly comparisons: number;
  readonly forks: number;
  readonly heads: readonly LogHead[];
  readonly peers: readonly PeerRow[];
  readonly refused: readonly RefusedRow[];
  readonly files: readonly Carried[];
  /** Folder of the node, for who types its commands; "" for everybody else. */
  readonly home: string;
}

/** POST /voice-entries: what was said, as the officer noted it. */
export interface VoiceEntry {
  readonly party: string;
  readonly at_s: number;
  readonly text: string;
  readonly read_back: boolean;
}

/** GET /voice-entries: the same entries as recorded; none of them is signed by the other side. */
export interface VoiceRow extends VoiceEntry {
  readonly index: number;
  readonly noted_s: number;
  readonly by: string;
}
