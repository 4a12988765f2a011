"""The tree against the definitions of RFC 9162 written out as they stand, and every proof broken in every place."""

from collections.abc import Sequence
from hashlib import sha256

import pytest

from airpact.proof.errors import ProofError
from airpact.proof.merkle import EMPTY_ROOT, Tree, check_consistency, inclusion_root, leaf_hash, prefix_roots

SIZE_MAX = 130  # past 128, so that every shape of a tree of up to eight levels is met
LEAVES = [leaf_hash(bytes([number])) for number in range(SIZE_MAX)]
TREE = Tree(LEAVES)
OTHER = bytes(32)


def split(size: int) -> int:
    """Return the largest power of two below a size (RFC 9162, §2.1.1)."""
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def mth(leaves: Sequence[bytes]) -> bytes:
    """MTH(D[n]) of RFC 9162, §2.1.1, over leaf hashes."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of RFC 9162, §2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: Sequence[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b) of RFC 9162, §2.1.4.1."""
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


def broken(proof: Sequence[bytes]) -> list[tuple[bytes, ...]]:
    """Return a proof shortened and lengthened at either end, altered in each hash, and with each hash left out."""
    whole = tuple(proof)
    shorter = [whole[:cut] for cut in range(len(whole))] + [whole[cut:] for cut in range(1, len(whole) + 1)]
    without = [whole[:at] + whole[at + 1 :] for at in range(len(whole))]
    altered = [(*whole[:at], bytes((each[0] ^ 1,)) + each[1:], *whole[at + 1 :]) for at, each in enumerate(whole)]
    return [*shorter, *without, *altered, (*whole, OTHER), (OTHER, *whole)]


def test_an_entry_hashes_as_rfc_9162_says() -> None:
    assert leaf_hash(b"") == sha256(b"\x00").digest()
    assert sha256().digest() == EMPTY_ROOT


def test_roots_of_every_size_are_those_of_the_definition() -> None:
    assert [TREE.root(size) for size in range(SIZE_MAX + 1)] == [mth(LEAVES[:size]) for size in range(SIZE_MAX + 1)]


@pytest.mark.parametrize("size", range(1, SIZE_MAX + 1))
def test_every_inclusion_proof_is_the_definition_and_gives_the_root(size: int) -> None:
    for index in range(size):
        proof = TREE.inclusion(index, size)
        assert list(proof) == path(index, LEAVES[:size])
        assert inclusion_root(LEAVES[index], index, size, proof) == TREE.root(size)


@pytest.mark.parametrize("size", range(1, SIZE_MAX + 1))
def test_every_consistency_proof_is_the_definition_and_is_accepted(size: int) -> None:
    check_consistency(0, EMPTY_ROOT, size, TREE.root(size), ())
    for old in range(1, size + 1):
        proof, prefix = TREE.consistency(old, size), TREE.prefix(old, size)
        assert list(proof) == subproof(old, LEAVES[:size], True)
        assert list(prefix) == subproof(old, LEAVES[:size], False)
        check_consistency(old, TREE.root(old), size, TREE.root(size), proof)
        assert prefix_roots(old, size, prefix) == (TREE.root(old), TREE.root(size))


@pytest.mark.parametrize("size", range(1, SIZE_MAX + 1))
def test_no_broken_inclusion_proof_gives_the_root(size: int) -> None:
    for index in range(size):
        for proof in broken(TREE.inclusion(index, size)):
            assert not gives(LEAVES[index], index, size, proof)
        assert not gives(OTHER, index, size, TREE.inclusion(index, size))


def gives(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bool:
    try:
        return inclusion_root(leaf, index, size, proof) == TREE.root(size)
    except ProofError:
        return False


@pytest.mark.parametrize("size", range(1, SIZE_MAX + 1))
def test_no_broken_consistency_proof_is_accepted(size: int) -> None:
    for old in range(1, size + 1):
        for proof in broken(TREE.consistency(old, size)):
            with pytest.raises(ProofError):
                check_consistency(old, TREE.root(old), size, TREE.root(size), proof)


@pytest.mark.parametrize("size", range(1, SIZE_MAX + 1, 7))
def test_no_proof_fits_another_root_size_or_place(size: int) -> None:
    for old in range(1, size):
        proof = TREE.consistency(old, size)
        for roots in ((OTHER, TREE.root(size)), (TREE.root(old), OTHER), (TREE.root(old - 1), TREE.root(size))):
            with pytest.raises(ProofError):
                check_consistency(old, roots[0], size, roots[1], proof)
    for index in range(size):
        proof = TREE.inclusion(index, size)
        assert [place for place in range(size) if gives(LEAVES[index], place, size, proof)] == [index]


def test_the_proofs_that_rfc_9162_prints_for_seven_entries() -> None:
    """RFC 9162, §2.1.5: the tree of d0 to d6, its nodes a to l, and the proofs it lists by these letters."""
    a, b, c, d, e, f, j = LEAVES[:7]
    g, h, i = mth([a, b]), mth([c, d]), mth([e, f])
    k, l = mth([a, b, c, d]), mth([e, f, j])  # noqa: E741
    tree = Tree(LEAVES[:7])
    assert tree.root() == mth([k, l])
    assert tree.inclusion(0, 7) == (b, h, l)
    assert tree.inclusion(3, 7) == (c, g, l)
    assert tree.inclusion(4, 7) == (f, j, k)
    assert tree.inclusion(6, 7) == (i, k)
    assert tree.consistency(3, 7) == (c, d, g, l)
    assert tree.consistency(4, 7) == (l,)
    assert tree.consistency(6, 7) == (i, j, k)


# Entries and roots that implementations of Certificate Transparency (RFC 6962, the same hashing) are tested with.
KNOWN_ENTRIES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
KNOWN_ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def test_the_roots_that_other_logs_are_tested_with() -> None:
    tree = Tree(leaf_hash(bytes.fromhex(entry)) for entry in KNOWN_ENTRIES)
    assert tuple(tree.root(size).hex() for size in range(1, 9)) == KNOWN_ROOTS


def test_an_empty_tree_has_one_root_only() -> None:
    check_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, ())
    for old_root, root in ((OTHER, EMPTY_ROOT), (EMPTY_ROOT, OTHER), (OTHER, OTHER)):
        with pytest.raises(ProofError):
            check_consistency(0, old_root, 0, root, ())


@pytest.mark.parametrize(("old", "size"), [(-1, 3), (4, 3), (0, 131), (131, 131)])
def test_there_are_no_proofs_outside_the_tree(old: int, size: int) -> None:
    with pytest.raises(ProofError):
        TREE.consistency(old, size)
    with pytest.raises(ProofError):
        TREE.prefix(old, size)
    with pytest.raises(ProofError):
        TREE.inclusion(size, size)


def test_hashes_of_another_length_are_refused() -> None:
    with pytest.raises(ProofError, match="32 bytes"):
        inclusion_root(LEAVES[0], 0, 2, (LEAVES[1][:31],))
    with pytest.raises(ProofError, match="32 bytes"):
        inclusion_root(LEAVES[0] + b"x", 0, 2, (LEAVES[1],))
    with pytest.raises(ProofError, match="32 bytes"):
        prefix_roots(1, 2, (LEAVES[0], b""))


def test_growing_a_tree_changes_nothing_of_what_was() -> None:
    tree = Tree()
    roots = [tree.root()]
    for index, leaf in enumerate(LEAVES):
        assert tree.append(leaf) == index
        roots.append(tree.root())
    assert roots == [tree.root(size) for size in range(SIZE_MAX + 1)]
