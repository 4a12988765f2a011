"""Logs as tiles: paths as the standard prints them, hashes as another way of counting gives them, damage named."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.proof.errors import ProofError
from airpact.proof.merkle import Tree, leaf_hash
from airpact.proof.tiles import (
    ENTRIES,
    WIDTH,
    Tile,
    check_tiles,
    entries,
    read_entries,
    tiles,
    write_entries,
    write_tile,
)


def root_of(leaves: list[bytes]) -> bytes:
    """Return the root as the definition of RFC 9162, 2.1.1, has it."""
    if len(leaves) == 1:
        return leaves[0]
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + root_of(leaves[:middle]) + root_of(leaves[middle:])).digest()


def said(size: int) -> list[bytes]:
    return [f"entry {number}".encode() for number in range(size)]


def tree_of(data: list[bytes]) -> Tree:
    return Tree(map(leaf_hash, data))


def stored(data: list[bytes], old: int = 0) -> dict[str, bytes]:
    """Return the files that a log writes when it grows from `old` entries."""
    tree = tree_of(data)
    return {
        tile.path: write_entries(data[tile.number * WIDTH :][: tile.width])
        if tile.level == ENTRIES
        else write_tile(tree, tile)
        for tile in tiles(len(data), old)
    }


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 0, 1), "tile/0/000.p/1"),
        (Tile(1, 1234067), "tile/1/x001/x234/067"),
        (Tile(ENTRIES, 999), "tile/entries/999"),
        (Tile(ENTRIES, 1000, 17), "tile/entries/x001/000.p/17"),
        (Tile(63, 5), "tile/63/005"),
    ],
)
def test_paths_are_written_as_the_standard_does(tile: Tile, path: str) -> None:
    assert tile.path == path


def test_a_log_of_70_000_entries_has_the_tiles_of_the_standards_example() -> None:
    """C2SP tlog-tiles, Merkle Tree: 273 full level 0 tiles and one of 112, one full level 1 tile and one of 17, a 1."""
    found = [tile for tile in tiles(70_000) if tile.level != ENTRIES]
    full = [tile for tile in found if tile.width == WIDTH]
    assert [sum(tile.level == level for tile in full) for level in (0, 1, 2)] == [273, 1, 0]
    assert [tile.path for tile in found if tile.width < WIDTH] == [
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 512, 700, 65_535 + 300])
def test_every_hash_is_the_root_of_its_entries(size: int) -> None:
    data = said(size)
    tree, leaves = tree_of(data), [leaf_hash(each) for each in data]
    for tile in tiles(size):
        if tile.level > 0:
            span = WIDTH**tile.level
            starts = [(tile.number * WIDTH + place) * span for place in range(tile.width)]
            assert write_tile(tree, tile) == b"".join(root_of(leaves[start : start + span]) for start in starts)
    assert sum(tile.width for tile in tiles(size) if tile.level == 0) == size


@given(st.integers(0, 700), st.integers(0, 700))
def test_a_log_that_grew_has_the_tiles_of_one_written_at_once(one: int, other: int) -> None:
    old, size = sorted((one, other))
    grown = stored(said(old)) | stored(said(size), old)
    whole = stored(said(size))
    assert {path: grown[path] for path in whole} == whole
    assert list(entries(size, grown.get)) == said(size)
    assert check_tiles(tree_of(said(size)), grown.get) == sum("entries" not in path for path in whole)


def test_what_did_not_change_is_not_written_again() -> None:
    assert list(tiles(300, 300)) == []
    assert [tile.path for tile in tiles(301, 300)] == ["tile/entries/001.p/45", "tile/0/001.p/45"]


def test_a_full_tile_stands_for_the_partial_one_it_replaced() -> None:
    files = stored(said(256))
    assert list(entries(200, files.get)) == said(200)
    assert check_tiles(tree_of(said(200)), files.get) == 1


def problem(size: int, files: dict[str, bytes]) -> str:
    """Return what is found wrong with the files of a log, "" for nothing."""
    try:
        found = list(entries(size, files.get))
        check_tiles(tree_of(said(size)), files.get)
    except ProofError as error:
        return str(error)
    return "" if found == said(size) else "the entries are others"


@pytest.mark.parametrize("size", [3, 300])
def test_a_tile_that_is_missing_or_changed_is_named(size: int) -> None:
    whole = stored(said(size))
    assert problem(size, whole) == ""
    for path, data in whole.items():
        assert problem(size, {name: each for name, each in whole.items() if name != path}) == f"{path} is missing"
        for wrong in (b"", data[:-1], data + b"x", b"\xff" + data[1:]):
            assert path in problem(size, whole | {path: wrong})


def test_a_changed_entry_is_not_seen_by_its_bundle_but_by_the_hashes() -> None:
    files = stored(said(5))
    files["tile/entries/000.p/5"] = files["tile/entries/000.p/5"].replace(b"entry 3", b"entry 9")
    changed = list(entries(5, files.get))
    with pytest.raises(ProofError, match=r"tile/0/000\.p/5 does not hold the hashes of the entries"):
        check_tiles(tree_of(changed), files.get)


@given(st.lists(st.binary(max_size=300), max_size=WIDTH))
def test_a_bundle_is_read_as_it_was_written(data: list[bytes]) -> None:
    assert list(read_entries(write_entries(data), len(data))) == data


@given(st.binary(max_size=60), st.integers(0, 5))
def test_no_bytes_make_a_bundle_fall(data: bytes, width: int) -> None:
    try:
        found = read_entries(data, width)
    except ProofError:
        return
    assert write_entries(found) == data


def test_an_entry_too_long_for_two_bytes_is_refused() -> None:
    assert read_entries(write_entries([bytes(65_535)]), 1) == (bytes(65_535),)
    with pytest.raises(ProofError, match="65,535"):
        write_entries([bytes(65_536)])


def test_a_tile_beyond_the_tree_is_refused() -> None:
    with pytest.raises(ProofError, match="no complete subtrees"):
        write_tile(tree_of(said(5)), Tile(0, 0, 6))
    with pytest.raises(ProofError, match="no complete subtrees"):
        write_tile(tree_of(said(5)), Tile(1, 0, 1))
