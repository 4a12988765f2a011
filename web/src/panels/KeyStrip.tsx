// The strip at the foot: the keys used most, and what this information may be used for.
import { useShared } from "../state/context";
import { Key } from "./Key";

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
  return (
    <footer class="keys">
      {SHOWN.map(([keys, id]) => (
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
