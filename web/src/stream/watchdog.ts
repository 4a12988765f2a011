// The watchdog's event stream on its own port: a second opinion on whether the node still steps.

export interface WatchdogWord {
  readonly state: "ticking" | "frozen";
  readonly since_s: number;
  readonly now_s: number;
}

export interface WatchdogHandlers {
  word(word: WatchdogWord): void;
  /** The watchdog itself does not answer; the browser keeps trying. */
  silent(): void;
}

/** Listens until closed; port 0 means that the node runs without one. */
export function openWatchdog(page: Location | URL, port: number, handlers: WatchdogHandlers): () => void {
  if (port === 0) return () => {};
  const source = new EventSource(`${page.protocol}//${page.hostname}:${port}/events`);
  source.onmessage = (event) => {
    try {
      handlers.word(JSON.parse(event.data) as WatchdogWord);
    } catch {
      handlers.silent(); // an unreadable word is no word
    }
  };
  source.onerror = () => handlers.silent();
  return () => source.close();
}
