"""What it costs to keep a log: statements made durable, other logs mirrored, proofs given, a desk opened."""

import tempfile
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from airpact.node.entries import Command
from airpact.node.home import Layout
from airpact.node.identity import make_identity
from airpact.node.ledger.ledger import Ledger
from airpact.node.ledger.tiles import TileWriter
from airpact.node.ledger.values import Item
from airpact.node.store import Store
from airpact.proof.checkpoint import Checkpoint, write_checkpoint
from airpact.proof.merkle import Tree, leaf_hash
from airpact.proof.note import Note, Signature, write_note
from airpact.proof.witness import Seen
from bench.figures import Figure, figure, percentile

APPENDS: Final = 500
GROUP: Final = 32  # commands that a desk lets wait
LEAVES: Final = 10_000
BATCH: Final = 256  # statements in one stretch between peers
BATCH_RUNS: Final = 5
ENTRY_BYTES: Final = 300
LEAVES_BAR_S: Final = 1.0
INCLUSION_BAR_US: Final = 50.0
MS: Final = 1e3
US: Final = 1e6
ORIGIN: Final = "bench.example/log"


def ledger() -> Iterator[Figure]:
    """Measure on the disk of the temporary folder; every commit is synced."""
    with tempfile.TemporaryDirectory() as folder:
        layout = Layout(Path(folder))
        identity = make_identity(layout, "BENCH", "Bench", "EXERCISE")
        store = Store.open(layout)
        opened = Ledger(store, identity, time.time)
        yield from _appended(opened)
        yield from _mirrored(opened)
        yield _timed_us(
            "inclusion proof of the own log", lambda: opened.order.tree.inclusion(7, opened.order.tree.size)
        )
        yield _timed_us("receipt read, proven and written", lambda: opened.receipt(7), None)
        tiles = TileWriter(opened, layout, time.time)
        _one(opened, "last")
        started = time.perf_counter()
        tiles.close()
        yield figure("tiles after one statement", [MS * (time.perf_counter() - started)], "ms")
        started = time.perf_counter()
        again = Ledger(store, identity, time.time)
        size = sum(shown.size for shown in again.logs())
        yield figure(f"ledger of {size:,} statements opened", [time.perf_counter() - started], "s")
        started = time.perf_counter()
        TileWriter(again, layout, time.time)
        yield figure("their tiles looked through", [time.perf_counter() - started], "s")
        store.close()


def _appended(opened: Ledger) -> Iterator[Figure]:
    times = []
    for number in range(APPENDS):
        started = time.perf_counter()
        _one(opened, str(number))
        times.append(MS * (time.perf_counter() - started))
    yield figure("statement signed, appended and synced", times, "ms", note=f"p99 {percentile(times, 0.99):.3g}")
    times = []
    for number in range(APPENDS // GROUP):
        group = [(_command(f"{number} {place}"), time.time()) for place in range(GROUP)]
        started = time.perf_counter()
        opened.order.append_many(group)
        times.append(MS * (time.perf_counter() - started) / GROUP)
    yield figure(f"the same, {GROUP} in one commit, each", times, "ms")


def _one(opened: Ledger, text: str) -> None:
    opened.order.append(_command(text), time.time())


def _command(text: str) -> Command:
    return Command("notice.activity", "local", {"text": text}, "", ("CTF",))


def _mirrored(opened: Ledger) -> Iterator[Figure]:
    """Keep logs of signed statements in stretches, each durable with the memory of the witness before the next."""
    times = []
    for run in range(BATCH_RUNS):
        items = [_item(run, index) for index in range(LEAVES)]
        origin = ORIGIN if run == 0 else f"{run}.{ORIGIN}"
        heads = list(_heads(origin, items))
        started = time.perf_counter()
        for first, seen in zip(range(0, LEAVES, BATCH), heads, strict=True):
            opened.keep(origin, items[first : first + BATCH], seen)
        times.append(time.perf_counter() - started)
    yield figure("10,000 signed leaves hashed, integrated and synced", times, "s", LEAVES_BAR_S, f"{BATCH} in a commit")


def _item(run: int, index: int) -> Item:
    entry = sha256(f"{run} {index}".encode()).digest() * (ENTRY_BYTES // 32 + 1)
    return Item(index, entry[:ENTRY_BYTES], (("bench+00000000", entry[:64]),), entry[:200], entry[:32])


def _heads(origin: str, items: list[Item]) -> Iterator[Seen]:
    tree, line = Tree(), Signature(origin, bytes(4), bytes(64))
    for item in items:
        size = tree.append(leaf_hash(item.entry)) + 1
        if size % BATCH == 0 or size == len(items):
            text = write_checkpoint(Checkpoint(origin, size, tree.root()))
            yield Seen(size, tree.root(), write_note(Note(text, (line,))))


def _timed_us(name: str, run: Callable[[], object], bar_us: float | None = INCLUSION_BAR_US) -> Figure:
    times = []
    for _ in range(APPENDS):
        started = time.perf_counter()
        run()
        times.append(US * (time.perf_counter() - started))
    return figure(name, times, "us", bar_us)
