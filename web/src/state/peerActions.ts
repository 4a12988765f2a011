// What a person can do about another party: compare words, read them aloud, confirm presence, note what was said by voice.
import { groups, readAloud, stopReading } from "../peers/aloud";
import { NONE, nextUnheard, toggled } from "../peers/marks";
import { inOrder } from "../peers/order";
import type { Api } from "../stream/api";
import type { PeerRow, VoiceEntry } from "../stream/peers";
import { type Console, may, type Request } from "./console";
import type { Page } from "./page";

export interface PeerActions {
  /** Opens the connection screen of the party whose link needs a look first; there, of the next one. */
  open(): void;
  /** Asks the node for the parties in full, as it holds them now. */
  read(): Promise<void>;
  /** Marks a word of theirs as heard and equal, or takes the mark back. */
  hear(row: PeerRow, word: number): void;
  /** Marks the next word that was not heard yet. */
  hearNext(row: PeerRow): void;
  /** Reads our words aloud, or stops. */
  speak(row: PeerRow): void;
  confirmPresence(): Promise<void>;
  /** Notes what was said by voice; true when the node has it. */
  enterVoice(entry: VoiceEntry): Promise<boolean>;
  copy(text: string): Promise<void>;
}

/** What the other actions already know how to do. */
interface Tools {
  go(page: Page): void;
  ask(name: string, send: () => Promise<unknown>): Promise<void>;
  mark(name: string, request: Request | null): void;
  whyOf(state: Console, error: unknown): string;
}

/** The party of the page at hand in full, once the node has told of it. */
export function rowAtHand(state: Console): PeerRow | null {
  const page = state.page.value;
  if (page.kind !== "peer") return null;
  return state.table.value?.table.peers.find(({ party }) => party === page.party) ?? null;
}

function setHeard(state: Console, row: PeerRow, word: number): void {
  const all = new Map(state.heard.value);
  all.set(row.their_fingerprint, toggled(all.get(row.their_fingerprint) ?? NONE, word));
  state.heard.value = all;
}

async function readTable(state: Console, api: Api): Promise<void> {
  const byVoice = state.peers.peek().some(({ how }) => how === "voice");
  const [table, voice] = await Promise.all([api.peers(), byVoice ? api.voiceEntries() : null]);
  state.table.value = { table, at_s: state.now_s.peek() };
  if (voice) state.voice.value = voice.entries;
}

export function createPeerActions(state: Console, api: Api, { go, ask, mark, whyOf }: Tools): PeerActions {
  const read = async (): Promise<void> => {
    try {
      await readTable(state, api);
      if (state.requests.peek().has("peers")) mark("peers", null);
    } catch (error) {
      mark("peers", { state: "refused", why: whyOf(state, error) });
    }
  };
  return {
    open: () => {
      const sorted = inOrder(state.peers.value);
      const page = state.page.value;
      const at = page.kind === "peer" ? sorted.findIndex(({ party }) => party === page.party) : -1;
      const next = sorted[(at + 1) % sorted.length];
      if (next) go({ kind: "peer", party: next.party });
    },
    read,
    hear: (row, word) => setHeard(state, row, word),
    hearNext: (row) => {
      const heard = state.heard.value.get(row.their_fingerprint) ?? NONE;
      const word = nextUnheard(heard, row.their_words.length);
      if (word !== null) setHeard(state, row, word);
    },
    speak: (row) => {
      if (state.reading.peek() !== null) stopReading(state.reading);
      else if (groups(row.own_words).length > 0) readAloud(row.own_words, state.reading);
    },
    confirmPresence: () =>
      ask("presence", () => (may(state, "confirm_presence") ? api.presence() : api.stay())),
    enterVoice: async (entry) => {
      await ask("voice", () => api.voiceEntry(entry));
      if (state.requests.peek().has("voice")) return false;
      await read();
      return true;
    },
    copy: async (text) => {
      if (!("clipboard" in navigator)) return; // over plain HTTP from another host there is none
      await navigator.clipboard.writeText(text).then(
        () => {
          state.copied.value = text;
        },
        () => {
          state.copied.value = null; // the browser forbids it here; the command stands on the screen to be typed
        },
      );
    },
  };
}
