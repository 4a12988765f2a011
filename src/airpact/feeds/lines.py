"""Line formats: cutting a stream of bytes into numbered lines in bounded memory, and one outcome for each line.

A line ends with LF, CR LF or CR, also mixed in one stream and also when CR LF falls on two chunks. A line longer
than the limit is skipped to its end and handed on as None, so that it is counted instead of held.
"""

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

import msgspec

from airpact.feeds.report import Decoded, Reject, Rejection, Report

# A recorded position is under 1 KiB and an SBS line under 200 bytes: 64 KiB leaves room for any fuller report
# and keeps a damaged or hostile stream from taking memory.
LINE_LIMIT_BYTES: Final = 64 * 1024

NumberedLine: TypeAlias = tuple[int, bytes | None]  # 1-based number, text without its ending; None = too long
Judge: TypeAlias = Callable[[int, bytes, list[Rejection]], Report | Rejection]


class LineCutter:
    """Takes chunks, gives complete lines; holds at most one unfinished line of `limit_bytes`."""

    __slots__ = ("_after_cr", "_limit_bytes", "_number", "_partial", "_skipping")

    def __init__(self, limit_bytes: int = LINE_LIMIT_BYTES) -> None:
        """Start before the first line."""
        self._limit_bytes = limit_bytes
        self._number = 0
        self._partial = b""
        self._skipping = False  # inside a line already known to be too long
        self._after_cr = False  # the last chunk ended with CR: a leading LF belongs to it

    def push(self, data: bytes) -> list[NumberedLine]:
        """Return the lines completed by `data`, in order."""
        if self._after_cr and data[:1] == b"\n":
            data, self._after_cr = data[1:], False
        if not data:
            return []
        self._after_cr = data.endswith(b"\r")
        pieces: list[bytes | None] = list((self._partial + data).splitlines())
        rest = b"" if data[-1] in b"\r\n" else pieces.pop() or b""
        if self._skipping and pieces:
            pieces[0], self._skipping = None, False
        self._skipping = self._skipping or len(rest) > self._limit_bytes
        self._partial = b"" if self._skipping else rest
        return [self._numbered(piece) for piece in pieces]

    def finish(self) -> list[NumberedLine]:
        """Return the last line if the stream ended without a line ending; the cutter is then at a line start."""
        rest, skipping = self._partial, self._skipping
        self._partial, self._skipping = b"", False
        return [self._numbered(None if skipping else rest)] if rest or skipping else []

    def _numbered(self, piece: bytes | None) -> NumberedLine:
        self._number += 1
        return self._number, None if piece is None or len(piece) > self._limit_bytes else piece


def decoded(lines: Iterable[NumberedLine], judge: Judge) -> Decoded:
    """Return exactly one report or rejection for every line that is not blank.

    A refused line counts once, so what `judge` doubted in it is dropped; but a line without a position was used,
    and its doubts stand.
    """
    reports: list[Report] = []
    rejections: list[Rejection] = []
    doubts: list[Rejection] = []
    for number, text in lines:
        if text is None:
            rejections.append(Rejection(Reject.TOO_LONG, number))
            continue
        if not text.strip():
            continue
        noted = len(doubts)
        outcome = judge(number, text, doubts)
        if isinstance(outcome, Report):
            reports.append(outcome)
            continue
        rejections.append(outcome)
        if outcome.reason is not Reject.NO_POSITION:
            del doubts[noted:]
    return Decoded(tuple(reports), tuple(rejections), tuple(doubts))


def broken_off(last: Decoded) -> Decoded:
    """Return the outcome of a last line without an ending: what cannot be decoded there was cut off."""
    return msgspec.structs.replace(last, rejections=tuple(map(_cut, last.rejections)))


def _cut(rejection: Rejection) -> Rejection:
    if rejection.reason is not Reject.FRAMING:
        return rejection
    return msgspec.structs.replace(rejection, reason=Reject.TRUNCATED)
