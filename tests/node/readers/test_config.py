"""Feed settings: what no reader could run is refused in words that name the feed and the field."""

from pathlib import Path

import msgspec
import pytest

from airpact.feeds.report import Reject
from airpact.node.readers import Coverage, FeedConfig, FeedKind
from airpact.node.readers.config import Transport


def configured(**settings: object) -> FeedConfig:
    """Return the settings as read from a file."""
    return msgspec.convert({"name": "roof", "kind": "readsb"} | settings, FeedConfig)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "exactly one of url, path, host"),
        ({"url": "http://a/b", "path": "/x"}, "exactly one of url, path, host"),
        ({"name": "", "path": "/x"}, "needs a name"),
        ({"kind": "radar", "path": "/x"}, "radar"),
        ({"url": "ftp://a/b"}, "http:// or https://"),
        ({"url": "http://"}, "http:// or https://"),
        ({"host": "tower"}, "port"),
        ({"host": "tower", "port": 65536}, "port"),
        ({"path": "/x", "period_s": 0}, "period_s"),
        ({"path": "/x", "period_s": float("nan")}, "period_s"),
        ({"path": "/x", "timeout_s": -1}, "timeout_s"),
        ({"path": "/x", "silent_s": 1e9}, "silent_s"),
        ({"path": "/x", "utc_offset_s": 1e6}, "utc_offset_s"),
        ({"path": "/x", "time_error_s": -1}, "time_error_s"),
        ({"path": "/x", "colour": "red"}, "colour"),
        ({"path": "/x", "coverage": {"lat_deg": 91, "lon_deg": 0, "radius_m": 1}}, "lat_deg"),
        ({"path": "/x", "coverage": {"lat_deg": 9, "lon_deg": 181, "radius_m": 1}}, "lon_deg"),
        ({"path": "/x", "coverage": {"lat_deg": 9, "lon_deg": 0, "radius_m": 0}}, "radius_m"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_in_words(settings: dict[str, object], words: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=words):
        configured(**settings)


@pytest.mark.parametrize(
    ("settings", "transport", "address"),
    [
        ({"url": "https://roof/data/aircraft.json"}, Transport.HTTP, "https://roof/data/aircraft.json"),
        ({"path": "/run/readsb/aircraft.json"}, Transport.FILE, "/run/readsb/aircraft.json"),
        ({"kind": "sbs", "host": "tower", "port": 30003}, Transport.TCP, "tower:30003"),
    ],
)
def test_the_one_address_decides_the_transport(settings: dict[str, object], transport: Transport, address: str) -> None:
    config = configured(**settings)
    assert (config.transport, config.address) == (transport, address)


def test_the_stamp_error_follows_the_kind_unless_stated() -> None:
    assert configured(path="/x").stamp_error_s == 0.2
    assert configured(kind="positions", host="a", port=1).stamp_error_s == 1.0
    assert configured(path="/x", time_error_s=0.0).stamp_error_s == 0.0


def test_a_line_feed_may_be_quiet_for_as_long_as_its_reader_waits() -> None:
    assert configured(path="/x", period_s=2.0).expected_period_s == 2.0
    assert configured(kind="sbs", host="a", port=1, silent_s=8.0).expected_period_s == 4.0


def test_coverage_is_read_with_the_feed() -> None:
    stated = {"lat_deg": 36.0, "lon_deg": 35.0, "radius_m": 400_000.0, "floor_m": 900.0}
    assert configured(path="/x", coverage=stated).coverage == Coverage(36.0, 35.0, 400_000.0, 900.0)


def test_every_kind_has_a_stamp_error() -> None:
    for kind in FeedKind:
        assert FeedConfig("a", kind, path="/x").stamp_error_s > 0.0


def test_the_feeds_page_names_every_setting_kind_and_reason() -> None:
    page = (Path(__file__).parents[3] / "docs" / "feeds.md").read_text()
    names = (*FeedConfig.__struct_fields__, *Coverage.__struct_fields__, *FeedKind, *Reject)
    assert [name for name in names if f"`{name}`" not in page] == []
