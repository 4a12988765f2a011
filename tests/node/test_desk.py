"""The desk file: a LIVE desk states what it measured, defaults are as documented, mistakes name line and field."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airpact.agreement.document import BYTES_MAX, DocumentError
from airpact.alerts.policy import AlertPolicy
from airpact.node.desk import (
    ALERT_BOUNDS,
    PEER_BOUNDS,
    RELAY_S_EXERCISE,
    PeerSettings,
    load_desk,
    mismatches,
    read_desk,
)
from airpact.node.profiles import load_procedures
from airpact.node.readers.config import TIME_ERROR_S, Coverage, FeedKind
from airpact.picture.rules import read_rules

TEXT = """
party: NAG
desk: desk 2
mode: LIVE
relay_s: 45
languages: [en, ru]
procedures: pact.yaml
rules: rules.yaml
view: {lat_deg: 36, lon_deg: 36, span_deg: 3}
feeds:
  - {name: north, kind: readsb, url: "http://127.0.0.1:8080/data/aircraft.json", period_s: 0.5,
     coverage: {lat_deg: 36.2, lon_deg: 36.1, radius_m: 300000, floor_m: 1000}}
  - {name: coast, kind: sbs, host: 127.0.0.1, port: 30003, time_error_s: 2}
  - {name: file, kind: readsb, path: aircraft.json}
