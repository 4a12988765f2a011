"""Line feeds over TCP: what comes is gathered, a broken or silent line is said and tried again."""

import asyncio
import json
import socket

import pytest

from airpact.feeds.report import FeedBatch
from airpact.node.readers import FeedConfig, FeedKind, tcp
from airpact.node.readers.tcp import BACK_OFF_MAX_S, BACK_OFF_MIN_S, back_off_s, read_tcp
from tests.node.readers.sources import Handler, Sink, running, serving

POSITION = "MSG,3,1,1,{id},1,2026/03/01,12:00:00.{ms:03d},,,,37000,,,51.45735,-1.02826,,,0,0,0,0\r\n"


def line(number: int = 0) -> bytes:
    """Return one of many position lines, each its own aircraft."""
    return POSITION.format(id=f"{0x4CA000 + number:06x}", ms=number % 1000).encode()


def config(port: int, kind: FeedKind = FeedKind.SBS, silent_s: float = 20.0) -> FeedConfig:
    """Return a feed on a local port."""
    return FeedConfig("tower", kind, host="127.0.0.1", port=port, timeout_s=5.0, silent_s=silent_s)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "BACK_OFF_MIN_S", 0.02)


def sending(*parts: bytes, then: float = 60.0) -> Handler:
    """Return a handler that sends some parts with a pause after each and then says nothing for `then` seconds."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.01)
        await asyncio.sleep(then)

    return handle


def listen(handler: Handler, until: str, **more: object) -> list[FeedBatch]:
    """Listen to a server until a batch has something in the named attribute; return all batches."""

    async def scene() -> list[FeedBatch]:
        async with serving(handler) as port, running(read_tcp, config(port, **more)) as sink:  # type: ignore[arg-type]
            await sink.wait(lambda batch: getattr(batch, until))
            return list(sink.batches)

    return asyncio.run(scene())


def test_lines_cut_anywhere_arrive_whole() -> None:
    data = line(1) + line(2)

    async def scene() -> Sink:
        handler = sending(*(data[at : at + 7] for at in range(0, len(data), 7)))
        async with serving(handler) as port, running(read_tcp, config(port)) as sink:
            await sink.wait(lambda batch: any(report.id == "4ca002" for report in batch.reports))
            return sink

    batches = asyncio.run(scene()).batches
    assert [report.id for batch in batches for report in batch.reports] == ["4ca001", "4ca002"]
    assert not any(batch.error or batch.rejected for batch in batches)


def test_refused_lines_are_counted() -> None:
    batches = listen(sending(b"junk\r\nMSG,8\r\n"), "rejected")
    assert sum(batch.rejected.get("framing", 0) for batch in batches) == 2


def test_lines_that_cannot_be_read_are_no_sign_of_life() -> None:
    """The binary port in place of the text port must not look like a feed that works."""
    batches = listen(sending(b"\x1a\x32\x00\x8d\n" * 5), "rejected")
    assert "cannot be read as sbs" in batches[0].error
    assert not any(batch.error for batch in listen(sending(b"MSG,8\r\n" + line()), "reports"))


def test_bytes_that_never_end_a_line_are_silence() -> None:
    async def scene() -> list[FeedBatch]:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while True:
                writer.write(b"x" * 1000)
                await asyncio.sleep(0.01)

        async with serving(handle) as port, running(read_tcp, config(port, silent_s=0.3)) as sink:
            await sink.wait(lambda batch: "no line came" in batch.error)
            return list(sink.batches)

    assert asyncio.run(scene())


def test_a_burst_arrives_in_few_batches() -> None:
    burst = b"".join(line(number) for number in range(2000))

    async def scene() -> list[FeedBatch]:
        async with serving(sending(burst)) as port, running(read_tcp, config(port)) as sink:
            await sink.wait(lambda batch: sum(len(each.reports) for each in sink.batches) == 2000)
            return list(sink.batches)

    # Under load the burst may be read over several gathering times, never a batch a chunk or a line.
    assert len(asyncio.run(scene())) <= 20


def test_recorded_positions_may_come_live() -> None:
    data = json.dumps({"now": 999, "hex": "4ca2d6", "lat": 1.0, "lon": 2.0}).encode() + b"\n"
    (report,) = listen(sending(data), "reports", kind=FeedKind.POSITIONS)[0].reports
    assert (report.valid_s, report.received_s) == (999.0, 1000.0)


def test_a_silent_connection_is_lost_and_tried_again() -> None:
    connections = 0

    async def scene() -> list[FeedBatch]:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal connections
            connections += 1
            await asyncio.sleep(60.0)

        async with serving(handle) as port, running(read_tcp, config(port, silent_s=0.1)) as sink:
            await sink.wait(lambda batch: connections >= 2)
            return list(sink.batches)

    batches = asyncio.run(scene())
    assert "no line came for 0.1 s" in batches[0].error
    assert batches[0].reports == ()


def test_a_connection_that_falls_silent_gives_what_came_first() -> None:
    batches = listen(sending(line()), "error", silent_s=0.3)
    assert len(batches[0].reports) == 1
    assert "no line came" in batches[-1].error


def test_a_closed_connection_is_said_and_the_broken_line_counted() -> None:
    batches = listen(sending(line(1) + line(2)[:30], then=0.0), "error")
    assert "closed the connection" in batches[-1].error
    assert sum(len(batch.reports) for batch in batches) == 1
    assert sum(batch.rejected.get("truncated", 0) for batch in batches) == 1


def test_the_reader_comes_back_to_a_receiver_that_restarts() -> None:
    async def scene() -> int:
        async with serving(sending(line(), then=0.0)) as port, running(read_tcp, config(port)) as sink:
            # Each connection is a new one to the decoder: the same line is no duplicate.
            await sink.wait(lambda batch: sum(len(each.reports) for each in sink.batches) >= 3)
            return len(sink.batches)

    assert asyncio.run(scene()) >= 3


def test_a_port_where_nobody_listens_is_an_error_each_time() -> None:
    async def scene() -> list[FeedBatch]:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            async with running(read_tcp, config(taken.getsockname()[1])) as sink:
                await sink.wait(lambda batch: len(sink.batches) >= 2)
                return list(sink.batches)

    for batch in asyncio.run(scene()):
        assert "cannot connect" in batch.error
        assert "127.0.0.1:" in batch.error


def test_waiting_doubles_up_to_a_limit_and_chance_spreads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "BACK_OFF_MIN_S", BACK_OFF_MIN_S)
    assert [back_off_s(attempt, 0.0) for attempt in range(4)] == [1.0, 2.0, 4.0, 8.0]
    assert back_off_s(10_000, 0.0) == BACK_OFF_MAX_S
    assert back_off_s(0, 0.999) > 0.5
