// One line each under the top bar for what changes how the picture may be used: mode, sound, feeds, storage, watchdog.
import type { ComponentChildren } from "preact";
import { LevelIcon, SpeakerIcon } from "../icons/Icon";
import { markOf } from "../peers/order";
import { useShared } from "../state/context";
import type { Feed } from "../stream/types";
import { Rich } from "../words/Rich";
import { PresenceBanner } from "./PresenceBanner";
import { SoundBanner } from "./SoundBanner";

function Banner({
  name,
  tone = "",
  children,
}: {
  readonly name: string;
  readonly tone?: string;
  readonly children: ComponentChildren;
}) {
  return (
    <div class={`banner ${tone}`} data-banner={name}>
      {children}
    </div>
  );
}

function Exercise() {
  const { state } = useShared();
  if (state.mode.value !== "EXERCISE") return null;
  return (
    <Banner name="exercise">
      <span>
        <Rich text={state.words.value.t("banner-exercise", { title: state.desk.title })} />
      </span>
    </Banner>
  );
}

function faulty(feed: Feed): boolean {
  return feed.state !== "in_time" && feed.state !== "starting";
}

function Feeds() {
  const { state } = useShared();
  const words = state.words.value;
  const late = (state.picture.value?.feeds ?? []).filter(faulty);
  if (state.mode.value !== "DEGRADED" || late.length === 0) return null;
  return (
    <Banner name="degraded">
      <LevelIcon level={2} />
      <span>
        {late.map((feed) => (
          <span key={feed.name}>
            <Rich
              text={words.t(`banner-feed-${feed.state}`, {
                name: feed.name,
                age: feed.age_s === null ? "" : words.duration(feed.age_s),
              })}
            />{" "}
          </span>
        ))}
      </span>
    </Banner>
  );
}

function Storage() {
  const { state } = useShared();
  const words = state.words.value;
  const late_s = state.picture.value?.storage.late_s ?? 0;
  if (late_s <= 0) return null;
  return (
    <Banner name="storage">
      <LevelIcon level={2} />
      <span>
        <Rich text={words.t("banner-storage", { time: words.duration(late_s) })} />
      </span>
    </Banner>
  );
}

/** What the node says it cannot do; its own words follow ours, for whoever has to repair it. */
function Faults() {
  const { state } = useShared();
  const node = state.picture.value?.node;
  if (node === undefined) return null;
  const { t } = state.words.value;
  const faults = [
    { name: "storage-error", detail: node.storage_error },
    { name: "journal-error", detail: node.journal_error },
    { name: "release-error", detail: node.release_error },
    { name: "work-ended", detail: node.work_ended.join("; ") },
  ].filter(({ detail }) => detail !== "");
  if (faults.length === 0) return null;
  return (
    <Banner name="faults">
      <LevelIcon level={2} />
      <span>
        {faults.map(({ name, detail }) => (
          <span key={name}>
            <Rich text={t(`banner-${name}`)} /> {detail}{" "}
          </span>
        ))}
      </span>
    </Banner>
  );
}

function Muted() {
  const { state, actions } = useShared();
  const words = state.words.value;
  const until_s = state.sound.value.mutedUntil_s;
  if (until_s === null) return null;
  return (
    <Banner name="muted" tone="caution">
      <SpeakerIcon state="muted" />
      <span>
        <Rich
          text={words.t("banner-muted", { time: words.duration(until_s - (state.now_s.value ?? until_s)) })}
        />
      </span>
      <button type="button" class="button primary" onClick={actions.unmute}>
        {words.t("sound-on")}
      </button>
    </Banner>
  );
}

function Watchdog() {
  const { state } = useShared();
  if (!state.watchdogSilent.value) return null;
  return (
    <Banner name="watchdog">
      <LevelIcon level={2} />
      <span>{state.words.value.t("banner-watchdog")}</span>
    </Banner>
  );
}

/** Whether proposals can come at all yet; it ends by itself within a minute of the start. */
function Preparing() {
  const { state } = useShared();
  if (state.picture.value?.guidance.ready !== false) return null;
  return (
    <Banner name="preparing">
      <span>{state.words.value.t("banner-preparing")}</span>
    </Banner>
  );
}

function Unfit() {
  const { state } = useShared();
  const words = state.words.value;
  const unfit = state.desk.unfit;
  if (unfit.length === 0) return null;
  return (
    <Banner name="unfit">
      <LevelIcon level={2} />
      <span>
        {unfit.map(({ clause, alerting_s, needed_s }) => (
          <span key={clause}>
            <Rich
              text={words.t("banner-unfit", {
                clause,
                alerting: words.duration(alerting_s),
                needed: words.duration(needed_s),
              })}
            />{" "}
          </span>
        ))}
      </span>
    </Banner>
  );
}

function Unreadable() {
  const { state } = useShared();
  const count = state.unreadable.value;
  if (count === 0) return null;
  return (
    <Banner name="unreadable">
      <LevelIcon level={2} />
      <span>{state.words.value.t("banner-unreadable", { count })}</span>
    </Banner>
  );
}

/** A link that is lost: since when, what waits here, and how a warning gets there now. */
function LostLinks() {
  const { state } = useShared();
  const words = state.words.value;
  const now_s = state.now_s.value ?? 0;
  const lost = state.peers.value.filter((peer) => markOf(peer) === "lost");
  if (lost.length === 0) return null;
  return (
    <Banner name="link-lost">
      <LevelIcon level={2} />
      <span>
        {lost.map(({ party, lost_s, head_size, waiting }) => (
          <span key={party}>
            <Rich
              text={words.t("banner-link-lost", {
                party,
                time: words.duration(now_s - (lost_s ?? now_s)),
                head: head_size,
                waiting,
              })}
            />{" "}
          </span>
        ))}
      </span>
    </Banner>
  );
}

export function Banners() {
  return (
    <div class="banners">
      <Exercise />
      <SoundBanner />
      <PresenceBanner />
      <Muted />
      <Feeds />
      <LostLinks />
      <Storage />
      <Faults />
      <Watchdog />
      <Unreadable />
      <Unfit />
      <Preparing />
    </div>
  );
}
