// The live WebSocket: opens, reads, and opens again for ever, asking for the alerts it missed.
import { API } from "./api";
import type { Message } from "./types";

/** Waits between attempts: quick at first, never longer than 5 s, because a desk without a picture is blind. */
export const BACK_OFF_MS: readonly number[] = [250, 500, 1000, 2000, 5000];

/** The node's close code for a session that is over or an account that was locked (docs/stream.md). */
export const SIGNED_OUT = 4401;

export interface Handlers {
  message(message: Message): void;
  open(): void;
  /** `attempt` counts the tries since the link was last open. */
  lost(attempt: number): void;
  /** The node has ended it because the person may no longer listen; it is not opened again. */
  signedOut(): void;
  /** A frame that is not what docs/stream.md says; it is counted and shown, the link stays. */
  unreadable(reason: string): void;
  /** Last alert sequence received, or null before the first. */
  since(): number | null;
}

export interface Stream {
  /** Drops the connection and opens it again at once, to get what was missed. */
  reopen(): void;
  close(): void;
}

/** Address of the live stream beside the page. */
export function liveUrl(page: Location | URL, since: number | null): string {
  const scheme = page.protocol === "https:" ? "wss:" : "ws:";
  return `${scheme}//${page.host}${API}/live${since === null ? "" : `?since=${since}`}`;
}

function parse(data: unknown): Message {
  if (typeof data !== "string") throw new Error("frame is not text");
  const message = JSON.parse(data) as Message;
  if (!["hello", "picture", "alerts"].includes(message?.type)) {
    throw new Error(`unknown frame type ${String(message?.type)}`);
  }
  return message;
}

export function openStream(page: Location | URL, handlers: Handlers): Stream {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;

  const connect = (): void => {
    const mine = new WebSocket(liveUrl(page, handlers.since()));
    socket = mine;
    mine.onopen = () => {
      attempt = 0;
      handlers.open();
    };
    mine.onmessage = (event) => receive(event.data);
    mine.onclose = ({ code }) => {
      if (socket !== mine) return;
      if (code === SIGNED_OUT) handlers.signedOut();
      else again();
    };
  };

  const receive = (data: unknown): void => {
    let message: Message;
    try {
      message = parse(data);
    } catch (error) {
      handlers.unreadable(error instanceof Error ? error.message : String(error));
      return;
    }
    handlers.message(message);
  };

  const again = (): void => {
    const wait = BACK_OFF_MS[Math.min(attempt, BACK_OFF_MS.length - 1)] ?? 0;
    attempt += 1;
    handlers.lost(attempt);
    timer = setTimeout(connect, wait);
  };

  const drop = (): void => {
    clearTimeout(timer);
    const old = socket;
    socket = null;
    old?.close();
  };

  connect();
  return {
    reopen: () => {
      drop();
      connect();
    },
    close: drop,
  };
}
