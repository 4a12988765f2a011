// The card beside the pointer: everything the picture says about one aircraft, in words.
import type { Picture } from "../stream/types";
import { sharedAs } from "./labels";
import type { Readings } from "./readings";

const AWAY_PX = 16;

export interface HoverCard {
  show(picture: Picture, row: number, read: Readings, x: number, y: number): void;
  hide(): void;
}

/** Makes the card inside `host`; it never takes the pointer. */
export function hoverCard(host: HTMLElement, partyName: (id: string) => string): HoverCard {
  const card = document.createElement("dl");
  card.className = "map-hover";
  card.hidden = true;
  host.append(card);
  return {
    show: (picture, row, read, x, y) => {
      card.replaceChildren(
        ...factsOf(picture, row, read, partyName).flatMap(([name, value]) => [
          cell("dt", name),
          cell("dd", value),
        ]),
      );
      card.hidden = false;
      const left =
        x + AWAY_PX + card.offsetWidth > host.clientWidth ? x - AWAY_PX - card.offsetWidth : x + AWAY_PX;
      const top = Math.min(y + AWAY_PX, host.clientHeight - card.offsetHeight - 4);
      card.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
    },
    hide: () => {
      card.hidden = true;
    },
  };
}

function cell(tag: "dt" | "dd", text: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

/** Name and value of every field; what is not given is said as not given. */
export function factsOf(
  picture: Picture,
  row: number,
  read: Readings,
  partyName: (id: string) => string,
): readonly (readonly [string, string])[] {
  const { t } = read;
  const missing = t("map-not-given");
  const or = (value: string | number | null | undefined, text: (value: number) => string): string =>
    value == null ? missing : text(Number(value));
  const kind = picture.altitude_kind[row] ?? "unknown";
  const shared = sharedAs({ picture, read }, row);
  return [
    [t("map-field-aircraft"), `${picture.label[row]} (${picture.id[row]})`],
    [t("map-field-party"), partyName(picture.party[row] ?? "") || missing],
    [t("map-field-class"), t(`map-class-${picture.class[row]}`)],
    [
      t("map-field-height"),
      `${read.height(picture.altitude_m[row] ?? null, kind)}, ${t(`map-kind-${kind}`)}`,
    ],
    [t("map-field-climb"), or(picture.vertical_mps[row], (mps) => climbText(read, mps))],
    [t("map-field-speed"), or(picture.speed_mps[row], read.speed)],
    [
      t("map-field-track"),
      or(picture.track_deg[row], (deg) => `${String(Math.round(deg) % 360).padStart(3, "0")}°`),
    ],
    [t("map-field-squawk"), picture.squawk[row] || missing],
    [t("map-field-age"), t("map-seconds", { seconds: Math.round(picture.age_s[row] ?? 0) })],
    [t("map-field-known"), or(picture.uncertainty_m[row], read.known)],
    ...(shared === "" ? [] : [[t("map-field-shared"), shared] as const]),
    [t("map-field-quality"), t(`map-quality-${picture.quality[row]}`)],
    [t("map-field-feed"), `${picture.feed[row]} ${picture.source[row]}`.trim() || missing],
  ];
}

function climbText({ t, units }: Readings, mps: number): string {
  const value = units.height === "ft" ? Math.round((mps * 60) / 0.3048 / 50) * 50 : Math.round(mps * 10) / 10;
  return t(units.height === "ft" ? "map-feet-per-minute" : "map-metres-per-second", { n: value });
}
