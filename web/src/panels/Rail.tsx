// The rail: encounters in level order, what is set aside, then the feeds; the list scrolls, the highest alert stays.
import { Encounters } from "../alerts/Encounters";
import { SetAside } from "../alerts/SetAside";
import { useShared } from "../state/context";
import { FeedsPanel } from "./FeedsPanel";

export function Rail() {
  const { state } = useShared();
  return (
    <aside class="rail" aria-label={state.words.value.t("rail")}>
      <Encounters />
      <SetAside />
      <FeedsPanel />
    </aside>
  );
}
