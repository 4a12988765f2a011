// Starts the console: asks the node which desk this is, then draws the page and listens.
import { render } from "preact";
import { App } from "./App";
import { Starting } from "./panels/Starting";
import { createTones } from "./sound/tones";
import { createActions } from "./state/actions";
import { createConsole } from "./state/console";
import { listen } from "./state/listen";
import { loadPreferences } from "./state/preferences";
import { keepSounding } from "./state/sounding";
import { api, Refused, signIn } from "./stream/api";
import type { Desk } from "./stream/types";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/top.css";
import "./styles/rail.css";
import "./styles/stage.css";
import "./styles/timeline.css";
import "./styles/dialog.css";
import "./styles/peers.css";
import "./styles/connection.css";
import "./styles/phone.css";

const ASK_AGAIN_MS = 2000;
const root = document.body;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks for the desk until the node answers; the page says each time why there is nothing to see. */
async function desk(): Promise<Desk> {
  const { language } = loadPreferences();
  document.documentElement.lang = language;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await api.desk();
    } catch (error) {
      const why = error instanceof Refused ? error.message : "";
      render(<Starting language={language} attempt={attempt} why={why} />, root);
      await pause(ASK_AGAIN_MS);
    }
  }
}

async function start(): Promise<void> {
  const state = createConsole(await desk(), location.search);
  const tones = createTones();
  const actions = createActions(state, api, tones);
  render(<App shared={{ state, actions }} />, root);
  const ask = () => void api.desk().catch(() => undefined); // 401 leads to the sign-in page
  listen(state, location, ask, signIn);
  keepSounding(state, tones);
}

void start();
