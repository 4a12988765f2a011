"""A new certificate over a live link: announced by one desk, pinned by the other, and used when its time has come."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from airpact.node.clock import SystemClock
from airpact.node.identity import certificate_der, read_identity
from airpact.node.peers import transport
from airpact.node.peers.pins import load_peers
from airpact.node.rotating import finish, rotate
from tests.node.peers.desks import PeerDesk, play, until


class Leaping(SystemClock):
    """The machine's clock, and the days that a test leaps over with all its desks."""

    days_s = 0.0

    def now_s(self) -> float:
        return super().now_s() + Leaping.days_s


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[PeerDesk, PeerDesk]]:
    """Return two desks that know each other and leap together."""
    monkeypatch.setattr(transport, "BACKOFF_MAX_S", 0.05)
    monkeypatch.setattr(Leaping, "days_s", 0.0)
    nag, ctf = PeerDesk(tmp_path / "nag", "NAG"), PeerDesk(tmp_path / "ctf", "CTF")
    nag.make_clock = ctf.make_clock = Leaping
    nag.knows(ctf)
    ctf.knows(nag, dials=False)
    yield nag, ctf
    for desk in (nag, ctf):
        desk.listener.close()


def pinned(at: PeerDesk, of: PeerDesk) -> tuple[bytes, ...]:
    return load_peers(at.layout, at.clock.now_s())[of.party].certificates


def seen_by(at: PeerDesk, of: PeerDesk) -> Any:
    """Return the certificate that the other side of a link shows."""
    driven = at.service._driven.get(of.party)
    return driven.channel.der if driven is not None and driven.channel is not None else None


def own(desk: PeerDesk, certificate: str) -> bytes:
    return certificate_der(desk.layout.identity / certificate)


@pytest.mark.parametrize("who", [0, 1], ids=["the one that calls", "the one that is called"])
def test_a_new_certificate_is_taken_over_the_link_and_used_without_a_restart(
    two: tuple[PeerDesk, PeerDesk], who: int
) -> None:
    one, other = two[who], two[1 - who]

    async def scenario() -> None:
        async with one.running(), other.running():
            await until(lambda: one.state(other) == other.state(one) == "linked")
            rotation = rotate(one.layout, certificate_only=True, now_s=one.clock.now_s())
            old, new = certificate_der(one.identity.certificate), own(one, rotation.certificate)
            await until(lambda: pinned(other, one) == (new, old))
            await both_hear(one, other, "announced")
            assert seen_by(other, one) == old, "the link stood"
            assert "keys.rotation" in [entry.kind for entry in one.engine.entries], "it is said at once"
            Leaping.days_s = rotation.from_s - SystemClock().now_s() + 60
            await until(lambda: own_shown(one, new))
            await both_hear(one, other, "begun")
            Leaping.days_s = rotation.old_ends_s - SystemClock().now_s() + 60
            await until(lambda: pinned(other, one) == (new,))
            await until(lambda: seen_by(other, one) == new and one.state(other) == "linked")
            await both_hear(one, other, "ended")
            assert not [row for row in other.service.table().refused if row.code == "not_taken"]

    play(scenario)


def test_a_desk_started_anew_after_the_old_certificate_ended_is_linked_with_the_new_one(
    two: tuple[PeerDesk, PeerDesk],
) -> None:
    nag, ctf = two

    async def scenario() -> None:
        async with nag.running():
            async with ctf.running():
                rotation = rotate(ctf.layout, certificate_only=True, now_s=ctf.clock.now_s())
                new = own(ctf, rotation.certificate)
                await until(lambda: new in pinned(nag, ctf))
            Leaping.days_s = rotation.old_ends_s - SystemClock().now_s() + 60
            assert finish(ctf.layout, nag.clock.now_s())
            async with ctf.running():
                await until(lambda: seen_by(nag, ctf) == new)
                await both_hear(nag, ctf, "after")

    play(scenario)


def test_a_desk_that_does_not_sign_with_new_keys_yet_neither_tells_of_them_nor_shows_their_certificate(
    two: tuple[PeerDesk, PeerDesk],
) -> None:
    nag, ctf = two

    async def scenario() -> None:
        async with nag.running(), ctf.running():
            await until(lambda: nag.state(ctf) == "linked")
            old = certificate_der(ctf.identity.certificate)
            rotation = rotate(ctf.layout, now_s=ctf.clock.now_s())
            Leaping.days_s = rotation.from_s - SystemClock().now_s() + 60
            ctf.knows(nag)  # what is pinned changed: all is read anew
            await until(lambda: ctf.service._driven["NAG"].peer.addresses)
            await both_hear(nag, ctf, "with the old keys")
            assert own_shown(ctf, old)
            assert "keys.rotation" not in [entry.kind for entry in ctf.engine.entries]
        ctf.identity = read_identity(ctf.layout.identity, ctf.clock.now_s())
        Leaping.days_s = 0.0
        async with nag.running(), ctf.running():
            await until(lambda: load_peers(nag.layout, nag.clock.now_s())["CTF"].offered)

    play(scenario)


def own_shown(desk: PeerDesk, der: bytes) -> bool:
    """Whether a desk shows this certificate from now on to whoever it meets."""
    return certificate_der(desk.service._identity.certificate) == der


async def both_hear(one: PeerDesk, other: PeerDesk, text: str) -> None:
    await one.say(text, other.party)
    await other.say(text, one.party)
    await until(lambda: one.heard()[-1:] == other.heard()[-1:] == [text])
