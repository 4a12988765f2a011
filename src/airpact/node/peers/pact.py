"""Whom the parties of a pact trust, as files that `airpact verify` reads (C2SP tlog-policy; docs/proof.md)."""

from collections.abc import Sequence
from typing import Final

from airpact.node.peers.peer import Peer
from airpact.proof.keys import write_key

GROUP: Final = "parties"  # the names of witnesses hold a plus sign, so this is never one of them

HEAD: Final = """\
# Logs and witnesses of {parties}.
# Written by airpact from the keys that were accepted here; it is written anew at each change.
"""
WHY: Final = """\
# One quorum holds for every log, so it cannot leave out the witness of the log's own party. What counts is that
# another party cosigned: airpact verify names who did, and a node never cosigns its own log.
"""
ALONE: Final = "# No other party is known here, so nobody else can have seen a log.\n"


def policy_text(own: Peer, peers: Sequence[Peer]) -> str:
    """Return the policy: every party's log and witness, and one witness of any party as quorum."""
    known = [own, *(peer for peer in peers if peer.log)]
    logs = [f"log {write_key(key)}\n" for peer in known for key in peer.log]
    witnesses = [key for peer in known for key in peer.witness]
    named = [f"witness {key.label} {write_key(key)}\n" for key in witnesses]
    head = HEAD.format(parties=", ".join(peer.party for peer in known))
    if len(known) == 1:
        return "".join((head, *logs, *named, ALONE, "quorum none\n"))
    group = f"group {GROUP} any {' '.join(key.label for key in witnesses)}\n"
    return "".join((head, *logs, *named, WHY, group, f"quorum {GROUP}\n"))


def authors_text(own: Peer, peers: Sequence[Peer]) -> str:
    """Return who may speak for each party, and in which log."""
    known = [own, *(peer for peer in peers if peer.statement)]
    head = f"# Keys that may speak for {', '.join(peer.party for peer in known)}; written by airpact at each change.\n"
    lines = [f"author {write_key(key)} {peer.origin}\n" for peer in known for key in peer.statement]
    return "".join((head, *lines))
