// The keyboard as one table: what is pressed, on which page, what it does, how it is described.
import { exportCommand, importCommand } from "../peers/commands";
import type { Actions } from "../state/actions";
import type { Console } from "../state/console";
import { type Page, WATCH } from "../state/page";
import { rowAtHand } from "../state/peerActions";
import type { LayerName } from "../state/view";
import type { PeerRow } from "../stream/peers";

/** What a key acts on besides state: the map, which exists on a desk and not on a phone. */
export interface KeyTargets {
  readonly state: Console;
  readonly actions: Actions;
  centre(): void;
}

export interface KeyRow {
  /** Values of `KeyboardEvent.key`, lower case; letters also by their place, for a Russian layout. */
  readonly keys: readonly string[];
  readonly code?: string;
  readonly shown: readonly string[];
  readonly text: string;
  /** The page it works on; absent, on every page. */
  readonly on?: Page["kind"];
  /** Whether it does anything at this desk; absent, always. */
  readonly when?: (state: Console) => boolean;
  readonly press: (targets: KeyTargets) => void;
}

function toggle(name: LayerName): (targets: KeyTargets) => void {
  return ({ state }) => {
    const view = state.view.value;
    state.view.value = { ...view, layers: { ...view.layers, [name]: !view.layers[name] } };
  };
}

function stepBack({ state, actions }: KeyTargets): void {
  if (state.dialog.value !== null) state.dialog.value = null;
  else if (state.page.value.kind === "peer") actions.go(WATCH);
  else if (state.measuring.value) state.measuring.value = false;
  else actions.select(null);
}

const hasPeers = (state: Console): boolean => state.peers.value.length > 0;
const isAsked = (state: Console): boolean => hasPeers(state) || Boolean(state.desk.person);
const homeOf = (state: Console): string => state.table.value?.table.home ?? "";

/** The way in which the party at hand is reached; null away from the connection screen. */
function howAtHand({ page, peers }: Console) {
  const at = page.value;
  return at.kind === "peer" ? (peers.value.find(({ party }) => party === at.party)?.how ?? null) : null;
}

const byWords = (state: Console): boolean => howAtHand(state) === "linked" || howAtHand(state) === "file";
const byVoice = (state: Console): boolean => howAtHand(state) === "voice";

/** Something done with the party at hand, once the node has told of it in full. */
function withRow(doing: (row: PeerRow, targets: KeyTargets) => void): (targets: KeyTargets) => void {
  return (targets) => {
    const row = rowAtHand(targets.state);
    if (row !== null) doing(row, targets);
  };
}

function opens(kind: "differs" | "voice"): (targets: KeyTargets) => void {
  return ({ state }) => {
    const page = state.page.value;
    if (page.kind === "peer") state.dialog.value = { kind, party: page.party };
  };
}

/** Keys about other parties; a desk without any does not have them. */
const PEER_KEYS: readonly KeyRow[] = [
  {
    keys: ["p"],
    code: "KeyP",
    shown: ["P"],
    text: "key-peers-long",
    when: hasPeers,
    press: ({ actions }) => actions.peers.open(),
  },
  {
    keys: ["i"],
    code: "KeyI",
    shown: ["I"],
    text: "key-presence-long",
    when: isAsked,
    press: ({ actions }) => void actions.peers.confirmPresence(),
  },
  {
    keys: [" "],
    shown: ["Space"],
    text: "key-hear-long",
    on: "peer",
    when: byWords,
    press: withRow((row, { actions }) => actions.peers.hearNext(row)),
  },
  {
    keys: ["r"],
    code: "KeyR",
    shown: ["R"],
    text: "key-aloud-long",
    on: "peer",
    when: byWords,
    press: withRow((row, { actions }) => actions.peers.speak(row)),
  },
  {
    keys: ["d"],
    code: "KeyD",
    shown: ["D"],
    text: "key-differs-long",
    on: "peer",
    when: byWords,
    press: opens("differs"),
  },
  {
    keys: ["w"],
    code: "KeyW",
    shown: ["W"],
    text: "key-write-long",
    on: "peer",
    when: byWords,
    press: withRow(
      ({ party }, { state, actions }) => void actions.peers.copy(exportCommand(homeOf(state), party)),
    ),
  },
  {
    keys: ["o"],
    code: "KeyO",
    shown: ["O"],
    text: "key-read-long",
    on: "peer",
    when: byWords,
    press: ({ state, actions }) => void actions.peers.copy(importCommand(homeOf(state))),
  },
  {
    keys: ["c"],
    code: "KeyC",
    shown: ["C"],
    text: "key-compare-long",
    on: "peer",
    press: ({ actions }) => void actions.peers.read(),
  },
  {
    keys: ["v"],
    code: "KeyV",
    shown: ["V"],
    text: "key-voice-long",
    on: "peer",
    when: byVoice,
    press: opens("voice"),
  },
];

