"""Choosing a reader, and keeping it alive."""

import asyncio

import pytest

from airpact.feeds.report import FeedBatch
from airpact.node import readers
from airpact.node.errors import OperatingError
from airpact.node.readers import FeedConfig, FeedKind, Outlet, open_reader, run_reader
from airpact.node.readers.config import Transport
from tests.node.readers.sources import running

FEED = FeedConfig("roof", FeedKind.READSB, path="/nowhere/aircraft.json")


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        (FeedKind.READSB, {"host": "a", "port": 1}),
        (FeedKind.SBS, {"url": "http://a/b"}),
        (FeedKind.SBS, {"path": "/x"}),
        (FeedKind.POSITIONS, {"path": "/x"}),
    ],
)
def test_a_kind_that_does_not_come_that_way_is_refused_with_what_does(
    kind: FeedKind, address: dict[str, object]
) -> None:
    with pytest.raises(OperatingError) as caught:
        open_reader(FeedConfig("roof", kind, **address))  # type: ignore[arg-type]
    assert "roof" in caught.value.what
    assert any(transport.value in caught.value.remedy for transport in Transport)


def test_every_kind_can_be_read_somehow() -> None:
    assert {kind for kind, _ in readers.READERS} == set(FeedKind)


def test_a_fault_in_a_reader_is_the_feeds_error_and_it_starts_again(monkeypatch: pytest.MonkeyPatch) -> None:
    starts = 0

    async def faulty(config: FeedConfig, outlet: Outlet) -> None:
        nonlocal starts
        starts += 1
        raise ZeroDivisionError("no such place")

    monkeypatch.setitem(readers.READERS, (FeedKind.READSB, Transport.FILE), faulty)
    monkeypatch.setattr(readers, "back_off_s", lambda attempt, jitter: 0.001)

    async def scene() -> FeedBatch:
        async with running(run_reader, FEED) as sink:
            await sink.wait(lambda batch: starts >= 3)
            return sink.batches[0]

    batch = asyncio.run(scene())
    assert (batch.feed, batch.reports) == ("roof", ())
    assert "ZeroDivisionError: no such place" in batch.error


def test_a_reader_ends_when_it_is_cancelled() -> None:
    async def scene() -> bool:
        async with running(run_reader, FEED) as sink:
            await sink.wait(lambda batch: batch.error)
        return True

    assert asyncio.run(scene())
