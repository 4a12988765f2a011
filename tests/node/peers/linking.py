"""Messages to one link as an honest peer makes them, and what the link does about them, in a few words."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from airpact.node.ledger.values import Item, Mirror, OwnHead, Passage
from airpact.node.peers import messages
from airpact.node.peers.actions import (
    Action,
    Doubt,
    Fetch,
    Keep,
    More,
    Send,
)
from airpact.node.peers.link import Limits, Link
from airpact.node.peers.messages import LENGTH_BYTES, PROTOCOL, AnyMessage, frame
from airpact.node.peers.refusals import Reason
from airpact.proof.base64 import to_base64
from airpact.proof.witness import Seen
from tests.node.peers.parties import (
    CTF,
    NAG,
    Party,
    cosignature,
    signed_head,
    statement,
    statements,
    tree_of,
)
from tests.proof.builders import Signer

T0: Final = 1_445_428_800.0
LIMITS: Final = Limits()


def hello(by: Party = CTF, held: int = 0, **given: Any) -> messages.Hello:
    said = {"protocol": PROTOCOL, "party": by.name, "origin": by.origin, "mode": by.mode, "product": "x", "now_s": T0}
    return messages.Hello(**{**said, "held": held, **given})


def told(link: Link, *said: AnyMessage, at_s: float = T0) -> list[Action]:
    """Return what a link does about messages, in as many turns as it takes."""
    return [action for message in said for action in turns(link, link.received(frame(message), at_s), at_s)]


def turns(link: Link, actions: Iterable[Action], at_s: float = T0) -> list[Action]:
    """Give a link all the turns it asks for."""
    done = list(actions)
    while done and isinstance(done[-1], More):
        done[-1:] = link.go_on(at_s)
    return done


def sent(actions: Iterable[Action]) -> list[AnyMessage]:
    return [messages.read(each.data[LENGTH_BYTES:]) for each in actions if isinstance(each, Send)]


def doubts(actions: Iterable[Action]) -> list[Reason]:
    return [each.reason for each in actions if isinstance(each, Doubt)]


def only(kind: type[Any], actions: Iterable[Action]) -> Any:
    found = [each for each in actions if isinstance(each, kind)]
    assert len(found) == 1, actions
    return found[0]


def linked(held: Sequence[Item] = (), forked: bool = False, **given: Any) -> Link:
    """Return the link of NAG to CTF after both greeted, with these entries of CTF's log held."""
    tree = tree_of(held)
    seen = Seen(tree.size, tree.root(), signed_head(CTF, tree.size, tree.root())) if held else Seen()
    link = Link(NAG.me, CTF.peer, Mirror(CTF.origin, tree, seen), LIMITS, forked=forked)
    link.opened(T0)
    told(link, hello(**given))
    return link


def head(items: Sequence[Item], old: int = 0, size: int | None = None, key: Signer | None = None) -> messages.Head:
    """Return the request to cosign a log, as an honest party makes it."""
    tree = tree_of(items)
    size = tree.size if size is None else size
    proof = [to_base64(each) for each in tree.consistency(old, size)]
    prefix = tree.prefix(old, size) if 0 < old < size else ()
    note = signed_head(CTF, size, tree.root(size), key).decode()
    return messages.Head("\n".join([f"old {old}", *proof, "", ""]) + note, prefix)


def stretch(items: Sequence[Item], old: int = 0, **given: Any) -> tuple[messages.Entries, messages.Head]:
    return messages.Entries(old, tuple(items[old:])), head(items, old, **given)


LOG: Final = statements(CTF, 6, T0 - 60)
OTHER: Final = [*LOG[:2], *statements(CTF, 6, T0 - 60, words="other")[2:]]


def keep(link: Link, actions: Iterable[Action], at_s: float = T0) -> list[Action]:
    """Carry out a Keep."""
    asked: Keep = only(Keep, actions)
    return list(link.kept(asked, cosignature(NAG, asked.cosign, at_s), at_s))


MINE: Final = [
    statement(NAG, index, T0, kind="hotline.message" if index % 4 == 1 else "notice.activity") for index in range(10)
]


def own(size: int) -> OwnHead:
    root = tree_of(MINE).root(size)
    return OwnHead(size, root, signed_head(NAG, size, root))


def passage(asked: Fetch, most: int = 100) -> Passage:
    tree, stop = tree_of(MINE), asked.first + min(asked.limit, most)
    prefix = tree.prefix(asked.old, stop) if 0 < asked.old < stop else ()
    items = tuple(MINE[asked.first : stop])
    return Passage(asked.old, asked.first, stop, items, tree.consistency(asked.old, stop), prefix, own(stop).note)


def linked_holding(held: int) -> Link:
    """Return a link whose peer holds that many entries of our log."""
    link = Link(NAG.me, CTF.peer, Mirror(CTF.origin), LIMITS)
    link.opened(T0)
    told(link, hello(held=held))
    return link
