"""The recorded day through the live step: what a tick costs when little is in the air."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from airpact.agreement.procedures import parameters_of
from airpact.alerts.policy import AlertPolicy
from airpact.node.encounters import join
from airpact.node.profiles import load_procedures
from airpact.node.readers.recording import read_recording
from airpact.node.replay import FEED, run_foreign
from airpact.node.setting import RECORDING, FeedPace, Setting, make_setting
from airpact.picture.rules import PartyRules
from bench.figures import Figure, figure

REFERENCE: Final = Path(os.environ.get("AIRPACT_REFERENCE") or Path(__file__).resolve().parents[2] / "shared")
DAY: Final = REFERENCE / "traffic/watsonville/2025-06-01.jsonl.gz"
RUNS: Final = 3
BAR_S: Final = 15.0


def setting_of(profile: str, feed: str = FEED, pace: FeedPace = RECORDING) -> Setting:
    """Return the setting of a bench under a shipped profile, everyone civil."""
    parameters = parameters_of(load_procedures(profile, Path()))
    return make_setting(parameters, PartyRules(), AlertPolicy(), 60.0, {feed: pace})


def day() -> Iterator[Figure]:
    """Replay the day several times; nothing where the recording is absent."""
    if not DAY.exists():
        return
    setting = setting_of("close-pass-0.3nm-400ft")
    _replay(setting)
    runs = [_replay(setting) for _ in range(RUNS)]
    yield figure("replay of the recorded day", [seconds for seconds, _ in runs], "s", BAR_S)
    yield figure("one tick of it", [1e6 * seconds / ticks for seconds, ticks in runs], "us")


def _replay(setting: Setting) -> tuple[float, int]:
    started = time.perf_counter()
    reports = (report for chunk in read_recording([DAY], FEED) for report in chunk.decoded.reports)
    result = run_foreign(reports, setting)
    join(result.episodes.values(), result.positions, setting.table)
    return time.perf_counter() - started, result.ticks
