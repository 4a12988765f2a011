// The numbers of one encounter: now, at the closest approach, and what was asked.
import { useShared } from "../state/context";
import type { Approach } from "../stream/types";

export function Figures({ approach }: { readonly approach: Approach }) {
  const { state } = useShared();
  const words = state.words.value;
  const { t } = words;
  const { asked_horizontal_m: across, asked_vertical_m: up } = approach;
  const height = (metres: number | null) => (metres === null ? t("no-height") : words.height(metres, up));
  const known = [
    approach.horizontal_uncertainty_m === null ? "" : `±${words.distance(approach.horizontal_uncertainty_m)}`,
    approach.vertical_uncertainty_m === null ? "" : `±${words.height(approach.vertical_uncertainty_m)}`,
  ].filter((text) => text !== "");
  const under = (metres: number | null, minimum: number) => metres !== null && Math.abs(metres) < minimum;
  return (
    <table class="figures">
      <thead>
        <tr>
          <td />
          <th scope="col">{t("figures-now")}</th>
          <th scope="col">{t("figures-closest")}</th>
          <th scope="col">{t("figures-asked")}</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">{t("figures-across")}</th>
          <td>{words.distance(approach.horizontal_m, across)}</td>
          <td class={under(approach.cpa_horizontal_m, across) ? "under" : ""}>
            {words.distance(approach.cpa_horizontal_m, across)}
          </td>
          <td>{words.distanceLimit(across)}</td>
        </tr>
        <tr>
          <th scope="row">{t("figures-height")}</th>
          <td>{height(approach.vertical_m)}</td>
          <td class={under(approach.cpa_vertical_m, up) ? "under" : ""}>{height(approach.cpa_vertical_m)}</td>
          <td>{words.heightLimit(up)}</td>
        </tr>
        <tr>
          <th scope="row">{t(approach.closing_mps < 0 ? "figures-opening" : "figures-closing")}</th>
          <td>{words.speed(Math.abs(approach.closing_mps))}</td>
          <td />
          <td />
        </tr>
        {known.length > 0 && (
          <tr>
            <th scope="row">{t("figures-known")}</th>
            <td>{known.join(" ")}</td>
            <td />
            <td />
          </tr>
        )}
      </tbody>
    </table>
  );
}
