// What a party sent and this node did not take: when, why, and what was kept of it.
import { reason } from "../alerts/SetAside";
import { useShared } from "../state/context";
import type { RefusedRow } from "../stream/peers";
import { dayTime } from "../words/time";

/** Newest rows shown; the rest is counted, and stands in the node's evidence folder. */
const MOST_ROWS = 8;

function Row({ row }: { readonly row: RefusedRow }) {
  const { state } = useShared();
  const words = state.words.value;
  const kept = row.evidence === "" ? "" : words.t("evidence-kept", { name: row.evidence });
  return (
    <tr>
      <td class="nowrap">{dayTime(row.at_s, state.now_s.value ?? 0, words.language)}</td>
      <td>{reason(words, "refusal", row.code)}</td>
      <td>{[row.address, row.detail, kept].filter((part) => part !== "").join(", ")}</td>
    </tr>
  );
}

/** Rows of one party, and of nobody: a stranger at the door concerns every link. */
export function refusedOf(rows: readonly RefusedRow[], party: string): readonly RefusedRow[] {
  return rows.filter((row) => row.party === party || row.party === "");
}

export function RefusedTable({ party }: { readonly party: string }) {
  const { state } = useShared();
  const { t } = state.words.value;
  const table = state.table.value?.table;
  if (!table) return null;
  const rows = refusedOf(table.refused, party);
  return (
    <section aria-labelledby="refused-title">
      <header class="panel-head">
        <h2 id="refused-title">{t("refused-title")}</h2>
        <span>{t("refused-note")}</span>
        <span class="end">{t("refused-count", { count: rows.length })}</span>
      </header>
      {rows.length === 0 ? (
        <p class="note quiet">{t("refused-none")}</p>
      ) : (
        <table class="facts refusals">
          <tbody>
            {rows.slice(0, MOST_ROWS).map((row) => (
              <Row key={`${row.at_s} ${row.code} ${row.evidence}`} row={row} />
            ))}
          </tbody>
        </table>
      )}
      {rows.length > MOST_ROWS && (
        <p class="note quiet">{t("refused-more", { count: rows.length - MOST_ROWS })}</p>
      )}
    </section>
  );
}
