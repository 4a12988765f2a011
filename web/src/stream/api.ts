// The node's HTTP API under /api/v1: one request function, errors as RFC 9457 problem documents.
import type { PeersTable, VoiceEntry, VoiceRow } from "./peers";
import type { Alert, Desk, Problem, Timeline, Trails, Transport } from "./types";

export const API = "/api/v1";

/** What the node refused and why, in its own words. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title);
  }
}

export interface Recorded {
  readonly index: number;
  readonly at_s: number;
  readonly alert: Alert;
}

export interface TransportChange {
  readonly at_s?: number;
  readonly speed?: number;
  readonly playing?: boolean;
}

export interface Api {
  desk(): Promise<Desk>;
  trails(): Promise<Trails>;
  timeline(hours: number): Promise<Timeline>;
  acknowledge(alert: string): Promise<Recorded>;
  shelve(alert: string, minutes: number, reason: string): Promise<Recorded>;
  unshelve(alert: string): Promise<unknown>;
  soundCheck(heard: boolean): Promise<unknown>;
  replay(change: TransportChange): Promise<Transport>;
  peers(): Promise<PeersTable>;
  presence(): Promise<unknown>;
  /** Keeps the session of a person whose presence at the desk is nobody's concern. */
  stay(): Promise<unknown>;
  /** Refuses the exact position for the pair of an alert. */
  refuseLift(alert: string, reason: string): Promise<Recorded>;
  voiceEntries(): Promise<{ readonly entries: readonly VoiceRow[] }>;
  voiceEntry(entry: VoiceEntry): Promise<unknown>;
}

/** Where a person signs in, and comes back to the page at hand afterwards. */
export function signInUrl(page: Pick<Location, "pathname" | "search" | "hash">): string {
  return `/sign-in?next=${encodeURIComponent(page.pathname + page.search + page.hash)}`;
}

const UNAUTHORIZED = 401;

/** Leaves for the sign-in page; a node that knows no people never answers 401. */
export function signIn(): void {
  location.assign(signInUrl(location));
}

/** A problem document, or one made from the status where the body is something else. */
async function problemOf(response: Response): Promise<Problem> {
  const plain = { title: response.statusText || `HTTP ${response.status}`, status: response.status };
  if (!(response.headers.get("content-type") ?? "").includes("json")) return plain;
  return { ...plain, ...((await response.json().catch(() => ({}))) as Partial<Problem>) };
}

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

type Send = <T>(method: string, path: string, body?: unknown) => Promise<T>;

/** Sends requests; one that got no answer keeps its key, so that pressing again cannot do the same thing twice. */
function sender(): Send {
  const unanswered = new Map<string, string>();
  return async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const text = body === undefined ? "" : JSON.stringify(body);
    const same = `${method} ${path} ${text}`;
    const headers: Record<string, string> = { accept: "application/json" };
    if (method !== "GET") {
      unanswered.set(same, unanswered.get(same) ?? newKey());
      headers["idempotency-key"] = unanswered.get(same) ?? "";
    }
    if (text !== "") headers["content-type"] = "application/json";
    const response = await fetch(`${API}${path}`, {
      method,
      headers,
      ...(text === "" ? {} : { body: text }),
    });
    unanswered.delete(same);
    if (response.status === UNAUTHORIZED) signIn();
    if (!response.ok) throw new Refused(await problemOf(response));
    return (response.status === 204 ? undefined : await response.json()) as T;
  };
}

/** Opening a page of one's own account is something a person did; the node ends a session without such signs. */
async function stay(): Promise<void> {
  const response = await fetch("/account", { method: "HEAD" });
  if (response.status === UNAUTHORIZED) signIn();
  if (!response.ok) throw new Refused(await problemOf(response));
}

export function createApi(): Api {
  const send = sender();
  return {
    desk: () => send("GET", "/desk"),
    trails: () => send("GET", "/trails"),
    timeline: (hours) => send("GET", `/timeline?hours=${hours}`),
    acknowledge: (alert) => send("POST", "/acknowledgements", { alert }),
    shelve: (alert, minutes, reason) => send("POST", "/shelvings", { alert, minutes, reason }),
    unshelve: (alert) => send("DELETE", `/shelvings/${encodeURIComponent(alert)}`),
    soundCheck: (heard) => send("POST", "/sound-checks", { heard }),
    replay: (change) => send("POST", "/replay", change),
    peers: () => send("GET", "/peers"),
    presence: () => send("POST", "/presence", {}),
    stay,
    refuseLift: (alert, reason) => send("POST", `/lifts/${encodeURIComponent(alert)}/refusal`, { reason }),
    voiceEntries: () => send("GET", "/voice-entries"),
    voiceEntry: (entry) => send("POST", "/voice-entries", entry),
  };
}

export const api: Api = createApi();
