// The bar on top: mode, who we are, which procedures are in use, what is open, the feeds, and the server's clock.
import { LEVEL_WORD, LEVELS, openCount } from "../alerts/order";
import { reason } from "../alerts/SetAside";
import { LevelIcon } from "../icons/Icon";
import { Links } from "../peers/Links";
import { useShared } from "../state/context";
import { WATCH } from "../state/page";
import { Rich } from "../words/Rich";
import { hms, longDate } from "../words/time";

function Procedures() {
  const { state } = useShared();
  const { t } = state.words.value;
  const { title, version, status, unchecked } = state.desk.procedures;
  return (
    <div class="procedures">
      <span class="status">
        <b>{version}</b> <span class="soft">{t(`procedures-${status}`)}</span>
        {unchecked.length > 0 && (
          <span class="unchecked" title={t("procedures-unchecked-list", { clauses: unchecked.join(", ") })}>
            {t("procedures-unchecked", { count: unchecked.length })}
          </span>
        )}
      </span>
      <span class="label title" title={title}>
        {title}
      </span>
    </div>
  );
}

function OpenByLevel() {
  const { state } = useShared();
  const { t } = state.words.value;
  const alerts = state.alerts.value;
  return (
    <div class="open">
      <span class="label">{t("open-encounters")}</span>
      <span class="levels">
        {LEVELS.map((level) => {
          const count = openCount(alerts, level);
          const name = t(`level-name-${LEVEL_WORD[level]}`);
          return (
            <span key={level} class={count > 0 ? LEVEL_WORD[level] : "none"} title={name}>
              <LevelIcon level={level} /> <b>{count}</b>
              <span class="aside"> {name}</span>
            </span>
          );
        })}
      </span>
    </div>
  );
}

function FeedsBox() {
  const { state } = useShared();
  const { t } = state.words.value;
  const feeds = state.picture.value?.feeds ?? [];
  const inTime = feeds.filter((feed) => feed.state === "in_time").length;
  const starting = feeds.some((feed) => feed.state === "starting");
  const id = starting ? "feeds-starting" : "feeds-in-time";
  return (
    <div class="feeds-box">
      <span class="label">{t("feeds")}</span>
      <span class={inTime < feeds.length ? "late" : "soft"}>
        <Rich text={t(id, { count: inTime, all: feeds.length })} />
      </span>
    </div>
  );
}

/** The clock stands still when the server does: it has no time of its own. */
export function Clock() {
  const { state } = useShared();
  const { t, language } = state.words.value;
  const now_s = state.now_s.value;
  return (
    <div class="clock">
      <span class="time">
        <b data-clock>{now_s === null ? "--:--:--" : hms(now_s)}</b> <small>UTC</small>
      </span>
      <span class="label">{now_s === null ? t("clock-no-tick") : longDate(now_s, language)}</span>
    </div>
  );
}

/** Who is signed in, in which role, and the way out; a desk without accounts shows nobody. */
export function PersonBox() {
  const { state } = useShared();
  const words = state.words.value;
  const { person } = state.desk;
  if (!person) return null;
  return (
    <div class="person">
      <span class="who">{person.account}</span>
      <form method="post" action="/sign-out">
        <input type="hidden" name="csrf" value={person.csrf} />
        <span class="label">{person.roles.map((role) => reason(words, "role", role)).join(", ")}</span>
        <button type="submit" class="text-button" data-act="sign-out">
          {words.t("sign-out")}
        </button>
      </form>
    </div>
  );
}

export function ModePlate() {
  const { state } = useShared();
  const mode = state.mode.value;
  return <div class={`mode ${mode.toLowerCase()}`}>{state.words.value.t(`mode-${mode.toLowerCase()}`)}</div>;
}

/** Back to Watch without loading the page again: the picture has never stopped. */
function WatchLink() {
  const { state, actions } = useShared();
  const here = state.page.value.kind === "watch";
  return (
    <a
      href="./"
      aria-current={here ? "page" : undefined}
      onClick={(event) => {
        if (here) return;
        event.preventDefault();
        actions.go(WATCH);
      }}
    >
      {state.words.value.t("page-watch")}
    </a>
  );
}

export function TopBar() {
  const { state } = useShared();
  const { t } = state.words.value;
  return (
    <header class="top">
      <ModePlate />
      <div class="brand">
        <h1>airpact</h1>
        <span class="label">
          {state.desk.party.name}, {state.desk.desk}
        </span>
      </div>
      <nav aria-label={t("pages")}>
        <WatchLink />
      </nav>
      <Procedures />
      <OpenByLevel />
      <FeedsBox />
      <Links />
      <PersonBox />
      <div class="settings-box">
        <button
          type="button"
          class="button tall"
          data-act="settings"
          onClick={() => {
            state.dialog.value = { kind: "settings" };
          }}
        >
          {t("settings")}
        </button>
      </div>
      <Clock />
    </header>
  );
}
