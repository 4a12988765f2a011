"""Real sockets and real TLS: who may connect, what is refused and why, one live connection, and who does not read."""

import asyncio
import ssl
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.node.clock import SystemClock
from airpact.node.errors import OperatingError
from airpact.node.peers import transport
from airpact.node.peers.peer import BY_FILE
from airpact.node.peers.tls import Pins, pinned
from airpact.node.peers.transport import (
    BACKOFF_MAX_S,
    DOES_NOT_READ,
    SILENT_S,
    Channel,
    Network,
    gives_way,
    parse_address,
    pause_s,
    spoken_address,
)
from tests.node.fakes import ManualClock
from tests.node.peers.certificates import Holder, holder, pins_both, renewed
from tests.node.peers.networks import Side, Told, play, running

DAY_S = 86_400.0


@pytest.fixture
def ctf(tmp_path: Path) -> Holder:
    return holder(tmp_path, "ctf")


@pytest.fixture
def nag(tmp_path: Path) -> Holder:
    return holder(tmp_path, "nag")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let back-off take no time: what is tested is that a call is made again."""
    monkeypatch.setattr(transport, "BACKOFF_MAX_S", 0.01)


def test_two_pinned_parties_are_connected_know_each_other_and_exchange_bytes(ctf: Holder, nag: Holder) -> None:
    async def scenario() -> None:
        here, there = Side(ctf), Side(nag)
        here.trust(nag.peer(there.address))
        there.trust(ctf.peer())
        async with running(here, there):
            mine, theirs = await here.told.next("opened"), await there.told.next("opened")
            assert (mine.party, theirs.party) == ("nag", "ctf")
            mine.send(b"to nag")
            assert await there.told.next("received") == (theirs, b"to nag")
            theirs.send(b"to ctf")
            assert await here.told.next("received") == (mine, b"to ctf")
            assert here.told.all_refused == there.told.all_refused == []

    play(scenario)


def test_a_large_message_comes_in_bounded_reads(ctf: Holder, nag: Holder) -> None:
    async def scenario() -> None:
        here, there = Side(ctf), Side(nag)
        here.trust(nag.peer(there.address))
        there.trust(ctf.peer())
        sent = bytes(range(256)) * 4096
        async with running(here, there):
            (await here.told.next("opened")).send(sent)
            came = b""
            while len(came) < len(sent):
                _, part = await there.told.next("received")
                assert len(part) <= transport.READ_BYTES
                came += part
            assert came == sent

    play(scenario)


Visit = Callable[[str, int], Coroutine[Any, Any, None]]


def tls_visit(pins: Callable[[], ssl.SSLContext]) -> Visit:
    async def visit(host: str, port: int) -> None:
        try:
            reader, writer = await asyncio.open_connection(host, port, ssl=pins(), server_hostname="")
            await reader.read()  # TLS 1.3: a client is connected before it is judged
            writer.close()
        except OSError:
            pass

    return visit


def raw_visit(data: bytes) -> Visit:
    async def visit(host: str, port: int) -> None:
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(data)
        if not data:
            writer.close()
            return
        await reader.read()
        writer.close()

    return visit


def without_certificate(newest: ssl.TLSVersion) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode, context.maximum_version = False, ssl.CERT_NONE, newest
    return context


def visits(folder: Path, server: Holder) -> dict[str, tuple[Visit, Holder | None]]:
    """Return each way to come in vain, and who must be pinned for it."""
    ended, early = holder(folder, "ended", (-9, -1)), holder(folder, "early", (1, 9))
    stranger, issuer = holder(folder, "stranger"), holder(folder, "issuer")
    issued = holder(folder, "issued", issuer=issuer)

    def by(who: Holder) -> Visit:
        return tls_visit(lambda: who.trusting(server.peer()).client)

    return {
        "certificate not pinned": (by(stranger), None),
        "certificate expired": (by(ended), ended),
        "certificate not yet valid": (by(early), early),
        "certificate not pinned ": (by(issued), issuer),
        "no certificate": (tls_visit(lambda: without_certificate(ssl.TLSVersion.TLSv1_3)), None),
        "older than TLS 1.3": (tls_visit(lambda: without_certificate(ssl.TLSVersion.TLSv1_2)), None),
        "not TLS: a plain HTTP request": (raw_visit(b"GET / HTTP/1.1\r\nHost: nag\r\n\r\n"), None),
        "not TLS": (raw_visit(bytes(range(7, 207))), None),
    }


REASONS = [
    "certificate not pinned", "certificate expired", "certificate not yet valid", "certificate not pinned ",
    "no certificate", "older than TLS 1.3", "not TLS: a plain HTTP request", "not TLS",
]  # fmt: skip


@pytest.mark.parametrize("reason", REASONS)
def test_who_is_not_a_pinned_party_is_refused_with_time_address_and_reason(
    reason: str, ctf: Holder, tmp_path: Path
) -> None:
    visit, known = visits(tmp_path, ctf)[reason]

    async def scenario() -> None:
        clock = ManualClock()
        side = Side(ctf, clock)
        side.trust(*([known.peer()] if known else []))
        async with running(side):
            visiting = asyncio.create_task(visit(*parse_address(side.address)))
            refused = await side.told.next("refused")
            assert (refused.at_s, refused.party, refused.reason) == (clock.now_s(), "", reason.strip())
            assert refused.address.startswith("127.0.0.1:")
            assert refused.detail
            await visiting
            assert side.told.channels == []

    play(scenario)


@pytest.mark.parametrize("said", [b"", b"\x16\x03\x01\x02\x00\x01"], ids=["nothing", "half a hello"])
def test_who_only_goes_away_is_counted_and_not_among_the_refused(said: bytes, ctf: Holder) -> None:
    async def scenario() -> None:
        side = Side(ctf)
        side.trust()
        async with running(side):
            for lost in range(20):  # as a scan of ports does
                _, writer = await asyncio.open_connection(*parse_address(side.address))
                writer.write(said)
                writer.close()
                async with asyncio.timeout(20):
                    while side.network.handshakes_lost <= lost:
                        await asyncio.sleep(0.001)
            assert side.told.all_refused == []

    play(scenario)


def test_a_handshake_that_stalls_is_counted_and_keeps_nobody_else_out(
    ctf: Holder, nag: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "HANDSHAKE_S", 0.3)

    async def scenario() -> None:
        here, there = Side(ctf), Side(nag)
        there.trust(ctf.peer())
        async with running(here, there):
            _, writer = await asyncio.open_connection(*parse_address(there.address))
            writer.write(b"\x16\x03\x01\x02\x00\x01")  # the first bytes of a hello, and no more
            here.trust(nag.peer(there.address))
            assert (await there.told.next("opened")).party == "ctf"
            async with asyncio.timeout(20):
                while not there.network.handshakes_lost:
                    await asyncio.sleep(0.01)
            assert there.told.all_refused == []
            writer.close()

    play(scenario)


def test_one_host_cannot_hold_more_than_its_share_of_unfinished_handshakes(
    ctf: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "HANDSHAKES_PER_HOST_MAX", 2)

    async def scenario() -> None:
        side = Side(ctf)
        side.trust()
        async with running(side):
            lines = [await asyncio.open_connection(*parse_address(side.address)) for _ in range(3)]
            assert (await side.told.next("refused")).reason == "too many unfinished handshakes"
            assert await lines[2][0].read() == b""
            for _, writer in lines:
                writer.close()

    play(scenario)


def test_a_called_address_must_answer_with_a_pinned_certificate_of_the_party_that_was_called(
    ctf: Holder, nag: Holder, tmp_path: Path
) -> None:
    dark, stranger = holder(tmp_path, "dark"), holder(tmp_path, "stranger")

    async def scenario(answering: Holder, known: list[Holder], reason: str) -> None:
        here, there = Side(ctf), Side(answering)
        there.trust(ctf.peer())
        here.trust(nag.peer(there.address), *(each.peer() for each in known))
        async with running(here, there):
            refused = await here.told.next("refused")
            assert refused.reason == reason
            assert refused.address == there.address
            assert here.told.channels == []

    play(lambda: scenario(dark, [dark], "another party answers"))
    play(lambda: scenario(stranger, [], "certificate not pinned"))
    play(lambda: scenario(holder(tmp_path, "nag", (-9, -1), name="late"), [], "certificate not pinned"))


def test_a_party_kept_by_file_is_not_linked_though_its_certificate_is_pinned(ctf: Holder, nag: Holder) -> None:
    async def scenario() -> None:
        here, there = Side(ctf), Side(nag)
        there.trust(ctf.peer(how=BY_FILE))
        here.trust(nag.peer(there.address))
        async with running(here, there):
            refused = await there.told.next("refused")
            assert (refused.party, refused.reason) == ("ctf", "not linked")

    play(scenario)


def test_where_both_call_at_once_one_connection_stays_and_it_is_the_same_for_both(ctf: Holder, nag: Holder) -> None:
    async def scenario() -> None:
        here, there = Side(ctf), Side(nag)
        here.trust(nag.peer(there.address))
        there.trust(ctf.peer(here.address))
        async with running(here, there):
            await here.told.next("opened")
            await there.told.next("opened")
            async with asyncio.timeout(20):
                while True:  # until what was crossing has settled and bytes pass both ways
                    for channel in (*here.told.channels, *there.told.channels):
                        channel.send(b"x")
                    if await _both_hear(here.told, there.told):
                        break
            assert len(here.told.channels) == len(there.told.channels) == 1

    async def _both_hear(one: Told, other: Told) -> bool:
        try:
            async with asyncio.timeout(0.5):
                await one.next("received")
                await other.next("received")
        except TimeoutError:
            return False
        return True

    play(scenario)


def standing(dialled: str, heard_s: float | None = 0.0) -> Channel:
    async def make() -> Channel:
        channel = Channel(Network("ctf", Told(), SystemClock()), dialled)
        channel.pin, channel.heard_s = channel.pin._replace(party="nag"), heard_s
        return channel

    return asyncio.run(make())


def test_of_two_crossing_calls_both_sides_keep_the_one_of_the_smaller_name() -> None:
    called, came = standing("nag"), standing("")
    assert not gives_way(called, came, "ctf", 1.0)  # ctf sees its own call stand
    assert gives_way(came, called, "ctf", 1.0)
    assert gives_way(called, came, "zulu", 1.0)  # a node of a greater name lets the other's call stand
    assert not gives_way(came, called, "zulu", 1.0)


def test_a_new_call_of_the_same_side_and_a_call_beside_silence_take_the_place() -> None:
    assert gives_way(standing("nag"), standing("nag"), "ctf", 1.0)
    assert gives_way(standing("nag"), standing(""), "ctf", SILENT_S + 0.1)
    assert not gives_way(standing("nag", heard_s=None), standing(""), "ctf", SILENT_S - 0.1)


def test_a_party_that_is_removed_is_cut_off_at_once(ctf: Holder, nag: Holder) -> None:
    async def scenario() -> None:
        here, there = Side(ctf), Side(nag)
        here.trust(nag.peer(there.address))
        there.trust(ctf.peer())
        async with running(here, there):
            await here.told.next("opened")
            theirs = await there.told.next("opened")
            there.trust()
            assert there.told.channels == []
            assert "pinned" in theirs.why
            await here.told.next("closed")
            assert (await there.told.next("refused")).reason == "certificate not pinned"

    play(scenario)


def test_a_certificate_rotates_while_linked_and_the_old_one_is_worth_nothing_after(
    ctf: Holder, nag: Holder, tmp_path: Path
) -> None:
    new = renewed(nag, tmp_path)

    async def scenario() -> None:
        here, there = Side(ctf), Side(nag)
        here.trust(nag.peer(there.address))
        there.trust(ctf.peer())
        async with running(here, there):
            first = await here.told.next("opened")
            here.trust(pins_both(nag, new, there.address))
            there.me = new
            there.trust(ctf.peer())
            assert here.told.channels == [first]  # nothing is cut while either is pinned
            here.trust(new.peer(there.address))
            assert "pinned" in first.why
            assert (await here.told.next("opened")).der == new.der

    play(scenario)


def test_a_connection_that_is_lost_is_made_again(ctf: Holder, nag: Holder) -> None:
    async def scenario() -> None:
        here, there = Side(ctf), Side(nag)
        here.trust(nag.peer(there.address))
        there.trust(ctf.peer())
        async with running(here, there):
            for _ in range(3):
                (await there.told.next("opened")).drop("cut by the test")
                assert (await here.told.next("closed")).why

    play(scenario)


def test_a_peer_nobody_answers_for_is_called_again_until_it_is_there(ctf: Holder, nag: Holder) -> None:
    async def scenario() -> None:
        here, there = Side(ctf), Side(nag)
        there.listener.close()
        here.trust(nag.peer(there.address))
        async with running(here):
            while "nag" not in here.network.trouble:
                await asyncio.sleep(0)
            assert there.address in here.network.trouble["nag"]
            again = Side(nag)
            again.trust(ctf.peer())
            here.trust(nag.peer(there.address, again.address))
            async with running(again):
                await here.told.next("opened")
                assert here.network.trouble == {}

    play(scenario)


def test_a_peer_that_does_not_read_is_dropped(ctf: Holder, nag: Holder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "WRITE_BYTES_MAX", 1 << 20)

    async def scenario() -> None:
        here, there = Side(ctf), Side(nag)
        here.trust(nag.peer(there.address))
        there.trust(ctf.peer())
        async with running(here, there):
            mine = await here.told.next("opened")
            (await there.told.next("opened")).hold(True)
            for _ in range(2000):
                mine.send(bytes(64 * 1024))
                if mine.why:
                    break
                await asyncio.sleep(0)
            assert mine.why == DOES_NOT_READ

    play(scenario)


def test_a_peer_that_stays_late_is_dropped_after_a_while_and_the_refusal_names_it(
    ctf: Holder, nag: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "STALL_S", 0.0)

    async def scenario() -> None:
        here, there = Side(ctf), Side(nag)
        here.trust(nag.peer(there.address))
        there.trust(ctf.peer())
        async with running(here, there):
            mine = await here.told.next("opened")
            (await there.told.next("opened")).hold(True)
            here.network.tick()
            assert not mine.why  # it reads, as far as anyone can tell
            while not mine.late:
                mine.send(bytes(64 * 1024))
                await asyncio.sleep(0)
            await asyncio.sleep(0.01)
            here.network.tick()
            refused = await here.told.next("refused")
            assert (refused.party, refused.reason) == ("nag", DOES_NOT_READ)
            assert mine.why == DOES_NOT_READ

    play(scenario)


def test_a_connection_ends_when_the_certificate_it_began_with_does(ctf: Holder, nag: Holder) -> None:
    async def scenario() -> None:
        clock = ManualClock(SystemClock().now_s())
        here, there = Side(ctf, clock), Side(nag)
        here.trust(nag.peer(there.address))
        there.trust(ctf.peer())
        async with running(here, there):
            await here.told.next("opened")
            clock.advance(31 * DAY_S)
            here.network.tick()
            refused = await here.told.next("refused")
            assert (refused.party, refused.reason) == ("nag", "certificate expired")
            await here.told.next("closed")

    play(scenario)


def test_three_parties_are_connected_each_with_each(ctf: Holder, nag: Holder, tmp_path: Path) -> None:
    tbd = holder(tmp_path, "tbd")

    async def scenario() -> None:
        sides = [Side(ctf), Side(nag), Side(tbd)]
        for side in sides:
            side.trust(*(other.me.peer(other.address) for other in sides if other is not side))
        async with running(*sides), asyncio.timeout(20):
            while not all(len(side.told.channels) == 2 for side in sides):
                await asyncio.sleep(0.005)
            assert {channel.party for channel in sides[2].told.channels} == {"ctf", "nag"}

    play(scenario)


def test_without_peers_a_context_trusts_nobody_and_a_missing_own_certificate_is_said(ctf: Holder, nag: Holder) -> None:
    pins: Pins = ctf.trusting()
    assert pins.whose(nag.der) is None
    assert pins.server.get_ca_certs() == []
    with pytest.raises(OperatingError, match=r"gone\.pem"):
        pinned([], ctf.certificate.with_name("gone.pem"), ctf.private_key)


@given(st.integers(0, 2000), st.floats(0, 1, exclude_max=True))
def test_back_off_is_jittered_over_all_of_a_growing_bound(failed: int, share: float) -> None:
    pause = pause_s(failed, share)
    assert 0 <= pause <= transport.BACKOFF_MAX_S <= BACKOFF_MAX_S
    assert pause_s(failed, share) <= pause_s(failed + 1, share)


@pytest.mark.parametrize(
    ("text", "address"), [("nag.example:8791", ("nag.example", 8791)), ("[::1]:8791", ("::1", 8791))]
)
def test_an_address_is_host_and_port(text: str, address: tuple[str, int]) -> None:
    assert parse_address(text) == address
    assert spoken_address(address) == text


@pytest.mark.parametrize("text", ["nag.example", "nag.example:", ":8791", "nag.example:0", "nag.example:70000", "a:b"])
def test_what_is_no_address_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="host:port"):
        parse_address(text)
