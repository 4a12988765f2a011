// A word differs: another key stands between the two parties. What to do now, and what not to do.
import { useShared } from "../state/context";
import { Rich } from "../words/Rich";
import { Dialog } from "./Dialog";

const STEPS = ["differs-stop", "differs-keep", "differs-call", "differs-meanwhile"] as const;

export function DiffersDialog({ party }: { readonly party: string }) {
  const { state } = useShared();
  const { t } = state.words.value;
  return (
    <Dialog title={t("differs-title")}>
      <p>
        <Rich text={t("differs-means", { party })} />
      </p>
      <ol class="to-do">
        {STEPS.map((id) => (
          <li key={id}>
            <Rich text={t(id, { party })} />
          </li>
        ))}
      </ol>
    </Dialog>
  );
}
