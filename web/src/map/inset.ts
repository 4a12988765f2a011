// The panel of the closest approach: plan and height strip of one alert, redrawn with every picture.
import { ahead_s } from "../alerts/moment";
import type { Alert, Approach, Picture } from "../stream/types";
import type { Units } from "../words/units";
import { rolesOf } from "./columns";
import type { InsetView, MapOptions } from "./contract";
import { heightStrip, heightsOf } from "./insetheight";
import { PLAN, plan, type Side, sideOf } from "./insetplan";
import { leastOf, nearness } from "./pair";
import { type Readings, readingsOf } from "./readings";
import { svg, text } from "./svg";

const WIDTH = 308;
const HEIGHT = 214;

/** Makes the figure inside `host`; it takes the host's width and keeps its proportions. */
export function closestApproachInset(host: HTMLElement, { desk, strings }: MapOptions): InsetView {
  const roles = rolesOf(desk.parties);
  const clear = (): void => host.querySelector(".inset-drawing")?.remove();
  return {
    update: (alert: Alert | null, picture: Picture | null, units: Units) => {
      clear();
      if (!alert?.approach || !picture) return;
      const [a, b] = [sideOf(alert, picture, "a", roles), sideOf(alert, picture, "b", roles)];
      if (!a || !b) return;
      host.append(figure(alert, alert.approach, picture, [a, b], readingsOf(strings, units)));
    },
    destroy: clear,
  };
}

function figure(
  alert: Alert,
  approach: Approach,
  picture: Picture,
  sides: readonly [Side, Side],
  read: Readings,
): SVGElement {
  const [a, b] = sides;
  const asked = read.distanceLimit(approach.asked_horizontal_m);
  const [least_m] = leastOf(alert, approach, picture.now_s);
  const least = read.distance(least_m, approach.asked_horizontal_m);
  const left_s = ahead_s(alert, picture.now_s);
  const name = read.t("inset-figure", {
    a: a.label,
    b: b.label,
    nearness: nearness(read, alert, picture.now_s),
  });
  return svg(
    "svg",
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      class: "inset-drawing",
      role: "img",
      "aria-label": name,
      "font-family": "inherit",
    },
    [
      ...plan(alert, sides, left_s, least),
      ...heightStrip(alert, heightsOf(alert, picture), [a.role, b.role], read),
      text(read.t("inset-minimum", { distance: asked }), PLAN.left + PLAN.width / 2, HEIGHT - 8, {
        "text-anchor": "middle",
        fill: "var(--ink-quiet)",
      }),
    ],
  );
}
