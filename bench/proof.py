"""What proof costs without disk and network: entries hashed into a log, proofs made and checked, heads cosigned."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from airpact.proof.base64 import to_base64
from airpact.proof.checkpoint import Checkpoint, write_checkpoint
from airpact.proof.cosignature import cosigned, message, signers
from airpact.proof.keys import LOG, WITNESS, WITNESS_ML_DSA, Key
from airpact.proof.merkle import Tree, check_consistency, inclusion_root, leaf_hash
from airpact.proof.note import Note, signed, write_note
from airpact.proof.witness import Seen, Status, judge, read_request
from bench.figures import Figure, figure

ORIGIN: Final = "bench.example/log"
ENTRIES: Final = 100_000
ENTRY_BYTES: Final = 300
OLD: Final = 99_000
RUNS: Final = 200
INCLUSION_BAR_US: Final = 50.0
US_PER_S: Final = 1e6


def proof() -> Iterator[Figure]:
    """Measure a log of 100,000 entries of 300 bytes; the bar on inclusion proofs is that of a node's log."""
    entries = [number.to_bytes(ENTRY_BYTES) for number in range(ENTRIES)]
    started = time.perf_counter()
    tree = Tree(map(leaf_hash, entries))
    yield figure("entry hashed into the log", [US_PER_S * (time.perf_counter() - started) / ENTRIES], "us")
    root, old_root = tree.root(), tree.root(OLD)
    place, path, steps = OLD // 2, tree.inclusion(OLD // 2, ENTRIES), tree.consistency(OLD, ENTRIES)
    leaf = leaf_hash(entries[place])
    yield _timed("inclusion proof made", lambda: tree.inclusion(place, ENTRIES), INCLUSION_BAR_US)
    yield _timed("inclusion proof checked", lambda: inclusion_root(leaf, place, ENTRIES, path), INCLUSION_BAR_US)
    yield _timed("consistency proof made", lambda: tree.consistency(OLD, ENTRIES))
    yield _timed("consistency proof checked", lambda: check_consistency(OLD, old_root, ENTRIES, root, steps))
    yield from _heads(Checkpoint(ORIGIN, ENTRIES, root), Seen(OLD, old_root), steps)


def _heads(head: Checkpoint, seen: Seen, steps: tuple[bytes, ...]) -> Iterator[Figure]:
    log = Ed25519PrivateKey.from_private_bytes(bytes(32))
    log_key = Key(ORIGIN, LOG, log.public_key().public_bytes_raw())
    line = signed(log_key, log.sign(message(log_key, head)))
    note = write_note(Note(write_checkpoint(head), (line,)))
    body = "".join(f"{each}\n" for each in (f"old {seen.size}", *map(to_base64, steps), "")).encode() + note
    for purpose, secret in ((WITNESS, log), (WITNESS_ML_DSA, MLDSA44PrivateKey.from_seed_bytes(bytes(32)))):
        key = Key("bench.example/witness", purpose, secret.public_key().public_bytes_raw())

        def cosign(key: Key = key, sign: Callable[[bytes], bytes] = secret.sign) -> None:
            answer = judge(read_request(body), seen, [log_key])
            assert answer.status is Status.COSIGNED
            cosigned(key, 1, sign(message(key, head, 1)))

        under = Note(write_checkpoint(head), (cosigned(key, 1, secret.sign(message(key, head, 1))),))
        yield _timed(f"head judged and cosigned, {purpose.scheme.name}", cosign)
        yield _timed(f"cosignature checked, {purpose.scheme.name}", partial(signers, under, [key]))


def _timed(name: str, run: Callable[[], object], bar_us: float | None = None) -> Figure:
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        run()
        times.append(US_PER_S * (time.perf_counter() - started))
    return figure(name, times, "us", bar_us)
