// Every feed with its age; a feed in time has no mark, a fault has shape and word, rejected lines and fields left out are counted by reason.
import { reason } from "../alerts/SetAside";
import { LevelIcon } from "../icons/Icon";
import { useShared } from "../state/context";
import type { Feed } from "../stream/types";
import type { Words } from "../words/catalogue";

const AGE_DIGITS = 1;
const LONG_AGE_S = 10;

/** Age as printed: tenths while short, whole seconds and minutes after; "no report" where none came. */
function age(words: Words, feed: Feed): string {
  if (feed.age_s === null) return words.t("feed-no-report");
  if (feed.age_s >= LONG_AGE_S) return words.duration(feed.age_s);
  return words.t("seconds-short", { n: words.decimal(feed.age_s, AGE_DIGITS) });
}

function Row({ feed }: { readonly feed: Feed }) {
  const { state } = useShared();
  const words = state.words.value;
  const fault = feed.state !== "in_time" && feed.state !== "starting";
  const stateText =
    feed.state === "in_time" ? age(words, feed) : words.t(`feed-${feed.state}`, { age: age(words, feed) });
  return (
    <li class={fault ? "fault" : ""} data-feed={feed.name} data-state={feed.state} title={feed.error}>
      <span class="name">
        {fault && <LevelIcon level={2} />}
        {feed.name}
      </span>
      <span class="age">{stateText}</span>
    </li>
  );
}

/** "altitude: out of range" in words: the field as the feed names it, the reason as a person reads it. */
function leftOut(words: Words, code: string): string {
  const at = code.lastIndexOf(": ");
  return at < 0 ? code : `${code.slice(0, at)}, ${reason(words, "rejected", code.slice(at + 2))}`;
}

function total(feeds: readonly Feed[], what: "rejected" | "doubtful"): number {
  return feeds.flatMap((feed) => Object.values(feed[what])).reduce((sum, count) => sum + count, 0);
}

function Rejected({ feeds }: { readonly feeds: readonly Feed[] }) {
  const { state } = useShared();
  const words = state.words.value;
  const [lines, fields] = [total(feeds, "rejected"), total(feeds, "doubtful")];
  const offset = feeds.filter((feed) => feed.clock_offset_s !== null && Math.abs(feed.clock_offset_s) >= 1);
  if (lines + fields === 0 && offset.length === 0) return null;
  return (
    <details class="rejected">
      <summary>
        {words.t("rejected", { count: lines })}
        {fields > 0 && ` · ${words.t("left-out", { count: fields })}`}
      </summary>
      <ul>
        {feeds.flatMap((feed) =>
          Object.entries(feed.rejected).map(([code, count]) => (
            <li key={`${feed.name} ${code}`}>
              {feed.name}: {reason(words, "rejected", code)}, {count}
            </li>
          )),
        )}
        {feeds.flatMap((feed) =>
          Object.entries(feed.doubtful).map(([code, count]) => (
            <li key={`${feed.name} ${code}`}>
              {feed.name}: {leftOut(words, code)}, {count}
            </li>
          )),
        )}
        {offset.map((feed) => (
          <li key={feed.name}>
            {words.t("feed-clock-offset", {
              name: feed.name,
              offset: words.decimal(feed.clock_offset_s ?? 0, 1),
            })}
          </li>
        ))}
      </ul>
    </details>
  );
}

export function FeedsPanel() {
  const { state } = useShared();
  const { t } = state.words.value;
  const picture = state.picture.value;
  const feeds = picture?.feeds ?? [];
  const inTime = feeds.filter((feed) => feed.state === "in_time").length;
  return (
    <section class="feeds" aria-labelledby="feeds-title">
      <header class="panel-head">
        <h2 id="feeds-title">{t("feeds")}</h2>
        <span>
          {picture === null ? t("feeds-none-yet") : t("feeds-count", { count: inTime, all: feeds.length })}
        </span>
        <span class="end">
          {state.desk.coverage.length === 0 ? t("coverage-unstated") : t("coverage-drawn")}
        </span>
      </header>
      <ul class="feed-list">
        {feeds.map((feed) => (
          <Row key={feed.name} feed={feed} />
        ))}
      </ul>
      <Rejected feeds={feeds} />
    </section>
  );
}
