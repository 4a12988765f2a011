"""The replay of a real day against an independent brute force over the same recording.

The oracle shares no code with the product: it reads the lines with the standard library, interpolates each id at whole
seconds with NumPy, and compares every pair. Sphere: one minute of arc is one nautical mile. Tolerance: pairs within
1 m or 1 ft of a limit are named and may fall on either side.
"""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from typer.testing import CliRunner

from airpact.cli.main import app

DAY: Final = "traffic/watsonville/2025-06-01.jsonl.gz"
PROFILE: Final = "close-pass-0.3nm-400ft"
HORIZONTAL_M: Final = 0.3 * 1852.0
VERTICAL_M: Final = 400 * 0.3048
GAP_S: Final = 30.0
MARGIN_M: Final = 1.0
MARGIN_VERTICAL_M: Final = 0.3048
RADIUS_M: Final = 1852.0 * 60 * 180 / np.pi


@dataclass(frozen=True)
class Flown:
    """One id at every whole second it is known: seconds, degrees, metres."""

    seconds: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    altitude: np.ndarray


@dataclass(frozen=True)
class Meeting:
    """What two ids did at the seconds both are known."""

    seconds: np.ndarray
    across: np.ndarray
    height: np.ndarray

    def inside(self, margin_m: float, margin_vertical_m: float) -> bool:
        """Whether the two were inside both limits, enlarged by the margins, at any second."""
        near = (self.across < HORIZONTAL_M + margin_m) & (self.height < VERTICAL_M + margin_vertical_m)
        return bool(near.any())


def read_flights(path: Path) -> dict[str, Flown]:
    """Interpolate each id linearly at whole seconds, over gaps of at most 30 s, numeric altitudes only."""
    points: dict[str, list[tuple[float, float, float, float]]] = {}
    with gzip.open(path, "rt") as lines:
        for line in lines:
            row = json.loads(line)
            if isinstance(row["alt_baro"], int):
                points.setdefault(row["hex"], []).append((row["now"], row["lat"], row["lon"], row["alt_baro"] * 0.3048))
    return {name: _flown(np.array(rows)) for name, rows in points.items()}


def _flown(rows: np.ndarray) -> Flown:
    times = rows[:, 0]
    seconds = np.arange(np.ceil(times[0]), np.floor(times[-1]) + 1)
    after = np.searchsorted(times, seconds, side="left")
    exact = times[np.minimum(after, times.size - 1)] == seconds
    gap = times[np.minimum(after, times.size - 1)] - times[np.maximum(after - 1, 0)]
    seconds = seconds[exact | (gap <= GAP_S)]
    return Flown(seconds, *(np.interp(seconds, times, rows[:, k]) for k in (1, 2, 3)))


def meet(one: Flown, two: Flown) -> Meeting | None:
    """Compare two ids at common seconds; None where they never came within a tenth of a degree."""
    if one.seconds[-1] < two.seconds[0] or two.seconds[-1] < one.seconds[0]:
        return None
    seconds, i, j = np.intersect1d(one.seconds, two.seconds, assume_unique=True, return_indices=True)
    if not seconds.size:
        return None
    lat_1, lat_2 = np.radians(one.lat[i]), np.radians(two.lat[j])
    half_lon = np.radians(two.lon[j] - one.lon[i]) / 2
    chord = np.sin((lat_2 - lat_1) / 2) ** 2 + np.cos(lat_1) * np.cos(lat_2) * np.sin(half_lon) ** 2
    across = 2 * RADIUS_M * np.arcsin(np.sqrt(chord))
    return Meeting(seconds, across, np.abs(one.altitude[i] - two.altitude[j]))


@pytest.fixture(scope="module")
def day(reference: Callable[[str], Path]) -> Path:
    """Return the recorded day."""
    return reference(DAY)


@pytest.fixture(scope="module")
def meetings(day: Path) -> dict[tuple[str, str], Meeting]:
    """Compare every pair of ids of the day."""
    flights = {name: flown for name, flown in read_flights(day).items() if flown.seconds.size}
    found = ((pair, meet(flights[pair[0]], flights[pair[1]])) for pair in combinations(sorted(flights), 2))
    return {pair: meeting for pair, meeting in found if meeting is not None}


def run_replay(day: Path, out: Path) -> list[dict[str, Any]]:
    """Replay the day through the command line and return its rows."""
    result = CliRunner().invoke(app, ["replay", str(day), "--pact", PROFILE, "--json", str(out)])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in out.read_text().splitlines()]


@pytest.fixture(scope="module")
def rows(day: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Return the encounters of the day."""
    return run_replay(day, tmp_path_factory.mktemp("replay") / "out.jsonl")


@pytest.mark.timeout(300)
def test_recorded_losses_are_the_brute_force_set(
    rows: list[dict[str, Any]], meetings: dict[tuple[str, str], Meeting]
) -> None:
    """Every pair inside minima on the recording is a loss, and no other pair is."""
    certain = {pair for pair, meeting in meetings.items() if meeting.inside(-MARGIN_M, -MARGIN_VERTICAL_M)}
    possible = {pair for pair, meeting in meetings.items() if meeting.inside(MARGIN_M, MARGIN_VERTICAL_M)}
    print("pairs within 1 m or 1 ft of a limit:", sorted(possible - certain))
    found = {(row["a"], row["b"]) for row in rows if row["kind"] == "loss"}
    assert len(certain) > 10, "the day holds real close passes"
    assert certain <= found, f"missed: {sorted(certain - found)}"
    assert found <= possible, f"not on the recording: {sorted(found - possible)}"


def test_least_distances_are_those_of_the_recorded_instant(
    rows: list[dict[str, Any]], meetings: dict[tuple[str, str], Meeting]
) -> None:
    """`t_cpa` is the second of least max(h/H, v/V) inside the encounter; both distances belong to it."""
    compared = 0
    for row in rows:
        meeting = meetings.get((row["a"], row["b"]))
        if row["kind"] == "vertical_unknown" or meeting is None or row["t_cpa"] is None:
            continue
        within = (meeting.seconds >= row["t_first"]) & (meeting.seconds <= row["t_last"])
        share = np.maximum(meeting.across / HORIZONTAL_M, meeting.height / VERTICAL_M)[within]
        at = int(np.argmin(share))
        assert meeting.seconds[within][at] == row["t_cpa"]
        assert abs(meeting.across[within][at] - row["min_horizontal_m"]) < MARGIN_M
        assert abs(meeting.height[within][at] - row["min_vertical_m"]) < MARGIN_VERTICAL_M
        compared += 1
    assert compared > 30


def test_known_pairs_of_the_day(rows: list[dict[str, Any]]) -> None:
    """The real formation and the real pass are losses; one aircraft seen twice is a possible duplicate."""
    by_pair = {(row["a"], row["b"]): row for row in rows if row["kind"] == "loss"}
    assert not by_pair["aa0415", "ab0a19"]["duplicate"], "two 24-bit addresses are never one aircraft"
    assert by_pair["ab1b2d", "~2b0d0d"]["duplicate"], "a track number that follows an address for eight minutes"


def test_two_runs_give_identical_bytes(day: Path, rows: list[dict[str, Any]], tmp_path: Path) -> None:
    """Same input, same bytes."""
    run_replay(day, tmp_path / "again.jsonl")
    again = (tmp_path / "again.jsonl").read_text()
    assert again == "".join(json.dumps(row) + "\n" for row in rows)
