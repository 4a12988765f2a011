"""Watching a file: read when it changed, said to be unchanged when not, an error when it is gone."""

import asyncio
import os
from pathlib import Path

import pytest

from airpact.feeds.report import FeedBatch
from airpact.node.readers import FeedConfig, FeedKind, file
from airpact.node.readers.file import read_file
from tests.node.readers.sources import document, running


def config(path: Path) -> FeedConfig:
    """Return a fast watch of a file."""
    return FeedConfig("roof", FeedKind.READSB, path=str(path), period_s=0.05)


def replace(path: Path, data: bytes) -> None:
    """Replace a file as readsb does: write beside it, then rename."""
    beside = path.with_suffix(".tmp")
    beside.write_bytes(data)
    beside.replace(path)


def test_each_change_is_read_once_and_a_file_left_alone_is_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "aircraft.json"

    async def scene() -> list[FeedBatch]:
        replace(path, document(998.0, "4ca2d6"))
        async with running(read_file, config(path)) as sink:
            await sink.wait(lambda batch: batch.unchanged)
            replace(path, document(999.0, "4ca2d6"))
            await sink.wait(lambda batch: batch.reports and batch.reports[0].valid_s == 998.5)
            return list(sink.batches)

    assert sum(len(batch.reports) for batch in asyncio.run(scene())) == 2


def test_a_file_rewritten_with_the_same_content_is_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "aircraft.json"

    async def scene() -> list[FeedBatch]:
        replace(path, document(998.0, "4ca2d6"))
        async with running(read_file, config(path)) as sink:
            await sink.wait(lambda batch: batch.reports)
            replace(path, document(998.0, "4ca2d6"))
            await sink.wait(lambda batch: batch.unchanged)
            return list(sink.batches)

    assert sum(len(batch.reports) for batch in asyncio.run(scene())) == 1


def test_a_missing_file_is_an_error_until_it_appears(tmp_path: Path) -> None:
    path = tmp_path / "aircraft.json"

    async def scene() -> FeedBatch:
        async with running(read_file, config(path)) as sink:
            error = await sink.wait(lambda batch: batch.error)
            replace(path, document(998.0, "4ca2d6"))
            await sink.wait(lambda batch: batch.reports)
            return error

    error = asyncio.run(scene()).error
    assert str(path) in error
    assert "check that the receiver writes it" in error


def test_a_broken_file_that_is_left_alone_stays_an_error(tmp_path: Path) -> None:
    path = tmp_path / "aircraft.json"
    path.write_bytes(b"half a")

    async def scene() -> list[FeedBatch]:
        async with running(read_file, config(path)) as sink:
            await sink.wait(lambda batch: len(sink.batches) >= 3)
            return list(sink.batches)

    assert all(batch.error and not batch.unchanged for batch in asyncio.run(scene()))


def test_a_file_over_the_size_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "aircraft.json"
    path.write_bytes(document(998.0, "4ca2d6"))
    monkeypatch.setattr(file, "SIZE_LIMIT_BYTES", 10)

    async def scene() -> FeedBatch:
        async with running(read_file, config(path)) as sink:
            return await sink.wait(lambda batch: batch.error)

    assert "larger than" in asyncio.run(scene()).error


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "aircraft.json"
    path.write_bytes(document(998.0))
    path.chmod(0)

    async def scene() -> FeedBatch:
        async with running(read_file, config(path)) as sink:
            return await sink.wait(lambda batch: batch.error)

    assert "Permission denied" in asyncio.run(scene()).error
