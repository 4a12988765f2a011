// What a person can do. Nothing on the screen changes until the node says that it has changed.
import { computed, effect } from "@preact/signals";
import { shelvable, unanswered } from "../alerts/order";
import { MUTE_S } from "../sound/rules";
import type { Tones } from "../sound/tones";
import { type Api, Refused, type TransportChange } from "../stream/api";
import type { Alert } from "../stream/types";
import { type Console, isReplay } from "./console";
import { hashOf, type Page } from "./page";
import { createPeerActions, type PeerActions } from "./peerActions";

export interface Actions {
  acknowledge(alert: Alert): Promise<void>;
  /** Acknowledges the selected alert if a person can have read it; else holds the selection and says so. */
  acknowledgeSelected(): Promise<void>;
  shelve(alert: string, minutes: number, reason: string): Promise<void>;
  unshelve(alert: string): Promise<void>;
  select(alert: string | null): void;
  /** Moves the selection down (+1) or up (-1) the list. */
  step(by: 1 | -1): void;
  openShelve(alert: Alert): void;
  refuseLift(alert: string, reason: string): Promise<void>;
  soundCheck(heard: boolean): Promise<void>;
  /** Both tones, as a warning sounds. */
  playTones(): void;
  mute(): void;
  unmute(): void;
  replay(change: TransportChange): Promise<void>;
  readonly peers: PeerActions;
  go(page: Page): void;
}

/** A selection younger than this may have come under the finger: 400 ms is about twice a quick reaction. */
export const READ_MS = 400;

export function createActions(
  state: Console,
  api: Api,
  tones: Tones,
  clock_ms = () => performance.now(),
): Actions {
  let selectedAt_ms = clock_ms();
  const selectedId = computed(() => state.selected.value?.id);
  effect(() => {
    void selectedId.value;
    selectedAt_ms = clock_ms();
  });
  const mark = (
    alert: string,
    request: { state: "sent" } | { state: "refused"; why: string } | null,
  ): void => {
    const next = new Map(state.requests.value);
    if (request === null) next.delete(alert);
    else next.set(alert, request);
    state.requests.value = next;
  };

  const ask = async (alert: string, send: () => Promise<unknown>): Promise<void> => {
    if (state.requests.value.get(alert)?.state === "sent") return;
    mark(alert, { state: "sent" });
    try {
      await send();
      state.active_s.value = state.now_s.peek();
      mark(alert, null);
    } catch (error) {
      mark(alert, { state: "refused", why: whyOf(state, error) });
    }
  };

  const acknowledge = async (alert: Alert): Promise<void> => {
    if (unanswered(alert)) await ask(alert.id, () => api.acknowledge(alert.id));
  };

  const go = (page: Page): void => {
    state.page.value = page;
    history.pushState(null, "", `${location.pathname}${location.search}${hashOf(page)}`);
  };

  return {
    acknowledge,
    acknowledgeSelected: async () => {
      const alert = state.selected.peek();
      if (alert === null || !unanswered(alert) || isReplay(state)) return;
      const byHand = state.chosen.peek() === alert.id;
      if (byHand || clock_ms() - selectedAt_ms >= READ_MS) return acknowledge(alert);
      state.chosen.value = alert.id;
      mark(alert.id, { state: "refused", why: state.words.peek().t("acknowledge-again") });
    },
    shelve: (alert, minutes, reason) => ask(alert, () => api.shelve(alert, minutes, reason)),
    unshelve: (alert) => ask(alert, () => api.unshelve(alert)),
    select: (alert) => {
      state.chosen.value = alert;
    },
    step: (by) => {
      const alerts = state.alerts.value;
      const at = alerts.findIndex((alert) => alert.id === state.selected.value?.id);
      const next = alerts[Math.min(alerts.length - 1, Math.max(0, at + by))];
      if (next) state.chosen.value = next.id;
    },
    openShelve: (alert) => {
      if (shelvable(alert) && !isReplay(state)) state.dialog.value = { kind: "shelve", alert: alert.id };
    },
    refuseLift: (alert, reason) => ask(alert, () => api.refuseLift(alert, reason)),
    soundCheck: async (heard) => {
      await ask("sound", () => api.soundCheck(heard));
      state.sound.value = { ...state.sound.value, notHeard: !heard };
    },
    playTones: () => void tones.unlock().then(tones.warning),
    mute: () => {
      if (state.now_s.value === null) return;
      state.sound.value = { ...state.sound.value, mutedUntil_s: state.now_s.value + MUTE_S };
    },
    unmute: () => {
      state.sound.value = { ...state.sound.value, mutedUntil_s: null };
    },
    replay: async (change) => {
      await ask("replay", async () => {
        state.transportAnswer.value = await api.replay(change);
      });
    },
    peers: createPeerActions(state, api, { go, ask, mark, whyOf }),
    go,
  };
}

/** The node's reason, or that it could not be asked. */
function whyOf(state: Console, error: unknown): string {
  return error instanceof Refused ? error.message : state.words.value.t("request-no-answer");
}
