// The keyboard of the Watch page as one table: what is pressed, what it does, how it is described.
import type { Actions } from "../state/actions";
import type { Console } from "../state/console";
import type { LayerName } from "../state/view";

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
  else if (state.measuring.value) state.measuring.value = false;
  else actions.select(null);
}

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
  { keys: ["t"], code: "KeyT", shown: ["T"], text: "key-trails-long", press: toggle("trails") },
  { keys: ["l"], code: "KeyL", shown: ["L"], text: "key-labels-long", press: toggle("labels") },
  { keys: ["r"], code: "KeyR", shown: ["R"], text: "key-rings-long", press: toggle("rings") },
  {
    keys: ["m"],
    code: "KeyM",
    shown: ["M"],
    text: "key-measure-long",
    press: ({ state }) => {
      state.measuring.value = !state.measuring.value;
    },
  },
  { keys: [" "], shown: ["Space"], text: "key-centre-long", press: ({ centre }) => centre() },
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

/** The row of a key press; null where a person is typing, a modifier is held, or no row matches. */
export function rowFor(event: KeyboardEvent): KeyRow | null {
  if (event.ctrlKey || event.altKey || event.metaKey || typing(event)) return null;
  const key = event.key.toLowerCase();
  const byPlace = key.length === 1 && key.charCodeAt(0) > LAST_ASCII;
  return KEYS.find((row) => row.keys.includes(key) || (byPlace && row.code === event.code)) ?? null;
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
