// Below 700 px: one alert, two large buttons, the rest one line each. No map: a duty officer away from the desk decides here.
import { useState } from "preact/hooks";
import { Answers, Marks } from "../alerts/AlertItem";
import { Away } from "../alerts/Away";
import { Buttons } from "../alerts/Buttons";
import { EmptyList } from "../alerts/Encounters";
import { Guidance } from "../alerts/Guidance";
import { Names } from "../alerts/Names";
import { LEVEL_WORD } from "../alerts/order";
import { Plate } from "../alerts/Plate";
import { SetAside } from "../alerts/SetAside";
import { Supervisor } from "../alerts/Supervisor";
import { TimeLeft } from "../alerts/TimeLeft";
import { LevelIcon, LinkIcon } from "../icons/Icon";
import { Banners } from "../panels/Banners";
import { FeedsPanel } from "../panels/FeedsPanel";
import { FrozenCover } from "../panels/FrozenCover";
import { ModePlate } from "../panels/TopBar";
import { Connection } from "../peers/Connection";
import { linkBrief } from "../peers/link";
import { isFault, markOf } from "../peers/order";
import { drawable, Inset } from "../stage/Inset";
import { useShared } from "../state/context";
import { hashOf, WATCH } from "../state/page";
import type { Alert } from "../stream/types";
import { Rich } from "../words/Rich";
import { sentence } from "../words/sentences";
import { hms } from "../words/time";

function PhoneTop() {
  const { state } = useShared();
  const { t } = state.words.value;
  const now_s = state.now_s.value;
  return (
    <header class="phone-top">
      <h1 class="aside">airpact</h1>
      <ModePlate />
      <span class="soft">
        {state.desk.procedures.version} {t(`procedures-${state.desk.procedures.status}-short`)}
      </span>
      <span class="phone-clock">
        <b data-clock>{now_s === null ? "--:--:--" : hms(now_s)}</b> <small>UTC</small>
      </span>
    </header>
  );
}

function First({ alert }: { readonly alert: Alert }) {
  const { state } = useShared();
  const now_s = state.now_s.value ?? alert.first_s;
  return (
    <section
      class={`alert first ${LEVEL_WORD[alert.level]} ${alert.state} selected`}
      data-alert={alert.id}
      data-state={alert.state}
    >
      <div class="head">
        <Plate level={alert.level} />
        <TimeLeft alert={alert} />
      </div>
      <h2>
        <Names alert={alert} />
      </h2>
      <p class="sentence">
        <Rich text={sentence(state.words.value, alert, state.desk, now_s)} />
      </p>
      <Marks alert={alert} />
      <Guidance alert={alert} much="all" />
      {drawable(alert) && <Inset />}
      <Answers alert={alert} />
      <Buttons alert={alert} />
      <Supervisor alert={alert} />
    </section>
  );
}

function Others({ alerts }: { readonly alerts: readonly Alert[] }) {
  const { state, actions } = useShared();
  const { t } = state.words.value;
  return (
    <ul class="others">
      {alerts.map((alert) => (
        <li key={alert.id} class={LEVEL_WORD[alert.level]} data-alert={alert.id}>
          <button type="button" onClick={() => actions.select(alert.id)}>
            <LevelIcon level={alert.level} />
            <span class="aside">{t(`level-name-${LEVEL_WORD[alert.level]}`)}</span>
            <Names alert={alert} />
            <TimeLeft alert={alert} />
          </button>
        </li>
      ))}
      <li class="quiet counts">
        {t("phone-counts", {
          shelved: state.shelved.value.length,
          hour: state.picture.value?.rate.last_hour ?? 0,
        })}
      </li>
    </ul>
  );
}

/** A warning is never pushed down by a chosen lower alert: the first in the list stands on top. */
function Watch() {
  const { state } = useShared();
  const alerts = state.alerts.value;
  const selected = state.selected.value;
  const first = alerts[0]?.level === 3 && selected?.level !== 3 ? alerts[0] : selected;
  if (!first) {
    return (
      <>
        <Banners />
        <EmptyList />
      </>
    );
  }
  return (
    <>
      <First key={first.id} alert={first} />
      <Banners />
      <Others alerts={alerts.filter((alert) => alert.id !== first.id)} />
    </>
  );
}

/** The links, one line each; a finger opens the connection. */
function Links() {
  const { state } = useShared();
  return (
    <ul class="others links">
      {state.peers.value.map((peer) => {
        const mark = markOf(peer);
        return (
          <li key={peer.party}>
            <a
              href={hashOf({ kind: "peer", party: peer.party })}
              class={isFault(mark) ? "fault" : ""}
              data-peer={peer.party}
              data-link={mark}
            >
              <LinkIcon mark={mark} />
              <b>{peer.party}</b>
              <span class="end">{linkBrief(state.words.value, peer, state.now_s.value ?? 0)}</span>
            </a>
          </li>
        );
      })}
    </ul>
  );
}

/** The connection of one party, with every warning above it. */
function PeerPage({ party }: { readonly party: string }) {
  return (
    <>
      <Away />
      <Links />
      <Connection key={party} party={party} />
    </>
  );
}

const TABS = ["watch", "feeds", "links"] as const;
type Tab = (typeof TABS)[number];

export function Phone() {
  const { state, actions } = useShared();
  const { t } = state.words.value;
  const [chosen, setTab] = useState<Tab>("watch");
  const page = state.page.value;
  const tab = page.kind === "peer" ? "links" : chosen;
  const tabs = TABS.filter((name) => name !== "links" || state.peers.value.length > 0);
  return (
    <>
      <PhoneTop />
      <main class="phone">
        {tab === "watch" && <Watch />}
        {tab === "feeds" && (
          <>
            <FeedsPanel />
            <SetAside />
          </>
        )}
        {tab === "links" &&
          (page.kind === "peer" ? (
            <PeerPage party={page.party} />
          ) : (
            <>
              <Away />
              <Links />
            </>
          ))}
        <FrozenCover />
      </main>
      <nav class="tabs" aria-label={t("pages")}>
        {tabs.map((name) => (
          <button
            key={name}
            type="button"
            aria-current={tab === name ? "page" : undefined}
            onClick={() => {
              setTab(name);
              if (page.kind === "peer") actions.go(WATCH);
            }}
          >
            {t(`tab-${name}`)}
          </button>
        ))}
        <button
          type="button"
          data-act="settings"
          onClick={() => {
            state.dialog.value = { kind: "settings" };
          }}
        >
          {t("settings")}
        </button>
      </nav>
    </>
  );
}
