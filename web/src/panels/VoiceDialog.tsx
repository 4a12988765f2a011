// Notes what was said by voice: when, in which words, and whether it was read back. It stands unsigned, per our record.
import { useState } from "preact/hooks";
import { useShared } from "../state/context";
import { hms } from "../words/time";
import { Dialog } from "./Dialog";

const DAY_S = 86_400;
const LONGEST = 2000; // as the node takes it

/** Unix time of a clock time typed as hh:mm:ss, the last time it was that o'clock; null where it is none. */
export function clockTyped(text: string, now_s: number): number | null {
  const match = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text.trim());
  if (match === null) return null;
  const [h, m, s] = [match[1], match[2], match[3] ?? "0"].map(Number);
  const at_s = Math.floor(now_s / DAY_S) * DAY_S + (h ?? 0) * 3600 + (m ?? 0) * 60 + (s ?? 0);
  return at_s > now_s ? at_s - DAY_S : at_s;
}

function ReadBack({
  value,
  choose,
}: {
  readonly value: boolean | null;
  readonly choose: (yes: boolean) => void;
}) {
  const { state } = useShared();
  const { t } = state.words.value;
  return (
    <fieldset class="choice">
      <legend>{t("voice-was-read-back")}</legend>
      {[true, false].map((yes) => (
        <label key={String(yes)}>
          <input
            type="radio"
            name="read-back"
            required
            checked={value === yes}
            onChange={() => choose(yes)}
          />
          <span>{t(yes ? "choice-yes" : "choice-no")}</span>
        </label>
      ))}
    </fieldset>
  );
}

export function VoiceDialog({ party }: { readonly party: string }) {
  const { state, actions } = useShared();
  const { t } = state.words.value;
  const now_s = state.now_s.peek() ?? 0;
  const [time, setTime] = useState(hms(now_s));
  const [text, setText] = useState("");
  const [readBack, setReadBack] = useState<boolean | null>(null);
  const request = state.requests.value.get("voice");
  const send = async (event: Event) => {
    event.preventDefault();
    const at_s = clockTyped(time, state.now_s.peek() ?? now_s);
    if (at_s === null || readBack === null) return;
    const taken = await actions.peers.enterVoice({ party, at_s, text: text.trim(), read_back: readBack });
    if (taken) state.dialog.value = null;
  };
  return (
    <Dialog title={t("voice-dialog", { party })}>
      <form class="shelve-form" onSubmit={(event) => void send(event)}>
        <p class="soft">{t("voice-explains")}</p>
        <label>
          {t("voice-time")}
          <input
            name="time"
            required
            pattern="([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
            value={time}
            onInput={(event) => setTime(event.currentTarget.value)}
          />
        </label>
        <label>
          {t("voice-said")}
          <textarea
            name="said"
            required
            rows={4}
            maxLength={LONGEST}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <ReadBack value={readBack} choose={setReadBack} />
        {request?.state === "refused" && (
          <p class="refused" role="alert">
            {t("request-refused", { why: request.why })}
          </p>
        )}
        <button
          type="submit"
          class="button primary"
          disabled={request?.state === "sent" || text.trim() === ""}
        >
          {t("voice-send")}
        </button>
      </form>
    </Dialog>
  );
}
