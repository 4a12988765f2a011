// The strip at the foot: the keys used most, and what this information may be used for.
import { type Console, isReplay } from "../state/console";
import { useShared } from "../state/context";
import { Key } from "./Key";

/** Keys that answer an alert: not offered in a recording. */
const ANSWERS: readonly string[] = ["key-acknowledge", "key-shelve"];

type Shown = readonly (readonly [keys: readonly string[], id: string])[];

const ON_WATCH: Shown = [
  [["A"], "key-acknowledge"],
  [["S"], "key-shelve"],
  [["↑", "↓"], "key-next"],
  [["M"], "key-measure"],
  [["T"], "key-trails"],
  [["L"], "key-labels"],
  [["R"], "key-rings"],
  [["Space"], "key-centre"],
];

const BY_WORDS: Shown = [
  [["Space"], "key-hear"],
  [["R"], "key-aloud"],
  [["W"], "key-write"],
  [["O"], "key-read"],
  [["C"], "key-compare"],
];
const BY_VOICE: Shown = [[["V"], "key-voice"]];
const BACK: Shown = [
  [["A"], "key-acknowledge"],
  [["Esc"], "key-back"],
];

/** The keys of the page at hand, the ones used most. */
function shownOn(state: Console): Shown {
  const page = state.page.value;
  if (page.kind === "watch") {
    return state.peers.value.length > 0 ? [...ON_WATCH, [["P"], "key-peers"]] : ON_WATCH;
  }
  const how = state.peers.value.find(({ party }) => party === page.party)?.how;
  return [...(how === "voice" ? BY_VOICE : BY_WORDS), ...BACK];
}

export function KeyStrip() {
  const { state } = useShared();
  const { t } = state.words.value;
  const all = shownOn(state);
  const shown = isReplay(state) ? all.filter(([, id]) => !ANSWERS.includes(id)) : all;
  return (
    <footer class="keys">
      {shown.map(([keys, id]) => (
        <span key={id}>
          {keys.map((key) => (
            <Key key={key} name={key === "Space" ? t("key-name-space") : key} />
          ))}
          {t(id)}
        </span>
      ))}
      <button
        type="button"
        class="text-button"
        onClick={() => {
          state.dialog.value = { kind: "keys" };
        }}
      >
        <Key name="?" />
        {t("key-all")}
      </button>
      <span class="end">{state.desk.attribution || t("purpose")}</span>
    </footer>
  );
}
