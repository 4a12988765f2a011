// Keeps the marks of the last hours current: asked again every half minute and when alerts come or go.
import { useEffect, useState } from "preact/hooks";
import { useShared } from "../state/context";
import { api } from "../stream/api";
import type { Timeline } from "../stream/types";

export const HOURS = 2;
const REFRESH_MS = 30_000;

/** The timeline as the node last gave it; null before, and the old one stays when the node does not answer. */
export function useTimeline(): Timeline | null {
  const { state } = useShared();
  const [timeline, setTimeline] = useState<Timeline | null>(null);
  const [beat, setBeat] = useState(0);
  const open = state.link.value.state === "open";
  const ids = state.alerts.value.map((alert) => `${alert.id}${alert.level}`).join(" ");
  useEffect(() => {
    const timer = setInterval(() => setBeat((count) => count + 1), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    let wanted = true;
    if (open) {
      api.timeline(HOURS).then(
        (answer) => wanted && setTimeline(answer),
        () => {}, // the link banner already says that the node does not answer
      );
    }
    return () => {
      wanted = false;
    };
  }, [open, ids, beat]);
  return timeline;
}
