// The strip at the foot: the keys used most, and what this information may be used for.
import { isReplay } from "../state/console";
import { useShared } from "../state/context";
import { Key } from "./Key";

/** Keys that answer an alert: not offered in a recording. */
const ANSWERS: readonly string[] = ["key-acknowledge", "key-shelve"];

const SHOWN: readonly (readonly [keys: readonly string[], id: string])[] = [
  [["A"], "key-acknowledge"],
  [["S"], "key-shelve"],
  [["↑", "↓"], "key-next"],
  [["M"], "key-measure"],
  [["T"], "key-trails"],
  [["L"], "key-labels"],
  [["R"], "key-rings"],
  [["Space"], "key-centre"],
];

export function KeyStrip() {
  const { state } = useShared();
  const { t } = state.words.value;
  const shown = isReplay(state) ? SHOWN.filter(([, id]) => !ANSWERS.includes(id)) : SHOWN;
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
