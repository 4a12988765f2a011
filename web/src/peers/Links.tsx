// The links in the bar: one cell per party while there is room, one mark per party from three on.
import { LinkIcon } from "../icons/Icon";
import { useShared } from "../state/context";
import { hashOf } from "../state/page";
import type { PeerLink } from "../stream/peers";
import { linkBrief } from "./link";
import { isFault, markOf } from "./order";

/** Cells beside the others of the bar; one more would push the clock into a second row. */
const MOST_CELLS = 2;
const MOST_CELLS_BESIDE_PERSON = 1;

function useLink(peer: PeerLink) {
  const { state } = useShared();
  const page = state.page.value;
  const mark = markOf(peer);
  return {
    mark,
    brief: linkBrief(state.words.value, peer, state.now_s.value ?? 0),
    attributes: {
      href: hashOf({ kind: "peer", party: peer.party }),
      class: isFault(mark) ? "fault" : "",
      "aria-current": page.kind === "peer" && page.party === peer.party ? ("page" as const) : undefined,
      "data-peer": peer.party,
      "data-link": mark,
    },
  };
}

function Cell({ peer }: { readonly peer: PeerLink }) {
  const { state } = useShared();
  const { mark, brief, attributes } = useLink(peer);
  return (
    <div class="link-box">
      <a {...attributes}>
        <span class="label">{state.words.value.t("link-to", { party: peer.party })}</span>
        <span class="brief">
          {mark !== "linked" && <LinkIcon mark={mark} />} {brief}
        </span>
      </a>
    </div>
  );
}

function Chip({ peer }: { readonly peer: PeerLink }) {
  const { mark, brief, attributes } = useLink(peer);
  return (
    <a {...attributes} title={`${peer.party}: ${brief}`}>
      <LinkIcon mark={mark} /> {peer.party}
      <span class="aside">: {brief}</span>
    </a>
  );
}

export function Links() {
  const { state } = useShared();
  const peers = state.peers.value;
  if (peers.length === 0) return null;
  const most = state.desk.person ? MOST_CELLS_BESIDE_PERSON : MOST_CELLS;
  if (peers.length <= most) return peers.map((peer) => <Cell key={peer.party} peer={peer} />);
  return (
    <div class="link-box many">
      <span class="label">{state.words.value.t("links-to", { count: peers.length })}</span>
      <span class="chips">
        {peers.map((peer) => (
          <Chip key={peer.party} peer={peer} />
        ))}
      </span>
    </div>
  );
}
