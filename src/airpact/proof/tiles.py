"""A log as files that public tools read: signed head, hash tiles and bundles of entries (C2SP tlog-tiles@v0.1.0).

    checkpoint                 the signed head
    tile/<L>/<N>[.p/<W>]       hashes of level 8 L of the tree, 256 a tile, W in the last one where it is not full
    tile/entries/<N>[.p/<W>]   entries, each after its length in two bytes

N is written in groups of three digits, each but the last after an x: 1234067 is x001/x234/067. Nothing here reads a
file: a caller hands in what reads one.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from airpact.proof.errors import ProofError
from airpact.proof.merkle import HASH_BYTES, Tree
from airpact.proof.statement import ENTRY_BYTES_MAX

CHECKPOINT: Final = "checkpoint"
ENTRIES: Final = -1  # stands as level of the bundles of entries
WIDTH: Final = 256
HEIGHT: Final = 8  # levels of the tree from one level of tiles to the next
LENGTH_BYTES: Final = 2
TILE_BYTES_MAX: Final = WIDTH * (LENGTH_BYTES + ENTRY_BYTES_MAX)

Read: TypeAlias = Callable[[str], bytes | None]  # path in the log -> its bytes, None where there is no such file


class Tile(NamedTuple):
    """A tile: its level (`ENTRIES` for a bundle), its number in that level, and how many hashes or entries it holds."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Return where it lies in the log."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        groups = f"{self.number:0{-(-len(str(self.number)) // 3) * 3}d}"
        parts = [groups[start : start + 3] for start in range(0, len(groups), 3)]
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join([*(f'x{part}' for part in parts[:-1]), parts[-1]])}{partial}"


def tiles(size: int, old: int = 0) -> Iterator[Tile]:
    """Yield the tiles of a log of `size` entries that a log of its first `old` entries has not, bundles first."""
    yield from _row(ENTRIES, size, old)
    level = 0
    while size:
        yield from _row(level, size, old)
        size, old, level = size // WIDTH, old // WIDTH, level + 1


def write_tile(tree: Tree, tile: Tile) -> bytes:
    """Return the bytes of a hash tile of this tree; raises `ProofError` where the tree has not grown to it."""
    first = tile.number * WIDTH
    return b"".join(tree.hashes(tile.level * HEIGHT, first, first + tile.width))


def write_entries(entries: Sequence[bytes]) -> bytes:
    """Return the bytes of a bundle of entries; raises `ProofError` for one longer than two bytes can say."""
    if any(len(entry) > ENTRY_BYTES_MAX for entry in entries):
        raise ProofError(f"an entry has more than {ENTRY_BYTES_MAX:,} bytes")
    return b"".join(len(entry).to_bytes(LENGTH_BYTES) + entry for entry in entries)


def read_entries(data: bytes, width: int = WIDTH) -> tuple[bytes, ...]:
    """Return the entries of a bundle, which must hold so many and nothing else; raises `ProofError`."""
    found: list[bytes] = []
    place = 0
    while place < len(data) and len(found) < width:
        start = place + LENGTH_BYTES
        place = start + int.from_bytes(data[place:start])
        if place > len(data) or start > len(data):
            raise ProofError("it ends inside an entry")
        found.append(data[start:place])
    if len(found) < width:
        raise ProofError(f"it holds {len(found)} entries instead of {width}")
    if place < len(data):
        raise ProofError(f"it holds more than {width} entries")
    return tuple(found)


def entries(size: int, read: Read) -> Iterator[bytes]:
    """Yield the entries of a log of `size`; raises `ProofError` naming a bundle that is missing or damaged."""
    for tile in _row(ENTRIES, size, 0):
        data, width = _file(tile, read)
        try:
            yield from read_entries(data, width)[: tile.width]
        except ProofError as error:
            raise ProofError(f"{tile.path}: {error}") from error


def check_tiles(tree: Tree, read: Read) -> int:
    """Return how many hash tiles a log has, all of this tree; raises `ProofError` naming one that is not."""
    hashed = [tile for tile in tiles(tree.size) if tile.level != ENTRIES]
    for tile in hashed:
        data, width = _file(tile, read)
        if len(data) != width * HASH_BYTES or not data.startswith(write_tile(tree, tile)):
            raise ProofError(f"{tile.path} does not hold the hashes of the entries")
    return len(hashed)


def _row(level: int, size: int, old: int) -> Iterator[Tile]:
    """Yield the tiles of one level that hold its hashes old..size-1, a full one in place of a partial one."""
    for number in range(old // WIDTH, -(-size // WIDTH)):
        width = min(WIDTH, size - number * WIDTH)
        if number * WIDTH + width > old:
            yield Tile(level, number, width)


def _file(tile: Tile, read: Read) -> tuple[bytes, int]:
    """Return the bytes of a tile and how many it holds: where a partial one is gone, of the full one in its place."""
    for found in (tile, tile._replace(width=WIDTH)):
        data = read(found.path)
        if data is not None:
            return data, found.width
    raise ProofError(f"{tile.path} is missing")
