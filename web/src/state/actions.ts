// What a person can do. Nothing on the screen changes until the node says that it has changed.
import { shelvable, unanswered } from "../alerts/order";
import { MUTE_S } from "../sound/rules";
import type { Tones } from "../sound/tones";
import { type Api, Refused, type TransportChange } from "../stream/api";
import type { Alert } from "../stream/types";
import type { Console } from "./console";

export interface Actions {
  acknowledge(alert: Alert): Promise<void>;
  shelve(alert: string, minutes: number, reason: string): Promise<void>;
  unshelve(alert: string): Promise<void>;
  select(alert: string | null): void;
  /** Moves the selection down (+1) or up (-1) the list. */
  step(by: 1 | -1): void;
  openShelve(alert: Alert): void;
  soundCheck(heard: boolean): Promise<void>;
  /** Both tones, as a warning sounds. */
  playTones(): void;
  mute(): void;
  unmute(): void;
  replay(change: TransportChange): Promise<void>;
}

export function createActions(state: Console, api: Api, tones: Tones): Actions {
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
      mark(alert, null);
    } catch (error) {
      mark(alert, { state: "refused", why: whyOf(state, error) });
    }
  };

  return {
    acknowledge: async (alert) => {
      if (unanswered(alert)) await ask(alert.id, () => api.acknowledge(alert.id));
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
      if (shelvable(alert)) state.dialog.value = { kind: "shelve", alert: alert.id };
    },
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
  };
}

/** The node's reason, or that it could not be asked. */
function whyOf(state: Console, error: unknown): string {
  return error instanceof Refused ? error.message : state.words.value.t("request-no-answer");
}
