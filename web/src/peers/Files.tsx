// Statements by file: what was written and read, and the commands to type; and how anybody checks a file offline.
import { FoundIcon } from "../icons/Icon";
import { Key } from "../panels/Key";
import { useShared } from "../state/context";
import type { Carried, PeerLink } from "../stream/peers";
import type { Words } from "../words/catalogue";
import { dayTime } from "../words/time";
import { exportCommand, HOME, importCommand, verifyCommand } from "./commands";

/** Newest rows shown; older files are counted. */
const MOST_ROWS = 6;

/** "NAG 180 to 214": whose statements, from which to which; index 0 is the first statement of a log. */
export function holdsOf(words: Words, file: Carried, own: string): string {
  const log = file.direction === "out" ? own : file.party;
  if (file.first === null || file.stop === null) return words.t("file-holds-unknown", { log });
  if (file.stop <= file.first) return words.t("file-holds-none", { log });
  return words.t("file-holds", { log, first: file.first + 1, last: file.stop });
}

function Row({ file }: { readonly file: Carried }) {
  const { state } = useShared();
  const words = state.words.value;
  const wrong = file.state === "gap" || file.state === "refused";
  const at = dayTime(file.at_s, state.now_s.value ?? 0, words.language);
  return (
    <tr data-file={file.name}>
      <td>{file.name}</td>
      <td>{holdsOf(words, file, state.desk.party.id)}</td>
      <td class="soft">
        {wrong && <FoundIcon found="refused" />} {file.detail}
      </td>
      <td class="num nowrap">{words.t(`file-${file.state}`, { at })}</td>
    </tr>
  );
}

/** A command with the key and button that copies it; it is run at the node's terminal, by who has its keys. */
function Command({
  id,
  command,
  name,
}: {
  readonly id: string;
  readonly command: string;
  readonly name: string;
}) {
  const { state, actions } = useShared();
  const { t } = state.words.value;
  return (
    <div class="command">
      <span>{t(id)}</span>
      <code>{command}</code>
      <button type="button" class="button" data-act={id} onClick={() => void actions.peers.copy(command)}>
        {t(state.copied.value === command ? "copied" : "copy")} <Key name={name} />
      </button>
    </div>
  );
}

export function Files({ peer }: { readonly peer: PeerLink }) {
  const { state } = useShared();
  const { t } = state.words.value;
  const home = state.table.value?.table.home ?? "";
  const files = (state.table.value?.table.files ?? []).filter(({ party }) => party === peer.party);
  return (
    <section aria-labelledby="files-title">
      <header class="panel-head">
        <h2 id="files-title">{t("files-title")}</h2>
        <span>{t("files-note")}</span>
        {files.length > MOST_ROWS && (
          <span class="end">{t("files-more", { count: files.length - MOST_ROWS })}</span>
        )}
      </header>
      {files.length > 0 && (
        <table class="facts files">
          <thead>
            <tr>
              <th scope="col">{t("files-file")}</th>
              <th scope="col">{t("files-holds")}</th>
              <th scope="col">{t("files-checked")}</th>
              <th scope="col" class="num">
                {t("files-state")}
              </th>
            </tr>
          </thead>
          <tbody>
            {files.slice(0, MOST_ROWS).map((file) => (
              <Row key={`${file.at_s} ${file.name}`} file={file} />
            ))}
          </tbody>
        </table>
      )}
      <Command id="file-write" command={exportCommand(home, peer.party)} name="W" />
      <Command id="file-read-in" command={importCommand(home)} name="O" />
      {home === "" && <p class="note quiet">{t("file-home", { home: HOME })}</p>}
    </section>
  );
}

export function VerifyLine({ party }: { readonly party: string }) {
  const { state } = useShared();
  const { t } = state.words.value;
  const newest = state.table.value?.table.files.find(
    (file) => file.party === party && file.direction === "in",
  );
  return (
    <section aria-labelledby="verify-title">
      <header class="panel-head">
        <h2 id="verify-title">{t("verify-title")}</h2>
      </header>
      <p class="note">
        <code>{verifyCommand(newest?.name ?? "FILE")}</code> <span class="soft">{t("verify-note")}</span>
      </p>
    </section>
  );
}
