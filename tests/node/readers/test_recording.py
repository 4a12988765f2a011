"""Recordings: plain or gzip, damaged or whole, in memory that does not grow with the file."""

import gzip
import json
import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airpact.feeds.report import Decoded, Reject, rejected_by_reason
from airpact.node.errors import OperatingError
from airpact.node.readers import read_recording
from airpact.node.readers.recording import CHUNK_BYTES, _inflated


def lines(count: int, start: int = 0) -> bytes:
    """Return recorded lines, one second apart, with places that do not compress to nothing."""
    chance = random.Random(start)
    rows = (
        {
            "now": 1000 + start + number,
            "hex": "4ca2d6",
            "lat": chance.uniform(-80, 80),
            "lon": chance.uniform(-170, 170),
        }
        for number in range(count)
    )
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def read(*paths: Path) -> Decoded:
    """Read recordings to the end."""
    decoded = Decoded(())
    for chunk in read_recording(paths):
        decoded += chunk.decoded
    return decoded


def written(folder: Path, data: bytes, name: str = "day.jsonl") -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(data)
    return path


def test_plain_and_compressed_give_the_same(tmp_path: Path) -> None:
    data = lines(5000)
    plain = read(written(tmp_path, data))
    packed = read(written(tmp_path, gzip.compress(data), "day.jsonl.gz"))
    assert len(plain.reports) == 5000
    assert repr(plain) == repr(packed)


def test_compression_is_told_by_content_not_by_name(tmp_path: Path) -> None:
    assert len(read(written(tmp_path, gzip.compress(lines(3)), "day.txt")).reports) == 3
    assert len(read(written(tmp_path, lines(3), "day.gz")).reports) == 3


def test_gzip_members_one_after_the_other_are_one_recording(tmp_path: Path) -> None:
    # Appending to a log by `gzip >> file` makes members; a line may even fall on two.
    data = lines(40)
    path = written(tmp_path, gzip.compress(data[:700]) + gzip.compress(data[700:]) + b"\0" * 512)
    decoded = read(path)
    assert (len(decoded.reports), decoded.rejections) == (40, ())


def test_progress_ends_at_the_size_of_each_file(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(lines(20_000)))
    places = [(chunk.read_bytes, chunk.size_bytes) for chunk in read_recording([path])]
    assert places == sorted(places)
    assert len(places) > 3
    assert places[-1] == (path.stat().st_size, path.stat().st_size)


def test_files_come_in_the_order_given_each_with_its_own_line_numbers(tmp_path: Path) -> None:
    first = written(tmp_path, lines(2) + b"junk\n", "b.jsonl")
    second = written(tmp_path, b"junk\n" + lines(1, start=100), "a.jsonl")
    chunks = list(read_recording([first, second]))
    bad = [(chunk.path, each.line) for chunk in chunks for each in chunk.decoded.rejections]
    assert bad == [(str(first), 3), (str(second), 1)]


@pytest.mark.parametrize("share", [0.001, 0.3, 0.7, 0.999])
def test_a_truncated_gzip_keeps_every_line_before_the_cut(tmp_path: Path, share: float) -> None:
    data = lines(5000)
    packed = gzip.compress(data)
    cut = max(12, int(len(packed) * share))
    path = written(tmp_path, packed[:cut], "cut.jsonl.gz")
    decoded = read(path)
    assert [each.reason for each in decoded.rejections] == [Reject.TRUNCATED]
    assert decoded.rejections[0].detail.startswith("cut.jsonl.gz: ")
    assert f"byte {cut} " in decoded.rejections[0].detail
    whole = read(written(tmp_path, data)).reports
    assert repr(decoded.reports) == repr(whole[: len(decoded.reports)])
    # All that the compressed bytes before the cut hold, less the deflate block in flight at the very end.
    assert len(decoded.reports) >= (share * 5000 * 0.9 if share > 0.5 else 0)


def test_zeroed_bytes_inside_keep_what_stands_before_them(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(lines(20_000)))
    middle = len(packed) // 2
    packed[middle : middle + 4096] = b"\0" * 4096
    decoded = read(written(tmp_path, bytes(packed)))
    assert rejected_by_reason(decoded.rejections)["truncated"] == 1
    assert len(decoded.reports) > 8_000


def test_a_wrong_checksum_is_said_to_put_every_line_in_doubt(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(lines(100)))
    packed[-6] ^= 0xFF
    decoded = read(written(tmp_path, bytes(packed)))
    assert len(decoded.reports) == 100
    assert "some may be wrong" in decoded.rejections[0].detail


def test_something_else_after_the_compressed_data_is_said(tmp_path: Path) -> None:
    decoded = read(written(tmp_path, gzip.compress(lines(3)) + b"and a note"))
    assert len(decoded.reports) == 3
    assert "not gzip" in decoded.rejections[0].detail


def test_an_empty_recording_gives_nothing_and_no_fault(tmp_path: Path) -> None:
    assert read(written(tmp_path, b"")) == Decoded(())
    assert read(written(tmp_path, gzip.compress(b""), "e.gz")) == Decoded(())


@pytest.mark.parametrize("name", ["absent.jsonl", "."])
def test_a_file_that_cannot_be_read_is_named_before_anything_is_replayed(tmp_path: Path, name: str) -> None:
    good = written(tmp_path, lines(3))
    with pytest.raises(OperatingError) as caught:
        next(read_recording([good, tmp_path / name]))
    assert str(tmp_path / name) in caught.value.what
    assert caught.value.remedy


def test_a_100_mb_line_and_a_gzip_bomb_take_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(100):
            file.write(b" " * 2**20)
        file.write(b"\n" + lines(1))
    tracemalloc.start()
    try:
        decoded = read(path)
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [(each.reason, each.line) for each in decoded.rejections] == [(Reject.TOO_LONG, 1)]
    assert len(decoded.reports) == 1
    assert peak_bytes < 8 * 1024 * 1024


def test_no_stretch_is_larger_than_a_chunk(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(b"x" * (10 * CHUNK_BYTES)))
    with path.open("rb") as file:
        assert max(len(part) for part in _inflated(file)) == CHUNK_BYTES


@settings(max_examples=25)
@given(st.data())
def test_any_damage_to_a_gzip_ends_in_reports_and_rejections_never_a_fault(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    packed = bytearray(gzip.compress(lines(200)))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(2, len(packed)))
        packed[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    decoded = read(written(tmp_path_factory.mktemp("damage"), bytes(packed)))
    assert len(decoded.reports) + len(decoded.rejections) >= 1


def test_a_real_day_is_read_whole(reference: Callable[[str], Path]) -> None:
    decoded = read(reference("traffic/watsonville/2025-06-01.jsonl.gz"))
    assert len(decoded.reports) == 44_116
    assert rejected_by_reason(decoded.rejections) == {"duplicate": 4}
