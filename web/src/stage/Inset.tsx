// The selected encounter drawn large: closest approach seen from above and from the side.
import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useShared } from "../state/context";
import type { Alert } from "../stream/types";
import type { Strings } from "../words/catalogue";

/** Whether an alert has a geometry worth drawing. */
export function drawable(alert: Alert | null): alert is Alert {
  return alert?.approach != null && alert.state !== "cleared";
}

export function Inset() {
  const { state } = useShared();
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let stop = () => {};
    let wanted = true;
    void import("../map/inset").then(({ closestApproachInset }) => {
      if (!wanted || host.current === null) return;
      const strings: Strings = (id, args) => state.words.peek().t(id, args);
      const inset = closestApproachInset(host.current, { desk: state.desk, strings });
      const end = effect(() => {
        const alert = state.selected.value;
        inset.update(drawable(alert) ? alert : null, state.picture.value, state.preferences.value.units);
      });
      stop = () => {
        end();
        inset.destroy();
      };
    });
    return () => {
      wanted = false;
      stop();
    };
  }, []);
  return <div ref={host} class="inset-figure" />;
}
