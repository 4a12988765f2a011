"""The shipped profiles: each is valid, names its source, reads in both languages, and is found by name."""

from pathlib import Path

import pytest

from airpact.agreement.document import DocumentError
from airpact.agreement.ladder import rungs_between
from airpact.agreement.parameters import PairMemory
from airpact.agreement.procedures import parameters_of, read_procedures
from airpact.encounter.levels import Level
from airpact.geo.units import m_from_ft, m_from_nm
from airpact.node.errors import OperatingError
from airpact.node.profiles import load_procedures, shipped_profiles

NAMES = ("close-pass-0.3nm-400ft", "demo-nag-ctf", "en-route-5nm-1000ft", "military-ladder-20-10-5nm",
         "well-clear-do365b-p1")  # fmt: skip
Minima = set[tuple[Level, float, float, float]]


def minima(name: str, a: tuple[str, str], b: tuple[str, str]) -> Minima:
    """Return (level, NM, ft, look-ahead) of every rung between two (party, class) under a shipped profile."""
    rules = parameters_of(load_procedures(name, Path())).separation
    rungs = [rung for _, rung in rungs_between(rules, *a, *b)]
    nm, ft = m_from_nm(1.0), m_from_ft(1.0)
    return {(r.level, round(r.horizontal_m / nm, 6), round(r.vertical_m / ft, 6), r.lookahead_s) for r in rungs}


def test_the_shipped_profiles_are_these_in_order_of_name() -> None:
    assert tuple(shipped_profiles()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_carries_its_own_name_a_source_and_both_languages(name: str) -> None:
    procedures = load_procedures(name, Path())
    assert procedures.id == name
    assert procedures.status == "profile"
    assert len(procedures.source) > 40
    assert procedures.languages == ("en", "ru")
    assert all(any("а" <= letter <= "я" for letter in clause.head.text["ru"]) for clause in procedures.clauses)


@pytest.mark.parametrize("name", NAMES)
def test_no_profile_calls_the_sky_safe_or_shouts(name: str) -> None:
    words = shipped_profiles()[name].lower()
    assert not [word for word in ("safe", " clear", "безопасн", "!\n") if word in words]


@pytest.mark.parametrize("name", NAMES)
def test_every_rung_of_a_higher_level_looks_no_further_ahead_than_a_lower_one(name: str) -> None:
    for clause in parameters_of(load_procedures(name, Path())).separation.clauses:
        if clause.memory is not None:
            continue  # an alerter calls preventive and corrective alerts at one time
        minima_of = {(rung.horizontal_m, rung.vertical_m) for rung in clause.rungs}
        for size in minima_of:
            ladder = [rung for rung in clause.rungs if (rung.horizontal_m, rung.vertical_m) == size]
            by_level = sorted(ladder, key=lambda rung: (rung.level, -rung.lookahead_s))
            assert [r.lookahead_s for r in by_level] == sorted((r.lookahead_s for r in ladder), reverse=True)


def test_the_close_pass_profile_binds_any_two_aircraft() -> None:
    assert minima("close-pass-0.3nm-400ft", ("civil", "unknown"), ("civil", "rotor")) == {
        (Level.CAUTION, 0.3, 400.0, 60.0),
        (Level.WARNING, 0.3, 400.0, 25.0),
        (Level.WARNING, 0.3, 400.0, 0.0),
    }


def test_the_en_route_profile_looks_two_minutes_ahead() -> None:
    assert minima("en-route-5nm-1000ft", ("civil", "fixed"), ("NAG", "fixed")) == {
        (Level.CAUTION, 5.0, 1000.0, 120.0),
        (Level.WARNING, 5.0, 1000.0, 0.0),
    }


def test_the_military_ladder_binds_two_forces_and_not_two_civil_aircraft_nor_one_force() -> None:
    ladder = minima("military-ladder-20-10-5nm", ("A", "fixed"), ("B", "fixed"))
    assert {(level, nm) for level, nm, _, _ in ladder} == {
        (Level.ADVISORY, 20),
        (Level.CAUTION, 10),
        (Level.WARNING, 5),
    }
    assert minima("military-ladder-20-10-5nm", ("civil", "fixed"), ("civil", "fixed")) == set()
    assert minima("military-ladder-20-10-5nm", ("A", "fixed"), ("A", "fixed")) == set()
    assert {nm for _, nm, _, _ in minima("military-ladder-20-10-5nm", ("A", "fixed"), ("civil", "fixed"))} == {5.0}


def test_the_well_clear_profile_is_the_table_of_the_standard() -> None:
    """Section 9 of the rules: 0.66 NM, 450 ft (700 ft preventive), 35 s; 55/75, 55/75 and 25/55 s; 2 of 4, 5 s, 4 s."""
    (clause,) = parameters_of(load_procedures("well-clear-do365b-p1", Path())).separation.clauses
    figures = [
        (r.level, round(r.horizontal_m / 1852, 9), round(r.vertical_m / 0.3048, 9), r.tau_s, r.coa_s, r.lookahead_s,
         r.early_s) for r in clause.rungs
    ]  # fmt: skip
    assert figures == [
        (Level.ADVISORY, 0.66, 700.0, 35.0, 0.0, 55.0, 75.0),
        (Level.CAUTION, 0.66, 450.0, 35.0, 0.0, 55.0, 75.0),
        (Level.WARNING, 0.66, 450.0, 35.0, 0.0, 25.0, 55.0),
    ]
    assert {rung.volume for rung in clause.rungs} == {"taumod"}
    assert clause.memory == PairMemory(2, 4, 5.0, 4.0)


def test_the_demo_pact_separates_parties_drones_and_civil_traffic() -> None:
    nag, ctf, civil = ("NAG", "fixed"), ("CTF", "fixed"), ("civil", "fixed")
    assert {nm for _, nm, _, _ in minima("demo-nag-ctf", nag, ctf)} == {3.0}
    assert {nm for _, nm, _, _ in minima("demo-nag-ctf", nag, civil)} == {5.0}
    assert {nm for _, nm, _, _ in minima("demo-nag-ctf", ("NAG", "uav"), ctf)} == {2.0, 3.0}
    assert minima("demo-nag-ctf", civil, ("civil", "uav")) == set()
    assert minima("demo-nag-ctf", nag, nag) == set()
    assert parameters_of(load_procedures("demo-nag-ctf", Path())).unchecked == ("4.3",)


def test_a_cautious_rung_leaves_a_relay_of_a_minute_and_half_a_minute_in_hand() -> None:
    for pair in (
        (("NAG", "fixed"), ("CTF", "fixed")),
        (("NAG", "uav"), ("CTF", "fixed")),
        (("CTF", "fixed"), ("civil", "fixed")),
    ):
        ahead_s = [lookahead_s for level, _, _, lookahead_s in minima("demo-nag-ctf", *pair) if level is Level.CAUTION]
        assert min(ahead_s) >= 60.0 + 30.0


def test_a_file_is_read_from_the_folder_given_and_errors_name_it(tmp_path: Path) -> None:
    text = shipped_profiles()["en-route-5nm-1000ft"]
    (tmp_path / "pact.yaml").write_text(text, encoding="utf-8")
    assert load_procedures("pact.yaml", tmp_path) == read_procedures(text)
    (tmp_path / "pact.yaml").write_text("id: x\n", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"pact\.yaml:1:1: clauses: is missing"):
        load_procedures("pact.yaml", tmp_path)
    with pytest.raises(OperatingError, match=r"desk\.yaml: procedures: absent\.yaml is no .*\n.*en-route-5nm-1000ft"):
        load_procedures("absent.yaml", tmp_path, "desk.yaml: procedures")
