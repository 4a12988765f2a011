"""The append-only Merkle tree of a log, and what proves that an entry or an earlier tree is in it (RFC 9162, §2.1).

Names are those of the RFC: PATH is an inclusion proof, PROOF a consistency proof, SUBPROOF(m, D, false) the same with
the hash of the old tree always named. We call the last a prefix path: hashed together it gives the root of the large
tree and the root of its first m leaves, with nothing taken from whoever claims to know either.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

from airpact.proof.errors import ProofError

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()  # RFC 9162, §2.1.1


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one log entry, 32 bytes (RFC 9162, §2.1.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash above two subtrees, 32 bytes (RFC 9162, §2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A growing tree: the hashes of all complete subtrees, by level; nothing of it ever changes again."""

    __slots__ = ("_levels",)

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        """Begin with these leaf hashes, 32 bytes each."""
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append(leaf)

    @property
    def size(self) -> int:
        """Return the number of leaves."""
        return len(self._levels[0])

    def append(self, leaf: bytes) -> int:
        """Add a leaf hash and return its index."""
        index, node = self.size, leaf
        for level, hashes in enumerate(self._levels):
            hashes.append(node)
            if len(hashes) % 2:
                return index
            node = node_hash(hashes[-2], hashes[-1])
            if level + 1 == len(self._levels):
                self._levels.append([node])
                return index
        raise AssertionError("a tree always has a level with an odd number of hashes")

    def root(self, size: int | None = None) -> bytes:
        """Return the root of the first `size` leaves, of all where none is given; raises `ProofError` beyond them."""
        size = self.size if size is None else size
        self._check_sizes(0, 0, size)
        return self._range(0, size) if size else EMPTY_ROOT

    def root_with(self, leaves: Iterable[bytes]) -> bytes:
        """Return the root that the tree would have with these leaf hashes behind its own; the tree stays as it is."""
        peaks = [(level, hashes[-1]) for level, hashes in enumerate(self._levels) if len(hashes) % 2]
        peaks.reverse()  # of complete subtrees, each with its level: the largest first
        for leaf in leaves:
            level, node = 0, leaf
            while peaks and peaks[-1][0] == level:
                level, node = level + 1, node_hash(peaks.pop()[1], node)
            peaks.append((level, node))
        if not peaks:
            return EMPTY_ROOT
        node = peaks.pop()[1]
        while peaks:
            node = node_hash(peaks.pop()[1], node)
        return node

    def hashes(self, level: int, first: int, stop: int) -> tuple[bytes, ...]:
        """Return the roots of the complete subtrees first..stop-1 of 2^level leaves each; or raise `ProofError`."""
        if not 0 <= first <= stop <= self.size >> level:
            raise ProofError(f"a log of {self.size} has no complete subtrees {first} to {stop - 1} of level {level}")
        return tuple(self._levels[level][first:stop]) if first < stop else ()

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """Return PATH(index, D[0:size]), from the leaf up (RFC 9162, §2.1.3.1); raises `ProofError` outside it."""
        if not 0 <= index < size <= self.size:
            raise ProofError(f"there is no entry {index} in the first {size} of a log of {self.size}")
        return self._beside(size, index, index + 1)[1:]

    def prefix(self, old: int, size: int) -> tuple[bytes, ...]:
        """Return SUBPROOF(old, D[0:size], false), the old subtree first (RFC 9162, §2.1.4.1).

        1 <= old <= size <= the size of the tree; raises `ProofError` otherwise.
        """
        self._check_sizes(1, old, size)
        return self._beside(size, 0, old)

    def consistency(self, old: int, size: int) -> tuple[bytes, ...]:
        """Return PROOF(old, D[0:size]) (RFC 9162, §2.1.4.1); none from an empty tree, raises `ProofError` backwards."""
        self._check_sizes(0, old, size)
        if old in (0, size):
            return ()
        return self.prefix(old, size)[_is_power_of_two(old) :]

    def _check_sizes(self, low: int, old: int, size: int) -> None:
        if not low <= old <= size <= self.size:
            raise ProofError(f"no trees of {old} and {size} entries in a log of {self.size}")

    def _beside(self, size: int, low: int, stop: int) -> tuple[bytes, ...]:
        """Return the subtree that ends at `stop` and begins at `low` or after, then what stands beside the way up."""
        start, end, path = 0, size, []
        while end != stop or start < low:
            middle = start + (1 << ((end - start - 1).bit_length() - 1))
            if stop <= middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        path.append(self._range(start, end))
        return tuple(reversed(path))

    def _range(self, start: int, end: int) -> bytes:
        """Return the root over leaves start..end-1; `start` is a multiple of the power of two that spans them."""
        parts = []
        while start < end:
            level = (end - start).bit_length() - 1
            parts.append(self._levels[level][start >> level])
            start += 1 << level
        node = parts.pop()
        while parts:
            node = node_hash(parts.pop(), node)
        return node


def inclusion_root(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that a leaf and its path give (RFC 9162, §2.1.3.2); raises `ProofError` where it cannot fit.

    The last leaf parts from ours at the highest bit in which their indexes differ: below it every bit says on which
    side the sibling stands, above it there are only siblings to the left.
    """
    if not 0 <= index < size:
        raise ProofError(f"there is no entry {index} in a log of {size}")
    inner = (index ^ (size - 1)).bit_length()
    _check_path((leaf, *path), 1 + inner + (index >> inner).bit_count(), "inclusion")
    node = leaf
    for level, sibling in enumerate(path):
        to_left = level >= inner or index >> level & 1
        node = node_hash(sibling, node) if to_left else node_hash(node, sibling)
    return node


def prefix_roots(old: int, size: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return the roots of the first `old` and of all `size` leaves that a prefix path gives (RFC 9162, §2.1.4.2).

    1 <= old <= size; raises `ProofError` where the path cannot be one between such trees.
    """
    if not 1 <= old <= size:
        raise ProofError(f"a log of {size} cannot continue one of {old}")
    last = old - 1
    skipped = (old & -old).bit_length() - 1 if old < size else 0  # levels inside the first subtree
    inner = (last ^ (size - 1)).bit_length() - skipped
    above = last >> (skipped + inner)
    _check_path(path, 1 + inner + above.bit_count() if old < size else 1, "consistency")
    before = after = path[0]
    for level, sibling in enumerate(path[1:]):
        if level >= inner or last >> (skipped + level) & 1:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
        else:
            after = node_hash(after, sibling)
    return before, after


def check_consistency(old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Accept that the larger tree begins with the smaller one (RFC 9162, §2.1.4.2); raises `ProofError` otherwise."""
    if not 0 <= old <= size:
        raise ProofError(f"a log of {size} cannot continue one of {old}")
    if old in (0, size):
        roots = (root if old else EMPTY_ROOT, root if size else EMPTY_ROOT)
        _check_path(proof, 0, "consistency")
    else:
        roots = prefix_roots(old, size, (old_root, *proof) if _is_power_of_two(old) else proof)
    if roots != (old_root, root):
        raise ProofError(f"the log of {size} is not shown to continue the log of {old}")


def _check_path(path: Sequence[bytes], length: int, what: str) -> None:
    if any(len(each) != HASH_BYTES for each in path):
        raise ProofError(f"a hash of the {what} proof does not have {HASH_BYTES} bytes")
    if len(path) != length:
        raise ProofError(f"the {what} proof is too {'short' if len(path) < length else 'long'}")


def _is_power_of_two(number: int) -> bool:
    return number & (number - 1) == 0
