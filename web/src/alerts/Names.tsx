// Who an alert is about: both call signs with the shape of their party, or the name of the thing.
import { PartyIcon } from "../icons/Icon";
import { useShared } from "../state/context";
import type { Alert, AlertAircraft } from "../stream/types";
import { roleOf, thingName } from "../words/sentences";

function One({ aircraft }: { readonly aircraft: AlertAircraft }) {
  const { state } = useShared();
  return (
    <span class="one">
      <PartyIcon shape={roleOf(state.desk, aircraft.party)} /> {aircraft.label}
      <span class="aside"> ({aircraft.party})</span>
    </span>
  );
}

export function Names({ alert }: { readonly alert: Alert }) {
  const { state } = useShared();
  if (alert.subject !== "pair" || alert.a === null) {
    return (
      <span class="names">
        {alert.subject === "peer" && (
          <>
            <PartyIcon shape="peer" />{" "}
          </>
        )}
        {state.words.value.t(`name-${alert.subject}`, { name: thingName(alert) })}
      </span>
    );
  }
  return (
    <span class="names">
      <One aircraft={alert.a} />
      {alert.b && (
        <>
          <span class="quiet"> {state.words.value.t("and")} </span>
          <One aircraft={alert.b} />
        </>
      )}
    </span>
  );
}
