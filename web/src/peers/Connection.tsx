// The connection screen of one party: is this really their key, is the link up, do both logs agree.
import { useEffect } from "preact/hooks";
import { useShared } from "../state/context";
import { rowAtHand } from "../state/peerActions";
import type { How, PeerLink } from "../stream/peers";
import { stopReading } from "./aloud";
import { Compare } from "./Compare";
import { DoubtfulTable } from "./Doubtful";
import { Files, VerifyLine } from "./Files";
import { Head } from "./Head";
import { Heads } from "./Heads";
import { LinkTable } from "./LinkTable";
import { RefusedTable } from "./Refused";
import { Voice } from "./Voice";

/** Heads and files change by the minute; the link itself stands in every picture frame. */
const ASK_EVERY_MS = 5000;

/** Keeps the table fresh while the screen is open; reading aloud ends with it, and when a warning sounds. */
function useFresh(how: How | undefined): void {
  const { state, actions } = useShared();
  const sounding = state.alerts.value.some((alert) => alert.level === 3 && alert.state === "active");
  useEffect(() => {
    void actions.peers.read();
    const timer = setInterval(() => void actions.peers.read(), ASK_EVERY_MS);
    return () => {
      clearInterval(timer);
      stopReading(state.reading);
    };
  }, [how]);
  useEffect(() => {
    if (sounding) stopReading(state.reading);
  }, [sounding]);
}

function NotAnswered() {
  const { state } = useShared();
  const { t } = state.words.value;
  const request = state.requests.value.get("peers");
  if (request?.state === "refused") {
    return (
      <p class="refused note" role="alert">
        {t("peers-not-answered", { why: request.why })}
      </p>
    );
  }
  return state.table.value === null ? <p class="note quiet">{t("peers-asking")}</p> : null;
}

function Body({ peer }: { readonly peer: PeerLink }) {
  const { state } = useShared();
  const row = rowAtHand(state);
  return (
    <>
      <Head peer={peer} row={row} />
      <NotAnswered />
      {row && peer.how !== "voice" && <Compare peer={peer} row={row} />}
      <div class="connection-grid">
        <div>
          <LinkTable peer={peer} row={row} />
          <DoubtfulTable peer={peer} />
          <RefusedTable party={peer.party} />
        </div>
        <div>
          {peer.how === "voice" && <Voice peer={peer} />}
          <Heads peer={peer} />
          {peer.how !== "voice" && <Files peer={peer} />}
          <VerifyLine party={peer.party} />
        </div>
      </div>
    </>
  );
}

export function Connection({ party }: { readonly party: string }) {
  const { state } = useShared();
  const { t } = state.words.value;
  const peer = state.peers.value.find((each) => each.party === party);
  useFresh(peer?.how);
  return (
    <main class="connection" aria-label={t("connection-to", { name: peer?.name ?? party })}>
      {peer ? <Body peer={peer} /> : <p class="note">{t("connection-none", { party })}</p>}
    </main>
  );
}
