// The page: mode frame around everything, desk or phone layout inside, keys, dialogs and the live region.
import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { Away } from "./alerts/Away";
import { keysNow, rowFor } from "./keys/keymap";
import { Announcer } from "./panels/Announcer";
import { Banners } from "./panels/Banners";
import { DiffersDialog } from "./panels/DiffersDialog";
import { FrozenCover } from "./panels/FrozenCover";
import { KeyStrip } from "./panels/KeyStrip";
import { KeysDialog } from "./panels/KeysDialog";
import { Rail } from "./panels/Rail";
import { SettingsDialog } from "./panels/SettingsDialog";
import { ShelveDialog } from "./panels/ShelveDialog";
import { TopBar } from "./panels/TopBar";
import { VoiceDialog } from "./panels/VoiceDialog";
import { WithholdDialog } from "./panels/WithholdDialog";
import { Connection } from "./peers/Connection";
import { Phone } from "./phone/Phone";
import { Stage } from "./stage/Stage";
import { type Shared, SharedContext } from "./state/context";
import { pageFromHash } from "./state/page";
import { queryFromView } from "./state/view";
import { Timeline } from "./timeline/Timeline";

const PHONE = "(max-width: 699px)";

function usePhone(): boolean {
  const query = useRef(matchMedia(PHONE));
  const [matches, setMatches] = useState(query.current.matches);
  useEffect(() => {
    const onChange = (event: MediaQueryListEvent) => setMatches(event.matches);
    query.current.addEventListener("change", onChange);
    return () => query.current.removeEventListener("change", onChange);
  }, []);
  return matches;
}

function Dialogs({ shared }: { readonly shared: Shared }) {
  const dialog = shared.state.dialog.value;
  if (dialog === null) return null;
  if (dialog.kind === "keys") return <KeysDialog />;
  if (dialog.kind === "shelve") return <ShelveDialog alert={dialog.alert} />;
  if (dialog.kind === "withhold") return <WithholdDialog alert={dialog.alert} />;
  if (dialog.kind === "voice") return <VoiceDialog party={dialog.party} />;
  if (dialog.kind === "differs") return <DiffersDialog party={dialog.party} />;
  return <SettingsDialog />;
}

/** The page follows the address, also when the browser goes back. */
function useRoute({ state }: Shared): void {
  useEffect(() => {
    const follow = () => {
      state.page.value = pageFromHash(location.hash);
    };
    follow();
    for (const event of ["hashchange", "popstate"]) addEventListener(event, follow);
    return () => {
      for (const event of ["hashchange", "popstate"]) removeEventListener(event, follow);
    };
  }, []);
}

/** Keeps the address and the document's language in step with the state. */
function usePage({ state }: Shared): void {
  useEffect(() => {
    const stops = [
      effect(() => {
        const query = queryFromView(state.view.value, location.search);
        if (query !== location.search)
          history.replaceState(null, "", `${location.pathname}${query}${location.hash}`);
      }),
      effect(() => {
        const { t, language } = state.words.value;
        document.documentElement.lang = language;
        document.title = t("title", {
          party: state.desk.party.id,
          mode: t(`mode-${state.mode.value.toLowerCase()}`),
        });
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
}

export function App({ shared }: { readonly shared: Shared }) {
  const { state, actions } = shared;
  const phone = usePhone();
  const centre = useRef<() => void>(() => {});
  const page = state.page.value;
  usePage(shared);
  useRoute(shared);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const row = rowFor(event, keysNow(state));
      if (row === null) return;
      event.preventDefault();
      if (!event.repeat || event.key.startsWith("Arrow")) {
        row.press({ state, actions, centre: () => centre.current() });
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  return (
    <SharedContext.Provider value={shared}>
      <div class={`desk ${state.mode.value.toLowerCase()} ${state.frozen.value ? "is-frozen" : ""}`}>
        <div class="inner">
          {phone ? (
            <Phone />
          ) : (
            <>
              <TopBar />
              <Banners />
              {page.kind === "peer" && <Away />}
              <div class={`columns ${page.kind === "watch" ? "" : "behind"}`}>
                <div class="left-column">
                  <Stage
                    onCentre={(given) => {
                      centre.current = given;
                    }}
                  />
                  <Timeline />
                </div>
                <Rail />
                {page.kind === "peer" && <Connection key={page.party} party={page.party} />}
                <FrozenCover />
              </div>
              <KeyStrip />
            </>
          )}
        </div>
      </div>
      <Announcer />
      <Dialogs shared={shared} />
    </SharedContext.Provider>
  );
}
