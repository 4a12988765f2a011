// A party by voice only: what officers noted of what was said. Nothing here is signed by the other side, and it says so.
import { Key } from "../panels/Key";
import { useShared } from "../state/context";
import type { PeerLink, VoiceRow } from "../stream/peers";
import { dayTime } from "../words/time";

/** Newest entries shown; the record keeps all. */
const MOST_ROWS = 12;

function Row({ row }: { readonly row: VoiceRow }) {
  const { state } = useShared();
  const { t, language } = state.words.value;
  return (
    <li data-voice={row.index}>
      <time>{dayTime(row.at_s, state.now_s.value ?? 0, language)}</time>
      <p>
        {row.text}
        <span class={row.read_back ? "soft" : "open"}>
          {" "}
          {t(row.read_back ? "voice-read-back" : "voice-not-read-back")}
        </span>
        <small>{t("voice-unsigned", { by: row.by })}</small>
      </p>
    </li>
  );
}

export function Voice({ peer }: { readonly peer: PeerLink }) {
  const { state } = useShared();
  const { t } = state.words.value;
  const rows = state.voice.value.filter(({ party }) => party === peer.party);
  return (
    <section class="voice" aria-labelledby="voice-title">
      <header class="panel-head">
        <h2 id="voice-title">{t("voice-title")}</h2>
        <span>{t("voice-note")}</span>
        <button
          type="button"
          class="button end"
          data-act="voice"
          onClick={() => {
            state.dialog.value = { kind: "voice", party: peer.party };
          }}
        >
          {t("voice-enter")} <Key name="V" />
        </button>
      </header>
      {rows.length === 0 ? (
        <p class="note quiet">{t("voice-none")}</p>
      ) : (
        <ul>
          {rows.slice(0, MOST_ROWS).map((row) => (
            <Row key={row.index} row={row} />
          ))}
        </ul>
      )}
    </section>
  );
}
