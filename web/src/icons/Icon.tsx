// Symbols beside words: shape says who or how urgent, so nothing hangs on colour alone.
import type { ComponentChildren, JSX } from "preact";
import type { Mark } from "../peers/order";
import type { Level, PartyRole } from "../stream/types";

const LEVEL_SHAPES: Readonly<Record<Level, JSX.Element>> = {
  3: (
    <>
      <path d="M5 .9h6L15.1 5v6L11 15.1H5L.9 11V5z" fill="currentColor" />
      <path d="M8 3.6v5.6" class="hole" stroke-width="2" />
      <circle cx="8" cy="11.9" r="1.2" class="hole" />
    </>
  ),
  2: (
    <>
      <path
        d="M8 1.7 14.9 14.3H1.1z"
        fill="none"
        stroke="currentColor"
        stroke-width="1.7"
        stroke-linejoin="round"
      />
      <path d="M8 6v4.1" stroke="currentColor" stroke-width="1.7" />
      <circle cx="8" cy="12" r="1" fill="currentColor" />
    </>
  ),
  1: (
    <>
      <rect
        x=".8"
        y="4.2"
        width="14.4"
        height="7.6"
        rx="3.8"
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
      />
      <circle cx="8" cy="8" r="1.4" fill="currentColor" />
    </>
  ),
};

const PARTY_SHAPES: Readonly<Record<PartyRole, JSX.Element>> = {
  own: <circle cx="8" cy="8" r="5.5" fill="currentColor" />,
  peer: (
    <path
      d="M8 .6 15.4 8 8 15.4.6 8zM8 5.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4z"
      fill="currentColor"
      fill-rule="evenodd"
    />
  ),
  civil: <rect x="3.4" y="3.4" width="9.2" height="9.2" fill="currentColor" />,
  unknown: <path d="M3 3l10 10M13 3 3 13" stroke="currentColor" stroke-width="2.2" />,
};

function Glyph({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <svg class={`icon ${name}`} viewBox="0 0 16 16" aria-hidden="true">
      {children}
    </svg>
  );
}

export function LevelIcon({ level }: { readonly level: Level }) {
  return <Glyph name={`level-${level}`}>{LEVEL_SHAPES[level]}</Glyph>;
}

export function PartyIcon({ shape }: { readonly shape: PartyRole }) {
  return <Glyph name={`party ${shape}`}>{PARTY_SHAPES[shape]}</Glyph>;
}

/** A loudspeaker: crossed out while muted, with a mark while unproven. */
export function SpeakerIcon({ state }: { readonly state: "muted" | "unproven" }) {
  return (
    <Glyph name="speaker">
      <path d="M1 6h3l4-3.5v11L4 10H1z" fill="currentColor" />
      {state === "muted" ? (
        <path d="M10.4 5.6l4.6 4.8M15 5.6l-4.6 4.8" stroke="currentColor" stroke-width="1.6" />
      ) : (
        <path d="M12 4v5.4M12 11v1.6" stroke="currentColor" stroke-width="1.8" />
      )}
    </Glyph>
  );
}

const LINK_SHAPES: Readonly<Record<Mark, JSX.Element>> = {
  linked: (
    <g fill="none" stroke="currentColor" stroke-width="1.6">
      <circle cx="5.2" cy="8" r="3.8" />
      <circle cx="10.8" cy="8" r="3.8" />
    </g>
  ),
  connecting: (
    <circle
      cx="8"
      cy="8"
      r="5.6"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-dasharray="3 2.6"
    />
  ),
  file: (
    <path d="M3.5 1.5h6L13 5v9.5H3.5zM9.5 1.5V5H13" fill="none" stroke="currentColor" stroke-width="1.5" />
  ),
  voice: (
    <path
      d="M3 2.4 5.6 2 7 5.3 5.4 6.7c.8 1.7 2.2 3.1 3.9 3.9l1.4-1.6 3.3 1.4-.4 2.6c-.2.7-.8 1-1.4 1C6.9 13.3 2.7 9.1 2.1 3.8c0-.7.3-1.3.9-1.4z"
      fill="currentColor"
    />
  ),
  forked: <path d="M8 15V9.5L3.5 5V1M8 9.5 12.5 5V1" fill="none" stroke="currentColor" stroke-width="2" />,
  lost: LEVEL_SHAPES[2],
  unmanned: LEVEL_SHAPES[2],
};

/** The mark of a link: two rings linked, a page by file, a handset by voice, a triangle for a fault, a fork. */
export function LinkIcon({ mark }: { readonly mark: Mark }) {
  return <Glyph name={`link ${mark}`}>{LINK_SHAPES[mark]}</Glyph>;
}

/** What a comparison found: a tick for hashes that match, a half disc for old, a crossed disc for refused. */
export function FoundIcon({ found }: { readonly found: "equal" | "old" | "refused" }) {
  return (
    <Glyph name={`found ${found}`}>
      {found === "equal" ? (
        <path d="M3 8.4 6.6 12 13 4.4" fill="none" stroke="currentColor" stroke-width="2" />
      ) : (
        <>
          <circle cx="8" cy="8" r="5.6" fill="none" stroke="currentColor" stroke-width="1.6" />
          {found === "old" ? (
            <path d="M8 2.4a5.6 5.6 0 0 1 0 11.2z" fill="currentColor" />
          ) : (
            <path d="M4.2 11.8 11.8 4.2" stroke="currentColor" stroke-width="1.6" />
          )}
        </>
      )}
    </Glyph>
  );
}
