// The state of one console: what the node said, what the person chose, and what follows from both.
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { listed, shelved } from "../alerts/order";
import { type AlertBook, EMPTY_BOOK } from "../stream/alertBook";
import type { PeerLink, PeersTable, VoiceRow } from "../stream/peers";
import type { Frozen } from "../stream/pulse";
import type { Alert, Desk, Mode, Picture, Transport } from "../stream/types";
import { createWords, type Words } from "../words/catalogue";
import { type Page, WATCH } from "./page";
import { loadPreferences, type Preferences } from "./preferences";
import { type View, viewFromQuery } from "./view";

export type Link =
  | { readonly state: "connecting" | "open" }
  | { readonly state: "lost"; readonly attempt: number };

export type Dialog =
  | { readonly kind: "keys" }
  | { readonly kind: "settings" }
  | { readonly kind: "shelve"; readonly alert: string }
  | { readonly kind: "voice"; readonly party: string }
  | { readonly kind: "differs"; readonly party: string }
  | { readonly kind: "withhold"; readonly alert: string }
  | null;

/** A request about one alert that the node has not answered, or has refused. */
export type Request = { readonly state: "sent" } | { readonly state: "refused"; readonly why: string };

export interface Sound {
  /** This page may sound: the browser wants a key press or a click first. */
  readonly unlocked: boolean;
  /** Server time at which muting ends, or null. */
  readonly mutedUntil_s: number | null;
  /** The officer said "not heard". */
  readonly notHeard: boolean;
}

export interface Console {
  readonly desk: Desk;
  readonly preferences: Signal<Preferences>;
  readonly page: Signal<Page>;
  readonly view: Signal<View>;
  readonly words: ReadonlySignal<Words>;
  readonly picture: Signal<Picture | null>;
  readonly book: Signal<AlertBook>;
  /** Server time of the latest message: the only clock on the screen. */
  readonly now_s: Signal<number | null>;
  readonly link: Signal<Link>;
  readonly frozen: Signal<Frozen | null>;
  readonly watchdogSilent: Signal<boolean>;
  readonly unreadable: Signal<number>;
  readonly chosen: Signal<string | null>;
  readonly dialog: Signal<Dialog>;
  readonly measuring: Signal<boolean>;
  readonly requests: Signal<ReadonlyMap<string, Request>>;
  readonly sound: Signal<Sound>;
  /** Transport as answered by the node, until the next picture says it again. */
  readonly transportAnswer: Signal<Transport | null>;
  readonly alerts: ReadonlySignal<readonly Alert[]>;
  readonly shelved: ReadonlySignal<readonly Alert[]>;
  readonly selected: ReadonlySignal<Alert | null>;
  readonly peers: ReadonlySignal<readonly PeerLink[]>;
  /** Words heard and equal, by the fingerprint they spell: another key starts with none. */
  readonly heard: Signal<ReadonlyMap<string, ReadonlySet<number>>>;
  /** Group of words being read aloud, null while nothing is read. */
  readonly reading: Signal<number | null>;
  /** The other parties in full as last asked for, and when; null before the first answer. */
  readonly table: Signal<{ readonly table: PeersTable; readonly at_s: number | null } | null>;
  readonly voice: Signal<readonly VoiceRow[]>;
  /** Server time at which the person last did something that the node took; null before the first picture. */
  readonly active_s: Signal<number | null>;
  /** Text last copied, so that the screen can say so. */
  readonly copied: Signal<string | null>;
  readonly mode: ReadonlySignal<Mode>;
  readonly transport: ReadonlySignal<Transport | null>;
}

/** A recording is looked at: nothing in it can be answered, and the node refuses to. */
export const isReplay = ({ desk }: Pick<Console, "desk">): boolean => desk.mode === "REPLAY";

/** Whether the person at hand may do something; a desk without accounts asks nobody. */
export const may = ({ desk }: Pick<Console, "desk">, permission: string): boolean =>
  !desk.person || desk.person.may.includes(permission);

const NO_PEERS: readonly PeerLink[] = [];

/** The chosen alert while it is listed, else the first one. */
function selection(alerts: readonly Alert[], chosen: string | null): Alert | null {
  return alerts.find((alert) => alert.id === chosen) ?? alerts[0] ?? null;
}

export function createConsole(desk: Desk, query: string): Console {
  const preferences = signal(loadPreferences());
  const picture = signal<Picture | null>(null);
  const book = signal<AlertBook>(EMPTY_BOOK);
  const chosen = signal<string | null>(null);
  const transportAnswer = signal<Transport | null>(null);
  const alerts = computed(() => listed(book.value.alerts.values()));
  return {
    desk,
    preferences,
    page: signal<Page>(WATCH),
    view: signal(viewFromQuery(query)),
    words: computed(() => createWords(preferences.value.language, preferences.value.units)),
    picture,
    book,
    now_s: signal(null),
    link: signal<Link>({ state: "connecting" }),
    frozen: signal(null),
    watchdogSilent: signal(false),
    unreadable: signal(0),
    chosen,
    dialog: signal(null),
    measuring: signal(false),
    requests: signal(new Map()),
    sound: signal({ unlocked: false, mutedUntil_s: null, notHeard: false }),
    transportAnswer,
    alerts,
    shelved: computed(() => shelved(book.value.alerts.values())),
    selected: computed(() => selection(alerts.value, chosen.value)),
    peers: computed(() => picture.value?.peers ?? NO_PEERS),
    heard: signal(new Map()),
    reading: signal(null),
    table: signal(null),
    voice: signal([]),
    active_s: signal(null),
    copied: signal(null),
    mode: computed(() => picture.value?.mode ?? desk.mode),
    transport: computed(() => transportAnswer.value ?? picture.value?.transport ?? null),
  };
}