alerts: {supervisor_s: 20, on_delay_hits: 1}
"""
SMALLEST = "{party: NAG, mode: EXERCISE, title: Exercise One, procedures: close-pass-0.3nm-400ft}"


def refused(text: str) -> tuple[tuple[int, str, str], ...]:
    with pytest.raises(DocumentError) as caught:
        read_desk(text)
    return tuple((problem.line, problem.path, problem.wrong) for problem in caught.value.problems)


def test_a_live_desk_is_read_whole() -> None:
    desk = read_desk(TEXT)
    assert (desk.party, desk.desk, desk.mode, desk.title, desk.relay_s) == ("NAG", "desk 2", "LIVE", "", 45.0)
    assert desk.languages == ("en", "ru")
    assert [(feed.name, feed.kind) for feed in desk.feeds] == [
        ("north", "readsb"),
        ("coast", "sbs"),
        ("file", "readsb"),
    ]
    assert desk.feeds[0].coverage == Coverage(36.2, 36.1, 300_000.0, 1_000.0)
    assert (desk.feeds[1].host, desk.feeds[1].port, desk.feeds[1].time_error_s) == ("127.0.0.1", 30003, 2.0)
    assert desk.feeds[2].coverage is None
    assert desk.feeds[2].stamp_error_s == TIME_ERROR_S[FeedKind.READSB]


def test_alert_policy_not_given_keeps_its_defaults() -> None:
    assert read_desk(TEXT).alerts == msgspec.structs.replace(AlertPolicy(), supervisor_s=20.0, on_delay_hits=1)


def test_an_exercise_desk_needs_little_and_gets_the_documented_relay_time() -> None:
    desk = read_desk(SMALLEST)
    assert desk.relay_s == RELAY_S_EXERCISE
    assert desk.feeds == ()
    assert desk.alerts == AlertPolicy()


def test_every_alert_figure_has_bounds_that_hold_its_default() -> None:
    defaults = msgspec.structs.asdict(AlertPolicy())
    assert defaults.keys() == ALERT_BOUNDS.keys()
    assert all(low <= defaults[key] <= high for key, (low, high) in ALERT_BOUNDS.items())


@pytest.mark.parametrize(
    ("old", "new", "line", "path", "wrong"),
    [
        ("relay_s: 45\n", "\n", 2, "relay_s", "is missing"),
        ("relay_s: 45", "relay_s: 0", 5, "relay_s", "is '0'"),
        ("relay_s: 45", "relay_s: 1 min", 5, "relay_s", "is '1 min'"),
        ("mode: LIVE", "mode: live", 4, "mode", "is 'live'"),
        ("mode: LIVE", "mode: EXERCISE", 2, "title", "is missing"),
        ("languages: [en, ru]", "languages: [en, fr]", 6, "languages[1]", "is 'fr'"),
        ("languages: [en, ru]", "langauges: [en, ru]", 6, "langauges", "is not a known field"),
        ("procedures: pact.yaml", "procedures:", 7, "procedures", "is missing"),
        ("name: coast", "name: north", 11, "feeds", "names 'north' 2 times"),
        ("kind: sbs", "kind: asterix", 13, "feeds[1].kind", "is 'asterix'"),
        ("kind: sbs", "kind: readsb", 13, "feeds[1].kind", "is 'readsb' with host and port"),
        (", path: aircraft.json", "", 14, "feeds[2].kind", "is 'readsb' with no place"),
        ("path: aircraft.json", 'path: a, url: "http://x"', 14, "feeds[2].kind", "is 'readsb' with url and path"),
        (", port: 30003", "", 13, "feeds[1].port", "is missing"),
        ("path: aircraft.json", "path: a, port: 5", 14, "feeds[2].port", "has no host"),
        ("period_s: 0.5", "period: 0.5", 11, "feeds[0].period", "is not a known field"),
        ("floor_m: 1000}", "radius_m: 1}", 12, "", "gives 'radius_m' a second time"),
        ("radius_m: 300000", "radius_m: 300 km", 12, "feeds[0].coverage.radius_m", "is '300 km'"),
        ("party: NAG", "party: N A G", 2, "party", "is 'N A G'"),
        ("http://", "ftp://", 11, "feeds[0].url", "is 'ftp://127.0.0.1:8080/data/aircraft.json'"),
        ("port: 30003", "port: 99999", 13, "feeds[1].port", "is '99999'"),
        ("port: 30003", "port: 1.5", 13, "feeds[1].port", "is '1.5'"),
        ("lat_deg: 36.2", "lat_deg: 91", 12, "feeds[0].coverage.lat_deg", "is '91'"),
        ("period_s: 0.5", "period_s: 0", 11, "feeds[0].period_s", "is '0'"),
        ("supervisor_s: 20", "shelve_s_max: 901", 15, "alerts.shelve_s_max", "is '901'"),
        ("on_delay_hits: 1", "on_delay_hits: 4", 15, "alerts.on_delay_hits", "is above on_delay_window (3)"),
        ("on_delay_hits: 1", "mute: true", 15, "alerts.mute", "is not a known field"),
    ],
)
def test_each_mistake_names_its_line_and_field(old: str, new: str, line: int, path: str, wrong: str) -> None:
    assert old in TEXT
    assert (line, path, wrong) in refused(TEXT.replace(old, new, 1))


def test_a_live_desk_without_feeds_is_refused() -> None:
    assert (1, "feeds", "is missing") in refused("{party: NAG, mode: LIVE, relay_s: 45, procedures: p}")


def test_paths_are_taken_from_the_folder_of_the_desk_file(tmp_path: Path) -> None:
    (tmp_path / "desk.yaml").write_text(TEXT, encoding="utf-8")
    desk = load_desk(tmp_path / "desk.yaml")
    assert desk.rules == str(tmp_path / "rules.yaml")
    assert [feed.path for feed in desk.feeds] == ["", "", str(tmp_path / "aircraft.json")]
    assert desk.procedures == "pact.yaml"


def test_a_file_that_is_no_settings_file_is_refused_by_size_and_never_read_whole(tmp_path: Path) -> None:
    (tmp_path / "desk.yaml").write_bytes(b"x" * (BYTES_MAX * 2))
    with pytest.raises(DocumentError, match=f"is {BYTES_MAX + 1} bytes long"):
        load_desk(tmp_path / "desk.yaml")


def test_files_that_do_not_fit_together_are_told_apart_before_a_clause_binds_nobody() -> None:
    pact = load_procedures("demo-nag-ctf", Path())
    fitting = "parties: [{id: NAG, name: N, role: own}, {id: CTF, name: C, role: peer}]"
    assert mismatches(read_desk(TEXT), pact, read_rules(fitting)) == ()
    other = "parties: [{id: XYZ, name: X, role: own}, {id: NAG, name: N, role: peer}]\n"
    rules = read_rules(other + "rules: [{party: NAG, feed: south}]")
    assert mismatches(read_desk(TEXT), pact, rules) == (
        "the procedures name party CTF, the party rules do not: clauses for CTF bind no aircraft",
        "the desk belongs to NAG, the party rules call XYZ own",
        "the party rules name feed south, the desk has no such feed",
    )


def test_an_address_only_the_reader_can_judge_is_refused_with_its_place() -> None:
    assert refused(TEXT.replace("http://127.0.0.1:8080", "http://[")) != ()


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=40), st.integers(0, len(TEXT)), st.integers(0, 20))
def test_a_damaged_desk_file_is_read_or_refused_with_the_typed_error(noise: bytes, at: int, cut: int) -> None:
    text = TEXT.encode()
    try:
        desk = read_desk(text[:at] + noise + text[at + cut :])
    except DocumentError as error:
        assert error.problems
    else:
        assert desk.relay_s >= 1.0


# --- peers -----------------------------------------------------------------------------------------------------------


def test_without_a_section_there_is_no_peer_port() -> None:
    assert read_desk(TEXT).peers == PeerSettings()
    assert PeerSettings().listen == ""


def test_the_peer_link_is_set_within_its_bounds() -> None:
    peers = read_desk(
        SMALLEST[:-1] + ', peers: {listen: "[::1]:8792", head_unseen_s: 60, clock_skew_s: 0.5, retention_h: 24}}'
    ).peers
    assert peers == PeerSettings(listen="[::1]:8792", head_unseen_s=60.0, clock_skew_s=0.5, retention_h=24.0)
    for field, (low, high) in PEER_BOUNDS.items():
        assert low <= getattr(PeerSettings(), field) <= high
        for value in (low / 2, high * 2):
            ((_, path, _),) = refused(SMALLEST[:-1] + f", peers: {{{field}: {value}}}}}")
            assert path == f"peers.{field}"


@pytest.mark.parametrize("listen", ["8792", "localhost", "a:0", "a:65536", "a b:1", "::1:8792"])
def test_a_peer_port_is_an_address_and_a_port(listen: str) -> None:
    ((_, path, _),) = refused(SMALLEST[:-1] + f', peers: {{listen: "{listen}"}}}}')
    assert path == "peers.listen"
