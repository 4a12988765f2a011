// The last two hours with one mark per encounter; in REPLAY the whole recording, with a transport to move in it.
import { LEVEL_WORD } from "../alerts/order";
import { LevelIcon } from "../icons/Icon";
import { isReplay } from "../state/console";
import { useShared } from "../state/context";
import type { Timeline as Marks, Transport } from "../stream/types";
import { hm, hms } from "../words/time";
import { Scrubber } from "./Scrubber";
import { CURSOR_SHARE, edge, type Scale, shareOf, ticks } from "./scale";
import { TransportButtons } from "./TransportButtons";
import { HOURS, useTimeline } from "./useTimeline";

const left = (share: number) => ({ left: `${(share * 100).toFixed(3)}%` });

function Axis({ scale, at_s }: { readonly scale: Scale; readonly at_s: number }) {
  const under = (t_s: number) => Math.abs(shareOf(scale, t_s) - shareOf(scale, at_s)) < CURSOR_SHARE;
  return (
    <div class="axis" aria-hidden="true">
      {ticks(scale).map(({ t_s, major }) => (
        <span key={t_s} class={major ? "tick major" : "tick"} style={left(shareOf(scale, t_s))}>
          {major && !under(t_s) && <span>{hm(t_s)}</span>}
        </span>
      ))}
    </div>
  );
}

function EncounterMarks({ scale, marks }: { readonly scale: Scale; readonly marks: Marks }) {
  const { state, actions } = useShared();
  const { t } = state.words.value;
  return (
    <ul class="marks" aria-label={t("timeline-marks")}>
      {marks.marks.map((mark) => (
        <li key={mark.id} class={LEVEL_WORD[mark.level]} style={left(shareOf(scale, mark.t_s))}>
          <button
            type="button"
            title={`${t(`level-name-${LEVEL_WORD[mark.level]}`)} ${hms(mark.t_s)} ${mark.label}`}
            aria-label={`${t(`level-name-${LEVEL_WORD[mark.level]}`)} ${hms(mark.t_s)} ${mark.label}`}
            onClick={() => {
              actions.select(mark.id);
              if (isReplay(state)) void actions.replay({ at_s: mark.t_s });
            }}
          >
            <LevelIcon level={mark.level} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Gaps({ scale, marks }: { readonly scale: Scale; readonly marks: Marks }) {
  const { state } = useShared();
  return (
    <ul class="gaps">
      {marks.gaps.map((gap) => {
        const from = shareOf(scale, gap.from_s);
        const to = shareOf(scale, gap.to_s);
        const text = state.words.value.t("timeline-gap", {
          feed: gap.feed,
          from: hms(gap.from_s),
          to: hms(gap.to_s),
        });
        return (
          <li
            key={`${gap.feed} ${gap.from_s}`}
            title={text}
            style={{ ...left(from), width: `${((to - from) * 100).toFixed(3)}%` }}
          >
            <span class="aside">{text}</span>
          </li>
        );
      })}
    </ul>
  );
}

function scaleOf(marks: Marks | null, transport: Transport | null, now_s: number): Scale {
  if (transport !== null) return transport;
  if (marks === null) return { from_s: now_s - HOURS * 3600, to_s: now_s };
  return { from_s: marks.from_s, to_s: Math.max(marks.to_s, now_s) };
}

export function Timeline() {
  const { state } = useShared();
  const { t } = state.words.value;
  const marks = useTimeline();
  const transport = state.transport.value;
  const now_s = state.now_s.value;
  if (now_s === null) return <section class="timeline" aria-label={t("timeline")} />;
  const scale = scaleOf(marks, transport, now_s);
  const at_s = transport?.at_s ?? now_s;
  return (
    <section class="timeline" aria-label={t("timeline")}>
      <header>
        <b>{transport ? t("timeline-recording") : t("timeline-last", { hours: HOURS })}</b>
        <span>{t(marks && marks.gaps.length > 0 ? "timeline-explains-gaps" : "timeline-explains")}</span>
        {transport && <TransportButtons transport={transport} />}
      </header>
      <div class="band">
        <Axis scale={scale} at_s={at_s} />
        {marks && <Gaps scale={scale} marks={marks} />}
        {marks && <EncounterMarks scale={scale} marks={marks} />}
        {transport ? (
          <Scrubber scale={scale} at_s={at_s} />
        ) : (
          <div
            class={`now ${edge(shareOf(scale, at_s))}`}
            style={left(shareOf(scale, at_s))}
            aria-hidden="true"
          >
            <b>{hms(at_s)}</b>
          </div>
        )}
      </div>
    </section>
  );
}
