"""Polling over HTTP: one batch a period, and "could not ask" never reads as "no traffic"."""

import asyncio
import socket
from collections.abc import Awaitable

import pytest

from airpact.feeds.report import FeedBatch
from airpact.node.readers import FeedConfig, FeedKind, poll
from airpact.node.readers.poll import read_http
from tests.node.readers.sources import Handler, document, http, running, serving


def config(port: int, timeout_s: float = 5.0) -> FeedConfig:
    """Return a fast poll of a local server."""
    url = f"http://127.0.0.1:{port}/data/aircraft.json"
    return FeedConfig("roof", FeedKind.READSB, url=url, period_s=0.05, timeout_s=timeout_s)


def first_error(handler: Handler, timeout_s: float = 5.0) -> FeedBatch:
    """Return the first batch with an error that polling this server gives."""

    async def scene() -> FeedBatch:
        async with serving(handler) as port, running(read_http, config(port, timeout_s)) as sink:
            return await sink.wait(lambda batch: batch.error)

    return asyncio.run(scene())


def test_aircraft_arrive_with_the_offset_of_the_sources_clock() -> None:
    async def scene() -> FeedBatch:
        async with serving(http(document(998.5, "4ca2d6"))) as port, running(read_http, config(port)) as sink:
            return await sink.wait(lambda batch: batch.reports)

    batch = asyncio.run(scene())
    assert (batch.feed, batch.error, batch.unchanged) == ("roof", "", False)
    assert batch.clock_offset_s == pytest.approx(-1.5)
    assert [(report.id, report.valid_s, report.received_s) for report in batch.reports] == [("4ca2d6", 998.0, 1000.0)]


def test_a_frozen_source_is_said_to_be_unchanged_and_its_reports_come_once() -> None:
    async def scene() -> list[FeedBatch]:
        async with serving(http(document(999.0, "4ca2d6"))) as port, running(read_http, config(port)) as sink:
            await sink.wait(lambda batch: batch.unchanged)
            return list(sink.batches)

    batches = asyncio.run(scene())
    assert sum(len(batch.reports) for batch in batches) == 1
    assert batches[-1].error == ""


def test_a_source_whose_time_stands_still_is_unchanged_though_its_bytes_differ() -> None:
    async def scene() -> FeedBatch:
        stuck = document(999.0, "4ca2d6").replace(b'"now"', b'"messages": 7, "now"')
        async with serving(http(document(999.0, "4ca2d6"), stuck)) as port, running(read_http, config(port)) as sink:
            return await sink.wait(lambda batch: batch.unchanged)

    assert asyncio.run(scene()).reports == ()


def test_an_empty_sky_is_neither_an_error_nor_unchanged() -> None:
    async def scene() -> FeedBatch:
        async with serving(http(document(999.0))) as port, running(read_http, config(port)) as sink:
            return await sink.wait(lambda batch: True)

    batch = asyncio.run(scene())
    assert (batch.reports, batch.error, batch.unchanged) == ((), "", False)


def test_an_unreachable_source_is_an_error_every_period() -> None:
    async def scene() -> list[FeedBatch]:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers here
            async with running(read_http, config(taken.getsockname()[1])) as sink:
                await sink.wait(lambda batch: len(sink.batches) >= 3)
                return list(sink.batches)

    for batch in asyncio.run(scene()):
        assert "cannot connect" in batch.error
        assert "check that the receiver runs" in batch.error
        assert batch.reports == ()


def test_a_source_that_comes_back_is_read_again() -> None:
    async def scene() -> bool:
        answers = iter([b"<html>starting</html>", document(999.0, "4ca2d6")])
        body = next(answers)

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal body
            await http(body)(reader, writer)
            body = next(answers, body)

        async with serving(handle) as port, running(read_http, config(port)) as sink:
            await sink.wait(lambda batch: batch.error)
            return bool(await sink.wait(lambda batch: batch.reports))

    assert asyncio.run(scene())


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Accept a connection and never answer."""
    await asyncio.sleep(60.0)


async def dribbling(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer a byte at a time, each within any timeout between bytes."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def lying(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Promise more than is sent."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{")


async def hanging_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close without a word."""


@pytest.mark.parametrize(
    ("handler", "words"),
    [
        (silent, "in time"),
        (dribbling, "within 0.3 s"),
        (lying, "broken answer"),
        (hanging_up, "broken answer"),
        (http(b"", status="404 Not Found"), "answered 404"),
        (http(b"<html>"), "not a usable aircraft.json"),
        (http(b'{"aircraft": []}'), "states no time"),
    ],
    ids=["silent", "dribbling", "lying", "hanging up", "404", "html", "no time"],
)
def test_every_bad_answer_is_an_error_in_words(handler: Handler, words: str) -> None:
    batch = first_error(handler, timeout_s=0.3)
    # Both the connection's and the whole answer's limit may strike first when nothing comes at all.
    assert words in batch.error or (handler is silent and "within 0.3 s" in batch.error)
    assert "127.0.0.1" in batch.error
    assert (batch.reports, batch.unchanged) == ((), False)


def test_an_error_page_that_stays_the_same_stays_an_error() -> None:
    async def scene() -> list[FeedBatch]:
        async with serving(http(b"<html>")) as port, running(read_http, config(port)) as sink:
            await sink.wait(lambda batch: len(sink.batches) >= 3)
            return list(sink.batches)

    batches = asyncio.run(scene())
    assert all(batch.error and not batch.unchanged for batch in batches)
    # The page was refused once, not once a period.
    assert sum(batch.rejected.get("framing", 0) for batch in batches) == 1


def test_an_answer_over_the_size_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll, "SIZE_LIMIT_BYTES", 100)
    assert "larger than" in first_error(http(document(999.0, "4ca2d6") + b" " * 200)).error


def test_a_large_document_is_decoded_beside_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll, "DECODED_ON_LOOP_BYTES", 10)
    threads: list[bool] = []
    to_thread = asyncio.to_thread

    def counted(*call: object) -> Awaitable[object]:
        threads.append(True)
        return to_thread(*call)  # type: ignore[arg-type]

    monkeypatch.setattr(asyncio, "to_thread", counted)

    async def scene() -> FeedBatch:
        async with serving(http(document(999.0, "4ca2d6"))) as port, running(read_http, config(port)) as sink:
            return await sink.wait(lambda batch: batch.reports)

    assert len(asyncio.run(scene()).reports) == 1
    assert threads
