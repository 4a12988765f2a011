"""A node's ledger in a folder, with a clock that tests move, and logs that others would send."""

from dataclasses import dataclass, field
from pathlib import Path

from airpact.node.entries import Command
from airpact.node.home import Layout
from airpact.node.identity import Identity
from airpact.node.ledger.ledger import Ledger
from airpact.node.ledger.values import Item
from airpact.node.store import Store
from airpact.proof.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from airpact.proof.cosignature import cosigned, message
from airpact.proof.merkle import Tree, leaf_hash
from airpact.proof.note import Note, read_note, signed, write_note
from airpact.proof.witness import Seen
from tests.node.identities import NAG

START_S = 1_790_000_000.0


@dataclass
class Desk:
    """One home with its ledger, which may be opened anew at any moment."""

    folder: Path
    identity: Identity = NAG
    now_s: float = START_S
    store: Store = field(init=False)
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.store = Store.open(Layout(self.folder))
        self.ledger = Ledger(self.store, self.identity, lambda: self.now_s)

    def reopen(self) -> None:
        self.store.close()
        self.open()

    def say(self, *texts: str, audience: tuple[str, ...] = ()) -> None:
        """Append one command for each text in one commit."""
        kind = "notice.activity" if audience else "sound_check"
        commands = [Command(kind, "local", {"text": text}, audience=audience) for text in texts]
        self.ledger.order.append_many([(command, self.now_s) for command in commands])


def seen_of(note: bytes) -> Seen:
    """Return what a witness remembers of a signed head."""
    checkpoint = read_checkpoint(read_note(note).text)
    return Seen(checkpoint.size, checkpoint.root, note)


def seen_at(identity: Identity, items: list[Item]) -> Seen:
    """Return what is remembered of a log of exactly these statements."""
    root = Tree(leaf_hash(item.entry) for item in items).root()
    checkpoint = Checkpoint(identity.origin, len(items), root)
    line = signed(identity.log.key, identity.log.sign(message(identity.log.key, checkpoint)))
    return Seen(len(items), root, write_note(Note(write_checkpoint(checkpoint), (line,))))


def cosignature(witness: Identity, note: bytes, time_s: int = int(START_S)) -> str:
    """Return the line of another node's witness under a head, as it answers with it."""
    key = witness.witness.key
    text = read_note(note).text
    line = cosigned(key, time_s, witness.witness.sign(message(key, read_checkpoint(text), time_s)))
    return write_note(Note(text, (line,))).decode().removeprefix(f"{text}\n")