export const KEYS: readonly KeyRow[] = [
  {
    keys: ["a"],
    code: "KeyA",
    shown: ["A"],
    text: "key-acknowledge-long",
    press: ({ actions }) => void actions.acknowledgeSelected(),
  },
  {
    keys: ["s"],
    code: "KeyS",
    shown: ["S"],
    text: "key-shelve-long",
    press: ({ state, actions }) => {
      if (state.selected.value) actions.openShelve(state.selected.value);
    },
  },
  { keys: ["arrowdown"], shown: ["↓"], text: "key-next-long", press: ({ actions }) => actions.step(1) },
  { keys: ["arrowup"], shown: ["↑"], text: "key-previous-long", press: ({ actions }) => actions.step(-1) },
  { keys: ["t"], code: "KeyT", shown: ["T"], text: "key-trails-long", on: "watch", press: toggle("trails") },
  { keys: ["l"], code: "KeyL", shown: ["L"], text: "key-labels-long", on: "watch", press: toggle("labels") },
  { keys: ["r"], code: "KeyR", shown: ["R"], text: "key-rings-long", on: "watch", press: toggle("rings") },
  {
    keys: ["m"],
    code: "KeyM",
    shown: ["M"],
    text: "key-measure-long",
    on: "watch",
    press: ({ state }) => {
      state.measuring.value = !state.measuring.value;
    },
  },
  { keys: [" "], shown: ["Space"], text: "key-centre-long", on: "watch", press: ({ centre }) => centre() },
  ...PEER_KEYS,
  { keys: ["escape"], shown: ["Esc"], text: "key-escape-long", press: stepBack },
  {
    keys: ["?"],
    shown: ["?"],
    text: "key-all-long",
    press: ({ state }) => {
      state.dialog.value = { kind: "keys" };
    },
  },
];

/** A letter beyond ASCII comes from a Cyrillic layout, where only the place of the key is Latin. */
const LAST_ASCII = 127;

const onPage = ({ on }: KeyRow, page: Page["kind"]): boolean => on === undefined || on === page;

/** The keys that do something now: a key that does nothing is a trap. */
export function keysNow(state: Console): readonly KeyRow[] {
  return KEYS.filter((row) => onPage(row, state.page.value.kind) && (row.when?.(state) ?? true));
}

/** The row of a key press; null where a person is typing, a modifier is held, or no row matches. */
export function rowFor(event: KeyboardEvent, rows: readonly KeyRow[] = KEYS): KeyRow | null {
  if (event.ctrlKey || event.altKey || event.metaKey || typing(event)) return null;
  const key = event.key.toLowerCase();
  const byPlace = key.length === 1 && key.charCodeAt(0) > LAST_ASCII;
  return rows.find((row) => row.keys.includes(key) || (byPlace && row.code === event.code)) ?? null;
}

/** Keys that a focused control needs for itself: letters in a field, arrows on a slider, Space on a button. */
function typing(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("dialog")) return true;
  if (target.matches("input, textarea, select, [contenteditable]")) return true;
  if (target.matches("[role=slider], canvas")) return event.key.startsWith("Arrow");
  return event.key === " " && target.matches("button, a, summary");
}
