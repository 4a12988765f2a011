"""What the release to other parties costs a tick: 2,000 own tracks to three of them, and the reading of one payload."""

from collections.abc import Iterator
from time import thread_time
from typing import Final

from airpact.agreement.fields import read_document
from airpact.feeds.report import FeedBatch, Report
from airpact.geo.units import AltitudeKind
from airpact.node.releasing import read_release
from airpact.picture.flights import Flights
from airpact.picture.lifts import LiftBook, decide
from airpact.picture.picture import Picture, ingest
from airpact.picture.policy import ReleasePolicy
from airpact.picture.release import Memory, release
from airpact.picture.released import decode, encode
from bench.figures import Figure, figure

TRACKS: Final = 2_000
TICKS: Final = 60
BUDGET_MS: Final = 20.0  # a tenth of a tick
BEGIN_S: Final = 1_700_000_000.0
SETTINGS: Final = """
CTF: {tracks: own, fields: [velocity, height, category], grid_m: 2000, altitude_band_m: 300}
OBS: {tracks: own, grid_m: 5000, alias: true, delay_s: 30}
FRD: {tracks: own, fields: [velocity, vertical_speed, height, callsign, squawk, category]}
"""


def released() -> Iterator[Figure]:
    """Release 2,000 own tracks to three parties once a second, and read one payload (processor time)."""
    policies = read_document(SETTINGS, "bench", read_release)
    picture, flights = Picture(), Flights("NAG", bytes(32))
    memories = {party: Memory(party, flights) for party in policies}
    sent, read, book = [], [], LiftBook()
    for second in range(TICKS):
        now_s = BEGIN_S + second
        ingest(picture, (_batch(now_s, second),), now_s, lambda *_: (0, "NAG", "fixed"), {})
        began_s = thread_time()
        decide(picture, (), flights.own, policies, book, (), now_s)
        payloads = [_payload(picture, policies[party], memories[party], now_s) for party in policies]
        sent.append(1e3 * (thread_time() - began_s))
        began_s = thread_time()
        decode(payloads[-1], "peer:NAG", now_s)
        read.append(1e3 * (thread_time() - began_s))
    yield figure("release of 2,000 own tracks to 3 parties", sent[1:], "ms of processor", BUDGET_MS)
    yield figure("reading 2,000 released tracks", read, "ms of processor", BUDGET_MS)


def _payload(picture: Picture, policy: ReleasePolicy, memory: Memory, now_s: float) -> bytes:
    return encode(release(picture, policy, (), memory, now_s))


def _batch(now_s: float, second: int) -> FeedBatch:
    reports = tuple(
        Report(
            "radar", f"{0xA00000 + k:06x}", "adsb_icao", now_s, now_s, 34.0 + 0.001 * (k % 200), 33.0 + 0.2 * (k // 200)
            + 0.002 * second, altitude_m=3000.0 + k, altitude_kind=AltitudeKind.PRESSURE, track_deg=90.0,
            ground_speed_mps=180.0, vertical_speed_mps=0.0, callsign=f"NAG{k:04d}", category="A3", nic=8, nac_p=9,
        )
        for k in range(TRACKS)
    )  # fmt: skip
    return FeedBatch("radar", now_s, reports)
