"""What was acknowledged survives: a storage process that is killed, and a disk that loses power, at any moment."""

import sqlite3
from pathlib import Path
from random import Random

import pytest

from airpact.node.errors import OperatingError
from airpact.node.store import StoreError
from tests.conftest import PROFILE
from tests.node.identities import NAG
from tests.node.ledgers import Desk
from tests.node.loads import Account, killed, steps
from tests.node.power import Disk, PoweredDesk
from tests.node.test_order import check_log

NIGHTLY = PROFILE == "nightly"
KILLS = 500 if NIGHTLY else 30
KILLS_PER_HOME = 10
CUTS = 1_000 if NIGHTLY else 60
CARELESS = 10
TOLD_MAX = 40
WRITES_MAX = 400
LIVES_MAX = 3


@pytest.mark.timeout(1_800 if NIGHTLY else 300)
@pytest.mark.parametrize("seed", range(KILLS // KILLS_PER_HOME))
def test_a_killed_storage_process_keeps_all_it_told(tmp_path: Path, seed: int) -> None:
    """Each home is killed again and again: acknowledged in order, once; heads and witness memory never go back."""
    chance, account = Random(seed), Account()
    for life in range(KILLS_PER_HOME):
        for told in killed(tmp_path, seed * 1_000 + life, chance.randint(1, TOLD_MAX)):
            account.add(told)
        desk = Desk(tmp_path)
        account.check(desk)
        desk.store.close()
    desk = Desk(tmp_path)
    assert desk.ledger.order.last() >= KILLS_PER_HOME
    check_log(desk, NAG)
    desk.store.close()


class Careless(PoweredDesk):
    """A ledger that tells of what it did not sync."""

    def open(self) -> None:
        super().open()
        self.store.rows("PRAGMA synchronous = OFF")


@pytest.mark.timeout(1_800 if NIGHTLY else 300)
@pytest.mark.parametrize("torn", [False, True])
def test_a_power_cut_takes_nothing_that_was_told(torn: bool) -> None:
    """What was not synced is gone, or partly written: the ledger opens, and holds what it told under its heads."""
    told = [ended(PoweredDesk, seed, torn) for seed in range(CUTS // 2)]
    assert sum(told) > CUTS, "nearly every power cut came before anything was told"


def test_the_disk_of_these_tests_does_take_what_was_not_synced() -> None:
    lost = 0
    for seed in range(CARELESS):
        try:
            ended(Careless, seed, False)
        except (AssertionError, OperatingError):
            lost += 1
    assert lost > CARELESS // 2


def ended(kind: type[PoweredDesk], seed: int, torn: bool) -> int:
    """Cut the power of one disk a few times, hold it to what was told, and return how often something was told."""
    chance, account, disk, count = Random(seed), Account(), Disk(f"{kind.__name__}-{torn}-{seed}"), 0
    try:
        for _ in range(chance.randint(1, LIVES_MAX)):
            count += live(kind, disk, chance, account)
            disk.power_cut(chance if torn else None)
        desk = PoweredDesk(Path(), disk=disk)
        account.check(desk)
        check_log(desk, NAG)
        return count
    finally:
        disk.power_cut(None)
        disk.unregister()


def live(kind: type[PoweredDesk], disk: Disk, chance: Random, account: Account) -> int:
    """Work until the power is gone; return how often something was told."""
    disk.left, count = chance.randrange(WRITES_MAX), 0
    try:
        for told in steps(kind(Path(), disk=disk), chance):
            account.add(told)
            count += 1
    except (StoreError, sqlite3.Error):
        return count
    raise AssertionError("the power never went")
