"""A ledger under load that tells of each thing once it is durable, and what must hold of it after any end."""

import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import NamedTuple

from airpact.node.entries import Command
from airpact.node.ledger.values import Item
from airpact.proof.note import read_note
from tests.node.identities import CTF
from tests.node.ledgers import Desk, cosignature, seen_at

BATCH_MAX = 4


class Told(NamedTuple):
    """One answer: what was made durable, of which size, and the root or the indexes given."""

    what: str  # "own", "cosigned", "seen", "delivered"
    size: int
    root: bytes = b""
    entries: tuple[tuple[int, str], ...] = ()


def their_log(count: int) -> list[Item]:
    """Return statements of another log; the same in every process."""
    return [Item(index, f"entry {index}".encode(), ()) for index in range(count)]


def steps(desk: Desk, chance: Random) -> Iterator[Told]:
    """Append, be cosigned, witness another log and hand it on, without end."""
    while True:
        names = [str(chance.randrange(10**9)) for _ in range(chance.randint(1, BATCH_MAX))]
        commands = [Command("sound_check", "local", {"n": name}, chance.choice((name, ""))) for name in names]
        entries = desk.ledger.order.append_many([(command, desk.now_s) for command in commands])
        head = desk.ledger.head()
        assert head is not None
        yield Told("own", head.size, head.root, tuple((entry.index, entry.body["n"]) for entry in entries))
        if chance.random() < 0.4:
            desk.ledger.cosigned(head.size, cosignature(CTF, head.note), [CTF.witness.key])
            yield Told("cosigned", head.size)
        if chance.random() < 0.5:
            held = desk.ledger.mirror(CTF.origin).tree.size
            items = their_log(held + chance.randint(1, BATCH_MAX))
            seen = seen_at(CTF, items)
            desk.ledger.keep(CTF.origin, items[held:], seen)
            yield Told("seen", seen.size, seen.root)
            desk.ledger.delivered(CTF.origin, held)
            yield Told("delivered", held + 1)


@dataclass
class Account:
    """Everything a ledger told so far, over all its lives."""

    entries: dict[int, str] = field(default_factory=dict)
    roots: dict[int, bytes] = field(default_factory=dict)
    cosigned: set[int] = field(default_factory=set)
    seen: int = 0
    delivered: int = 0

    def add(self, told: Told) -> None:
        for index, name in told.entries:
            assert self.entries.setdefault(index, name) == name, "one place was given to two entries"
        match told.what:
            case "own":
                assert told.size not in self.roots, "one head was told twice"
                self.roots[told.size] = told.root
            case "cosigned":
                self.cosigned.add(told.size)
            case "seen":
                assert told.size > self.seen, "what a witness remembers went back"
                self.seen = told.size
            case _:
                self.delivered = max(self.delivered, told.size)

    def check(self, desk: Desk) -> None:
        """Hold a ledger opened anew to everything that was told."""
        kept = {entry.index: entry.body["n"] for entry in desk.ledger.order.since(0)}
        assert list(kept) == list(range(1, len(kept) + 1))
        assert kept | self.entries == kept
        tree = desk.ledger.order.tree
        assert tree.size == len(kept)
        for size, root in self.roots.items():
            assert tree.root(size) == root, "the history under a head that was told is another"
        for size in self.cosigned:
            note = desk.ledger.passage(0, 0, size, "CTF").note
            assert len(read_note(note).signatures) == 2
        mirror = desk.ledger.mirror(CTF.origin)
        assert mirror.seen.size >= self.seen
        assert mirror.seen == (seen_at(CTF, their_log(mirror.seen.size)) if mirror.seen.size else mirror.seen)
        rows = desk.store.rows('SELECT "next" FROM deliveries')
        assert max([row[0] for row in rows], default=0) >= self.delivered


def serve(folder: str, pipe: Connection, seed: int) -> None:
    """Work until killed, telling of everything over a pipe; the body of a child process."""
    for told in steps(Desk(Path(folder)), Random(seed)):
        pipe.send(told)


def killed(folder: Path, seed: int, after: int) -> Iterator[Told]:
    """Run a storage process, kill it once it told so much, and yield everything it told."""
    context = multiprocessing.get_context("forkserver")  # forks a process that has imported all this, and no threads
    context.set_forkserver_preload(["tests.node.loads"])
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=serve, args=(str(folder), there, seed), daemon=True)
    child.start()
    there.close()
    try:
        for _ in range(after):
            yield here.recv()
        child.kill()
        while True:
            yield here.recv()
    except EOFError:
        return
    finally:
        child.kill()
        child.join()
        here.close()
