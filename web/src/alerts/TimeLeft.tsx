// The time left to the closest approach, counted by server time only; inside the minima the word "now".
import { useShared } from "../state/context";
import type { Alert } from "../stream/types";
import { timeLeft_s } from "../words/sentences";
import { hms } from "../words/time";
import { insideNow } from "./moment";

const UNDER_A_MINUTE = 60;

export function TimeLeft({ alert }: { readonly alert: Alert }) {
  const { state } = useShared();
  const words = state.words.value;
  const now_s = state.now_s.value ?? alert.first_s;
  if (insideNow(alert, now_s)) return <span class="left">{words.t("left-now")}</span>;
  const left = timeLeft_s(alert, now_s);
  if (left === null) return <span class="left since">{words.t("since", { at: hms(alert.first_s) })}</span>;
  if (left <= 0)
    return <span class="left past">{words.t("time-passed", { time: words.duration(-left) })}</span>;
  if (left >= UNDER_A_MINUTE) return <span class="left">{words.duration(left)}</span>;
  const [count, unit] = words.duration(left).split("\u00a0");
  return (
    <span class="left">
      {count}
      <small>
        {"\u00a0"}
        {unit}
      </small>
    </span>
  );
}
