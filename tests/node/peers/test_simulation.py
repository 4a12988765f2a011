"""Link, log and witness of two and three nodes under everything a network and a lying peer can do, by seed."""

import pytest

from tests.node.peers.simulation import World


def run(seed: int, steps: int) -> World:
    """Run one seed: by turns two honest nodes, three, one with a liar, and two with a liar."""
    world = World(seed, parties=2 + seed % 2, liar=seed % 4 > 1)
    for _ in range(steps):
        world.step()
    world.heal()
    world.check_healed()
    return world


@pytest.mark.parametrize("seed", range(20))
def test_what_was_acknowledged_is_never_lost_and_no_fork_is_ever_accepted(seed: int) -> None:
    run(seed, 2_000)


@pytest.mark.slow
@pytest.mark.timeout(0)  # some minutes: the length is the point
@pytest.mark.parametrize("block", range(50))
def test_the_same_by_night(block: int) -> None:
    for seed in range(1000 + 10 * block, 1010 + 10 * block):
        run(seed, 10_000)
