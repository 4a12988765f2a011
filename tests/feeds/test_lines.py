"""Cutting lines: any ending, any chunking, bounded memory, one outcome a line."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.feeds.lines import LINE_LIMIT_BYTES, LineCutter, broken_off, decoded
from airpact.feeds.report import Decoded, Reject, Rejection, Report


def cut(data: bytes, cuts: tuple[int, ...] = (), limit_bytes: int = LINE_LIMIT_BYTES) -> list[tuple[int, bytes | None]]:
    """Return the lines of `data` pushed in chunks that end at `cuts`."""
    cutter = LineCutter(limit_bytes)
    edges = [0, *sorted(min(at, len(data)) for at in cuts), len(data)]
    lines = [line for a, b in pairwise(edges) for line in cutter.push(data[a:b])]
    return lines + cutter.finish()


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def test_every_line_ending_ends_one_line(ending: bytes) -> None:
    assert cut(b"a" + ending + b"b" + ending) == [(1, b"a"), (2, b"b")]


def test_endings_may_be_mixed_in_one_stream() -> None:
    assert cut(b"a\nb\r\nc\rd") == [(1, b"a"), (2, b"b"), (3, b"c"), (4, b"d")]


def test_a_cr_lf_that_falls_on_two_chunks_is_one_ending() -> None:
    assert cut(b"a\r\nb\n", cuts=(2,)) == [(1, b"a"), (2, b"b")]


def test_an_empty_chunk_between_cr_and_lf_changes_nothing() -> None:
    assert cut(b"a\r\nb\n", cuts=(2, 2)) == [(1, b"a"), (2, b"b")]


def test_a_blank_line_keeps_its_number() -> None:
    assert cut(b"a\n\nb\n") == [(1, b"a"), (2, b""), (3, b"b")]


@given(st.binary(max_size=60).map(lambda raw: raw.replace(b"\x00", b"\n")), st.lists(st.integers(0, 60), max_size=6))
def test_chunking_never_changes_the_lines(data: bytes, cuts: list[int]) -> None:
    assert cut(data, tuple(cuts)) == list(enumerate(data.splitlines(), 1))


@given(
    st.lists(st.sampled_from([b"", b"ab", b"0123456789", b"0123456789x", b"y" * 40]), max_size=8),
    st.lists(st.integers(0, 300), max_size=8),
)
def test_a_line_over_the_limit_is_marked_whatever_the_chunks(lines: list[bytes], cuts: list[int]) -> None:
    expected = [(number, line if len(line) <= 10 else None) for number, line in enumerate(lines, 1)]
    assert cut(b"".join(line + b"\r\n" for line in lines), tuple(cuts), limit_bytes=10) == expected


def test_the_line_after_one_that_is_too_long_is_whole() -> None:
    assert cut(b"x" * 30 + b"\nnext\n", cuts=(12, 20, 30), limit_bytes=10) == [(1, None), (2, b"next")]


def test_a_last_line_that_is_too_long_is_marked_at_the_end() -> None:
    assert cut(b"x" * 30, cuts=(15,), limit_bytes=10) == [(1, None)]


def refuse(number: int, text: bytes, doubts: list[Rejection]) -> Report | Rejection:
    """Refuse every line for the reason it names, with one doubt each."""
    doubts.append(Rejection(Reject.RANGE, number, "track"))
    return Rejection(Reject(text.decode()), number)


def test_the_doubts_of_a_refused_line_are_not_counted_twice() -> None:
    assert decoded([(1, b"framing")], refuse).doubtful == ()


def test_the_doubts_of_a_line_without_position_stand_because_it_was_used() -> None:
    assert len(decoded([(1, b"no position")], refuse).doubtful) == 1


def test_blank_lines_are_nobodys_line() -> None:
    assert decoded([(1, b""), (2, b" \t")], refuse) == Decoded(())


def test_only_what_cannot_be_decoded_at_the_end_was_cut_off() -> None:
    last = broken_off(decoded([(1, b"framing"), (2, b"no identity")], refuse))
    assert [each.reason for each in last.rejections] == [Reject.TRUNCATED, Reject.NO_IDENTITY]
