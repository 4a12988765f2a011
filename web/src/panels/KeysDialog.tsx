// All keys of the page at hand. Keys of pages without data yet are not listed: a key that does nothing is a trap.
import { keysNow } from "../keys/keymap";
import { useShared } from "../state/context";
import { Dialog } from "./Dialog";
import { Key } from "./Key";

export function KeysDialog() {
  const { state } = useShared();
  const { t } = state.words.value;
  return (
    <Dialog title={t("keys-title")}>
      <table class="key-table">
        <thead>
          <tr>
            <th scope="col">{t("keys-key")}</th>
            <th scope="col">{t("keys-does")}</th>
          </tr>
        </thead>
        <tbody>
          {keysNow(state).map(({ shown, text }) => (
            <tr key={text}>
              <td>
                {shown.map((key) => (
                  <Key key={key} name={key === "Space" ? t("key-name-space") : key} />
                ))}
              </td>
              <td>{t(text)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="label">{t("keys-note")}</p>
    </Dialog>
  );
}
