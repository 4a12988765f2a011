// Two keys as words, side by side: ours to read to them, theirs to mark word by word as they are heard.
import { PartyIcon } from "../icons/Icon";
import { Key } from "../panels/Key";
import { useShared } from "../state/context";
import type { PeerLink, PeerRow } from "../stream/peers";
import { canSpeak, GROUP } from "./aloud";
import { acceptCommand, HOME } from "./commands";
import { shortHex } from "./hash";
import { NONE } from "./marks";

interface Side {
  readonly row: PeerRow;
  readonly party: string;
}

function Spelt({ words, fingerprint }: { readonly words: readonly string[]; readonly fingerprint: string }) {
  const { state } = useShared();
  const { t } = state.words.value;
  return (
    <p class="label">
      {t("words-spell", { count: words.length, bits: words.length * BITS_PER_WORD })}{" "}
      <span class="mono">{shortHex(fingerprint)}</span>
    </p>
  );
}

const BITS_PER_WORD = 5; // one letter of base 32 (RFC 4648) a word

function Ours({ row, party }: Side) {
  const { state } = useShared();
  const { t } = state.words.value;
  const reading = state.reading.value;
  return (
    <section>
      <h3>
        <PartyIcon shape="own" /> {t("words-ours", { party })}
      </h3>
      <p>{t("words-ours-note", { own: state.desk.party.id })}</p>
      <ol class="words" data-words="ours">
        {row.own_words.map((word, index) => (
          <li key={index} class={reading === Math.floor(index / GROUP) ? "reading" : ""}>
            <i>{index + 1}</i>
            {word}
          </li>
        ))}
      </ol>
      <Spelt words={row.own_words} fingerprint={row.own_fingerprint} />
    </section>
  );
}

function Theirs({ row, party }: Side) {
  const { state, actions } = useShared();
  const { t } = state.words.value;
  const heard = state.heard.value.get(row.their_fingerprint) ?? NONE;
  return (
    <section>
      <h3>
        <PartyIcon shape="peer" /> {t("words-theirs", { party })}
      </h3>
      <p>{t(row.compared ? "words-theirs-compared" : "words-theirs-note", { party })}</p>
      <ol class="words" data-words="theirs">
        {row.their_words.map((word, index) => (
          <li key={index}>
            <button
              type="button"
              aria-pressed={heard.has(index)}
              data-word={index}
              onClick={() => actions.peers.hear(row, index)}
            >
              <i>{index + 1}</i>
              {word}
            </button>
          </li>
        ))}
      </ol>
      <Spelt words={row.their_words} fingerprint={row.their_fingerprint} />
    </section>
  );
}

/** What to do when every word was heard: a person with the keys of the node says so at its terminal. */
function Confirm({ row, party }: Side) {
  const { state } = useShared();
  const { t } = state.words.value;
  const left = row.their_words.length - (state.heard.value.get(row.their_fingerprint) ?? NONE).size;
  if (row.compared) return <p data-compared>{t("words-compared")}</p>;
  if (left > 0) return <p class="waiting">{t("words-left", { left })}</p>;
  const home = state.table.value?.table.home ?? "";
  return (
    <>
      <p>
        {t("words-all")} <code>{acceptCommand(home, party)}</code>
      </p>
      <p>{t(home === "" ? "words-all-card-home" : "words-all-card", { party, home: HOME })}</p>
    </>
  );
}

function Counted({ row, party }: Side) {
  const { state, actions } = useShared();
  const { t } = state.words.value;
  const heard = (state.heard.value.get(row.their_fingerprint) ?? NONE).size;
  return (
    <section class="counted">
      <h3>
        <span role="status" data-heard>
          {t("words-heard", { heard, all: row.their_words.length })}
        </span>
      </h3>
      <p>{t("words-explain")}</p>
      <Confirm row={row} party={party} />
      <div class="buttons">
        <button
          type="button"
          class="button"
          data-act="differs"
          onClick={() => {
            state.dialog.value = { kind: "differs", party };
          }}
        >
          {t("words-differ")} <Key name="D" />
        </button>
        {canSpeak() && (
          <button
            type="button"
            class="button"
            data-act="read-aloud"
            aria-pressed={state.reading.value !== null}
            onClick={() => actions.peers.speak(row)}
          >
            {t(state.reading.value === null ? "words-aloud" : "words-aloud-stop")} <Key name="R" />
          </button>
        )}
      </div>
    </section>
  );
}

export function Compare({ peer, row }: { readonly peer: PeerLink; readonly row: PeerRow }) {
  const { party } = peer;
  return (
    <div class="compare">
      <Ours row={row} party={party} />
      <Theirs row={row} party={party} />
      <Counted row={row} party={party} />
    </div>
  );
}
