"""Noise by key and count: the numbers are fixed for ever, well spread, and independent of each other."""

import numpy as np

from airpact.sim.noise import drifting, key_of, normals, uniforms

COUNTS = np.arange(100_000)


def keys(name: str) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    return np.full(len(COUNTS), key_of(1, name), dtype=np.uint64)


def test_the_generator_is_splitmix64() -> None:
    """First outputs of splitmix64 from state 0, as published with the xoshiro generators (Vigna)."""
    published = np.array([0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F], dtype=np.uint64)
    expected = ((published >> np.uint64(11)).astype(float) + 0.5) * 2.0**-53
    assert np.array_equal(uniforms(np.zeros(3, dtype=np.uint64), np.arange(3)), expected)


def test_uniforms_fill_the_open_interval_evenly() -> None:
    """Ten bins of a hundred thousand numbers differ by chance only; 0 and 1 never come."""
    drawn = uniforms(keys("a"), COUNTS)
    assert 0 < drawn.min() < drawn.max() < 1
    assert np.abs(np.histogram(drawn, 10, (0, 1))[0] - 10_000).max() < 500


def test_normals_are_standard_and_uncorrelated() -> None:
    """Between the two of a pair, between neighbours in time, and between two names."""
    one, two = normals(keys("a"), COUNTS)
    other, _ = normals(keys("b"), COUNTS)
    for drawn in (one, two, other):
        assert abs(drawn.mean()) < 0.02
        assert abs(drawn.std() - 1) < 0.02
    for a, b in ((one, two), (one, other), (one[1:], one[:-1])):
        assert abs(np.corrcoef(a, b)[0, 1]) < 0.02


def test_a_key_belongs_to_its_seed_and_name() -> None:
    """Not to the hash seed of the interpreter."""
    assert key_of(1, "radar/4b0001") == 0x29CCED1A6189C679
    assert key_of(2, "radar/4b0001") != key_of(1, "radar/4b0001")
    assert key_of(1, "a") != key_of(1, "b")


def test_drifting_noise_keeps_its_size_and_moves_slowly() -> None:
    """Deviation 1 at every instant, no step at a knot, forgotten after two knots."""
    at_s = COUNTS / 10.0
    drawn, _ = drifting(keys("a"), at_s, 20.0)
    assert abs(drawn.std() - 1) < 0.1
    assert np.abs(np.diff(drawn)).max() < 0.1
    assert abs(np.corrcoef(drawn[400:], drawn[:-400])[0, 1]) < 0.1
