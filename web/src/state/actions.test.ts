import { describe, expect, it, vi } from "vitest";
import type { Tones } from "../sound/tones";
import type { Api } from "../stream/api";
import type { Alert } from "../stream/types";
import { alertOf, DESK } from "../testing";
import { createActions, READ_MS } from "./actions";
import { createConsole } from "./console";

function desk() {
  const state = createConsole(DESK, "");
  const asked: string[] = [];
  let now_ms = 0;
  const api = { acknowledge: vi.fn(async (id: string) => void asked.push(id)) } as unknown as Api;
  const actions = createActions(state, api, {} as Tones, () => now_ms);
  const show = (...alerts: Alert[]) => {
    state.book.value = { ...state.book.value, alerts: new Map(alerts.map((alert) => [alert.id, alert])) };
  };
  const pass = (ms: number) => {
    now_ms += ms;
  };
  return { state, actions, asked, show, pass };
}

const caution = alertOf("c", { level: 2 });
const warning = alertOf("w");

describe("the A key", () => {
  it("acknowledges what has stood selected long enough to be read", async () => {
    const { actions, asked, show, pass } = desk();
    show(caution);
    pass(READ_MS);
    await actions.acknowledgeSelected();
    expect(asked).toEqual(["c"]);
  });
  it("sends nothing when the selection moved under the finger, holds it and says so", async () => {
    const { state, actions, asked, show, pass } = desk();
    show(caution);
    pass(10_000);
    show(caution, warning);
    pass(READ_MS - 1);
    await actions.acknowledgeSelected();
    expect(asked).toEqual([]);
    expect(state.chosen.value).toBe("w");
    expect(state.requests.value.get("w")).toMatchObject({ why: expect.stringContaining("Press A again") });
    await actions.acknowledgeSelected();
    expect(asked).toEqual(["w"]);
  });
  it("takes a selection by hand at once", async () => {
    const { actions, asked, show } = desk();
    show(warning, caution);
    actions.select("c");
    await actions.acknowledgeSelected();
    expect(asked).toEqual(["c"]);
  });
  it("does not start the wait again when the selected alert only changes", async () => {
    const { actions, asked, show, pass } = desk();
    show(caution);
    pass(READ_MS);
    show({ ...caution, escalated: true });
    await actions.acknowledgeSelected();
    expect(asked).toEqual(["c"]);
  });
  it("waits again when a chosen alert has ended and another took its place", async () => {
    const { actions, asked, show } = desk();
    show(warning, caution);
    actions.select("w");
    show(caution);
    await actions.acknowledgeSelected();
    expect(asked).toEqual([]);
  });
});
