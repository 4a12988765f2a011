// The head of the rail: open encounters with the alarm counter, then the list, or what was watched when it is empty.
import { behind_s } from "../stage/stale";
import { useShared } from "../state/context";
import type { Rate } from "../stream/types";
import { Rich } from "../words/Rich";
import { hms } from "../words/time";
import { AlertItem } from "./AlertItem";
import { notWatched } from "./notWatched";

const BAR_TALLEST_PX = 11;
const BAR_LEAST_PX = 2;

function Bins({ bins }: { readonly bins: readonly number[] }) {
  const most = Math.max(1, ...bins);
  return (
    <span class="bins" aria-hidden="true">
      {bins.map((count, index) => (
        <i
          key={index}
          class={index === bins.length - 1 ? "newest" : ""}
          style={{ height: `${Math.max(BAR_LEAST_PX, Math.round((BAR_TALLEST_PX * count) / most))}px` }}
        />
      ))}
    </span>
  );
}

function RateLine({ rate }: { readonly rate: Rate }) {
  const { state } = useShared();
  const { t } = state.words.value;
  const limit = state.desk.alert_policy.rate_limit_per_h;
  const over = rate.flood || rate.last_hour > limit;
  return (
    <span class={`rate ${over ? "exceeded" : ""}`}>
      <Bins bins={rate.bins} />
      <span>
        <Rich text={t(rate.flood ? "rate-flood" : "rate-last-hour", { count: rate.last_hour, limit })} />
      </span>
    </span>
  );
}

/** Never a blank list: how many tracks, how many feeds, when last checked, and what is not watched. */
export function EmptyList() {
  const { state } = useShared();
  const { t } = state.words.value;
  const picture = state.picture.value;
  if (picture === null) return <p class="empty">{t("empty-no-picture")}</p>;
  const inTime = picture.feeds.filter((feed) => feed.state === "in_time").length;
  const judged = behind_s(picture) === 0;
  return (
    <div class="empty">
      <p>
        <Rich
          text={t(judged ? "empty-list" : "empty-not-judged", {
            tracks: picture.counts.tracks,
            feeds: inTime,
            all: picture.feeds.length,
            at: hms(picture.as_of_s),
          })}
        />
      </p>
      <p>{notWatched(state.words.value, state.desk, picture)}</p>
    </div>
  );
}

export function Encounters() {
  const { state } = useShared();
  const { t } = state.words.value;
  const alerts = state.alerts.value;
  const rate = state.picture.value?.rate;
  return (
    <section class="encounters" aria-labelledby="encounters-title">
      <header class="panel-head">
        <h2 id="encounters-title">{t("encounters")}</h2>
        <span>{t("encounters-open", { count: alerts.length })}</span>
        {rate && <RateLine rate={rate} />}
      </header>
      {alerts.length === 0 ? (
        <EmptyList />
      ) : (
        <ul class="alerts" aria-labelledby="encounters-title">
          {alerts.map((alert) => (
            <AlertItem key={alert.id} alert={alert} open={alerts.length} />
          ))}
        </ul>
      )}
    </section>
  );
}
