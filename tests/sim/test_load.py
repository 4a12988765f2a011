"""The load the bench is measured under: uniform, at 1 Hz, staggered, and moving as it says."""

import numpy as np

from airpact.sim.load import load_batches, random_sky


def test_the_sky_fills_its_box_and_repeats_under_its_seed() -> None:
    """The snapshot the speed figures are stated for."""
    sky = random_sky(20_000, seed=3)
    assert 24.99 < sky.lat_deg.min() < 25.1
    assert 44.9 < sky.lat_deg.max() < 45.01
    assert 80 <= sky.speed_mps.min() < sky.speed_mps.max() <= 260
    assert np.unique(sky.vertical_mps).tolist() == [-10.0, 0.0, 10.0]
    assert 0.48 < (sky.vertical_mps == 0).mean() < 0.52
    assert np.array_equal(sky.lat_deg, random_sky(20_000, seed=3).lat_deg)
    assert not np.array_equal(sky.lat_deg, random_sky(20_000, seed=4).lat_deg)


def test_every_aircraft_reports_once_a_second_spread_over_the_ticks() -> None:
    """500 aircraft, 3 s, five ticks a second: 100 reports a tick, each id three times, never out of its tick."""
    times: dict[str, list[float]] = {}
    for now_s, batch in load_batches(500, 3, seed=1, epoch_s=1000.0):
        assert 99 <= len(batch.reports) <= 101
        for report in batch.reports:
            assert now_s - 0.2 - 1e-9 <= report.valid_s < now_s + 1e-9
            times.setdefault(report.id, []).append(report.valid_s)
    assert len(times) == 500
    assert all(np.allclose(np.diff(stamps), 1.0) and len(stamps) == 3 for stamps in times.values())


def test_reports_move_with_their_own_velocity() -> None:
    """Dead reckoning from the first report meets the last."""
    tracks: dict[str, list[tuple[float, float, float]]] = {}
    for _, batch in load_batches(50, 10, seed=2):
        for one in batch.reports:
            tracks.setdefault(one.id, []).append(
                (one.valid_s, one.lat_deg, one.ground_speed_mps * np.cos(np.radians(one.track_deg)))
            )
    for track in tracks.values():
        (t0, lat0, north_mps), (t1, lat1, _) = track[0], track[-1]
        assert abs(lat0 + north_mps * (t1 - t0) / 111_120 - lat1) < 1e-9


def test_an_empty_sky_yields_empty_batches() -> None:
    """Zero aircraft is a load too."""
    assert [len(batch.reports) for _, batch in load_batches(0, 1, seed=1)] == [0] * 5
