"""Polls a source of whole documents (readsb `aircraft.json`): over HTTP here, from disk in `file`.

Every period gives exactly one batch: reports, "unchanged" (the source answered with what it said before), or the
error that kept it from answering. An unreachable source is never an empty sky.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from math import nan
from typing import Final

import httpx

from airpact.feeds import readsb
from airpact.feeds.report import FeedBatch, doubtful_by_field, rejected_by_reason
from airpact.node.readers.config import SIZE_LIMIT_BYTES, FeedConfig, Outlet, UnreadableError

# Decoding 1 MiB takes about 10 ms; what is larger goes to a thread, so that the loop keeps its other sockets.
DECODED_ON_LOOP_BYTES: Final = 1024 * 1024

Fetch = Callable[[], Awaitable[bytes | None]]  # None = known to be unchanged; raises UnreadableError


@dataclass(frozen=True, slots=True)
class _Last:
    """What the document before said, to tell a frozen source and a repeated position."""

    data: bytes = b""
    now_s: float = nan
    fixes: Mapping[str, readsb.Fix] = field(default_factory=dict)
    error: str = ""  # an error page that stays the same is still an error, not a frozen source

    def again(self, feed: str, received_s: float) -> FeedBatch:
        """Return the batch for a source that says this once more."""
        return FeedBatch(feed, received_s, unchanged=not self.error, error=self.error)


async def read_http(config: FeedConfig, outlet: Outlet) -> None:
    """Poll `config.url` for ever."""
    # Proxy settings of whoever started the desk must not decide where surveillance data comes from.
    async with httpx.AsyncClient(timeout=config.timeout_s, follow_redirects=True, trust_env=False) as client:
        await poll(config, outlet, lambda: _get(client, config.url))


async def poll(config: FeedConfig, outlet: Outlet, fetch: Fetch) -> None:
    """Fetch, decode and deliver once a period for ever; a slow answer delays the next question, never doubles it."""
    loop = asyncio.get_running_loop()
    last = _Last()
    while True:
        started_s = loop.time()
        try:
            async with asyncio.timeout(config.timeout_s):
                data = await fetch()
        except TimeoutError:
            outlet.fail(config, f"{config.address}: no full answer within {config.timeout_s:g} s")
        except UnreadableError as error:
            outlet.fail(config, f"{config.address}: {error}")
        else:
            batch, last = await _batch(config, data, last, outlet.now_s())
            outlet.sink(batch)
        await asyncio.sleep(max(0.0, started_s + config.period_s - loop.time()))


async def _batch(config: FeedConfig, data: bytes | None, last: _Last, received_s: float) -> tuple[FeedBatch, _Last]:
    if data is None or data == last.data:
        return last.again(config.name, received_s), last
    if len(data) > DECODED_ON_LOOP_BYTES:
        document = await asyncio.to_thread(_decode, data, config.name, received_s, last.fixes)
    else:
        document = _decode(data, config.name, received_s, last.fixes)
    if document.now_s == last.now_s:
        return last.again(config.name, received_s), last
    error = "" if document.now_s == document.now_s else _not_a_document(config, document)
    batch = FeedBatch(
        config.name,
        received_s,
        document.reports,
        rejected_by_reason(document.rejections),
        error=error,
        clock_offset_s=document.now_s - received_s,
        doubtful=doubtful_by_field(document.doubtful),
    )
    return batch, _Last(data, document.now_s, document.fixes, error)


def _decode(data: bytes, feed: str, received_s: float, fixes: Mapping[str, readsb.Fix]) -> readsb.Document:
    return readsb.decode(data, feed=feed, received_s=received_s, fixes=fixes)


def _not_a_document(config: FeedConfig, document: readsb.Document) -> str:
    why = next((rejection.detail for rejection in document.rejections if rejection.line == 0), "")
    return f"{config.address}: not a usable aircraft.json: {why or 'it states no time (`now`)'}"


async def _get(client: httpx.AsyncClient, url: str) -> bytes:
    """Return the body of a 200 answer; raises UnreadableError in words that say what to check."""
    try:
        async with client.stream("GET", url) as answer:
            if answer.status_code != httpx.codes.OK:
                raise UnreadableError(
                    f"answered {answer.status_code} {answer.reason_phrase}; check the path in the address"
                )
            return await _limited(answer)
    except httpx.TimeoutException as error:
        raise UnreadableError("no answer in time; check that the receiver runs and the network between") from error
    except httpx.ConnectError as error:
        raise UnreadableError(f"cannot connect ({error}); check that the receiver runs and the address") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise UnreadableError(f"broken answer ({type(error).__name__}: {error})") from error


async def _limited(answer: httpx.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in answer.aiter_bytes():
        size += len(part)
        if size > SIZE_LIMIT_BYTES:
            raise UnreadableError(
                f"the answer is larger than {SIZE_LIMIT_BYTES // 2**20} MiB; this is no aircraft.json"
            )
        parts.append(part)
    return b"".join(parts)
