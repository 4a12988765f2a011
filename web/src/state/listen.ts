// Connects a console's state to the node: the live stream, the watchdog and the pulse that judges both.
import { misses, turn } from "../stream/alertBook";
import { judge, type Pulse, startPulse } from "../stream/pulse";
import { openStream, type Stream } from "../stream/socket";
import type { AlertsMessage, Message, Picture } from "../stream/types";
import { openWatchdog } from "../stream/watchdog";
import type { Console } from "./console";

/** How often the pulse is judged; a quarter of a second keeps the cover within 2.25 s of the last frame. */
const CHECK_MS = 250;

const monotonic_ms = (): number => performance.now();

/**
 * Starts listening; the returned function stops everything. `lost` runs at every lost connection: a socket that is not
 * let in does not say why, and a person who is no longer signed in has to be told. `signedOut` runs when the node has
 * ended the connection for that reason.
 */
export function listen(
  state: Console,
  page: Location,
  lost: () => void = () => {},
  signedOut: () => void = () => {},
): () => void {
  let pulse: Pulse = startPulse(monotonic_ms());

  const onPicture = (picture: Picture): void => {
    pulse = { ...pulse, frame_ms: monotonic_ms(), now_s: picture.now_s };
    state.picture.value = picture;
    state.transportAnswer.value = null;
    state.now_s.value = picture.now_s;
    state.active_s.value ??= picture.now_s; // opening the page was something a person did
    check();
  };

  const onAlerts = (message: AlertsMessage): void => {
    if (misses(state.book.value, message)) {
      stream.reopen();
      return;
    }
    state.book.value = turn(state.book.value, message);
    // Replay may step back in time; only then does a picture, never an alert, move the clock backwards.
    if (message.now_s > (state.now_s.value ?? 0)) state.now_s.value = message.now_s;
  };

  const receive = (message: Message): void => {
    if (message.type === "picture") onPicture(message);
    else if (message.type === "alerts") onAlerts(message);
  };

  const check = (): void => {
    const now_ms = monotonic_ms();
    const frozen = judge(pulse, now_ms);
    pulse = { ...pulse, check_ms: now_ms };
    const before = state.frozen.value;
    if (before?.since_s !== frozen?.since_s || before?.silent_s !== frozen?.silent_s || !before !== !frozen) {
      state.frozen.value = frozen;
    }
  };

  const stream: Stream = openStream(page, {
    message: receive,
    open: () => {
      state.link.value = { state: "open" };
    },
    lost: (attempt) => {
      state.link.value = { state: "lost", attempt };
      lost();
    },
    signedOut,
    unreadable: () => {
      state.unreadable.value += 1;
    },
    since: () => state.book.value.seq,
  });

  const closeWatchdog = openWatchdog(page, state.desk.watchdog_port, {
    word: (word) => {
      pulse = { ...pulse, watchdog: word.state === "frozen" ? { since_s: word.since_s } : null };
      state.watchdogSilent.value = false;
      check();
    },
    silent: () => {
      pulse = { ...pulse, watchdog: null };
      state.watchdogSilent.value = true;
    },
  });

  const timer = setInterval(check, CHECK_MS);
  return () => {
    clearInterval(timer);
    closeWatchdog();
    stream.close();
  };
}
