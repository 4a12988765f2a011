"""Whole nodes over real TLS: what is said arrives once and in order, is witnessed, and survives what links suffer."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from airpact.node.peers import transport
from tests.node.peers.desks import PeerDesk, play, until


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let back-off take no time: what is tested is that a call is made again."""
    monkeypatch.setattr(transport, "BACKOFF_MAX_S", 0.05)


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[Callable[[str], PeerDesk]]:
    """Return what makes the home of a party; their ports are given back after the test."""
    made: list[PeerDesk] = []

    def make(party: str) -> PeerDesk:
        made.append(PeerDesk(tmp_path / party.lower(), party))
        return made[-1]

    yield make
    for desk in made:
        desk.listener.close()


@pytest.fixture
def nag(desks: Callable[[str], PeerDesk]) -> PeerDesk:
    return desks("NAG")


@pytest.fixture
def ctf(desks: Callable[[str], PeerDesk]) -> PeerDesk:
    return desks("CTF")


def test_what_one_desk_says_is_in_the_order_of_the_other_and_cosigned_by_it(nag: PeerDesk, ctf: PeerDesk) -> None:
    nag.knows(ctf)
    ctf.knows(nag)

    async def scenario() -> None:
        async with nag.running(), ctf.running():
            await until(lambda: nag.state(ctf) == ctf.state(nag) == "linked")
            await nag.say("tanker at 18,000", "CTF")
            await nag.say("not for you")
            await until(lambda: nag.cosigned.get("CTF") == 2 and ctf.heard() == ["tanker at 18,000"])
            await until(lambda: ctf.cosigned.get("NAG") == 1)  # what it heard is an entry of its own
            receipt = await nag.node.on_storage(nag.ledger.receipt, 0, None, [ctf.identity.witness.key])
            assert b"airpact-receipt/1" in receipt
            assert nag.service.table().refused == ctf.service.table().refused == ()

    play(scenario)
