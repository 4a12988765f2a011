// The alerts as the node last said them. Nothing here is guessed: an alert changes only when a message says so.
import type { Alert, AlertsMessage } from "./types";

export interface AlertBook {
  readonly seq: number | null;
  readonly alerts: ReadonlyMap<string, Alert>;
}

export const EMPTY_BOOK: AlertBook = { seq: null, alerts: new Map() };

/** Whether `message` leaves out something this book never saw. */
export function misses(book: AlertBook, message: AlertsMessage): boolean {
  return !message.full && book.seq !== null && message.seq > book.seq + 1;
}

/** The book after `message`; one that is older than the book changes nothing. */
export function turn(book: AlertBook, message: AlertsMessage): AlertBook {
  if (!message.full && book.seq !== null && message.seq <= book.seq) return book;
  const alerts = message.full ? new Map<string, Alert>() : new Map(book.alerts);
  for (const alert of message.alerts) alerts.set(alert.id, alert);
  for (const id of message.ended) alerts.delete(id);
  return { seq: message.seq, alerts };
}
