"""Alerters: a shipped name stands for its numbers, what is written out is checked, and the plain form reads back."""

import json
from typing import Any

import pytest

from airpact.agreement.clauses import Separation
from airpact.agreement.document import DocumentError
from airpact.agreement.parameters import PairMemory
from airpact.agreement.procedures import Procedures, plain_procedures, read_procedures
from airpact.encounter.configurations import CONFIGURATIONS
from airpact.encounter.levels import Level

LEVEL = {"level": "caution", "volume": "taumod", "horizontal_nm": 1, "vertical_ft": 500, "tau_s": 30, "alerting_s": 90}
FULL = {"levels": [LEVEL], "m_of_n": [2, 4], "hysteresis_s": 5, "persistence_s": 4}


def read(alerter: object, **more: object) -> Procedures:
    clause = {
        "id": "1", "type": "separation", "between": [{}, {}], "alerter": alerter, "text": "Keep apart.",
        "source_note": "proposal", **more,
    }  # fmt: skip
    document = {
        "id": "test", "version": "1", "title": "Test", "status": "profile", "source": "this test", "parties": [],
        "languages": ["en"], "clauses": [clause],
    }  # fmt: skip
    return read_procedures(json.dumps(document), "pact.json")


def clause_of(procedures: Procedures) -> Separation:
    (clause,) = procedures.clauses
    assert isinstance(clause, Separation)
    return clause


@pytest.mark.parametrize("name", list(CONFIGURATIONS))
def test_a_shipped_name_reads_back_from_its_plain_form_under_the_same_hash(name: str) -> None:
    by_name = read(name)
    plain: Any = plain_procedures(by_name)
    written_out = read(plain["clauses"][0]["alerter"])
    assert written_out == by_name
    assert clause_of(by_name).memory is not None


def test_levels_follow_the_regions_of_the_standard() -> None:
    assert [rung.level for rung in clause_of(read("do365b_p1")).rungs] == [Level.ADVISORY, Level.CAUTION, Level.WARNING]
    assert [rung.level for rung in clause_of(read("cd3d")).rungs] == [Level.WARNING]


def test_what_is_left_out_takes_its_default() -> None:
    clause = clause_of(read({"levels": [LEVEL]}))
    (rung,) = clause.rungs
    assert (rung.coa_s, rung.early_s, rung.lookahead_s) == (0.0, 90.0, 90.0)
    assert rung.horizontal_m == 1852.0
    assert rung.vertical_m == pytest.approx(152.4)
    assert clause.memory == PairMemory()


def test_any_number_of_an_alerter_is_part_of_the_identity() -> None:
    hashes = {read(FULL).hash}
    for name, value in (("m_of_n", [3, 4]), ("hysteresis_s", 6), ("persistence_s", 3)):
        hashes.add(read({**FULL, name: value}).hash)
    for field, other in (("tau_s", 31), ("coa_s", 1), ("alerting_s", 91), ("early_s", 99), ("volume", "tep")):
        hashes.add(read({**FULL, "levels": [{**LEVEL, field: other}]}).hash)
    assert len(hashes) == 9


@pytest.mark.parametrize(
    ("alerter", "at", "wrong"),
    [
        ("do365b_p9", "clauses[0].alerter", "is the text"),
        ({"levels": []}, "clauses[0].alerter.levels", "is empty"),
        ({**FULL, "levels": [LEVEL, LEVEL]}, "clauses[0].alerter.levels", "names 'caution' 2 times"),
        ({**FULL, "m_of_n": [2]}, "clauses[0].alerter.m_of_n", "has 1 numbers"),
        ({**FULL, "m_of_n": [5, 4]}, "clauses[0].alerter.m_of_n[0]", "is '5'"),
        ({**FULL, "m_of_n": [2, 17]}, "clauses[0].alerter.m_of_n[1]", "is '17'"),
        ({**FULL, "hysteresis_s": 1}, "clauses[0].alerter.hysteresis_s", "is 1"),
        ({**FULL, "hysteresis_s": 0}, "clauses[0].alerter", "has a memory that lasts no time"),
        ({**FULL, "levels": [{**LEVEL, "early_s": 80}]}, "clauses[0].alerter.levels[0].early_s", "is '80'"),
        ({**FULL, "levels": [{**LEVEL, "volume": "cone"}]}, "clauses[0].alerter.levels[0].volume", "is the text"),
        ({**FULL, "levels": [{**LEVEL, "volume": "cylinder"}]}, "clauses[0].alerter.levels[0].tau_s", "is given for"),
        ({**FULL, "levels": [{**LEVEL, "tau": 3}]}, "clauses[0].alerter.levels[0].tau", "is not a known field"),
        ({"levels": [{"level": "caution", "volume": "tep"}]}, "clauses[0].alerter.levels[0].tau_s", "is missing"),
        ([1], "clauses[0].alerter", "is a list"),
    ],
)
def test_a_mistake_is_reported_at_its_field(alerter: object, at: str, wrong: str) -> None:
    with pytest.raises(DocumentError) as error:
        read(alerter)
    found = [(problem.path, problem.wrong) for problem in error.value.problems]
    assert any(path == at and words.startswith(wrong) for path, words in found), found


def test_a_ladder_and_an_alerter_do_not_stand_together() -> None:
    rungs = [{"level": "warning", "horizontal_nm": 1, "vertical_ft": 500, "lookahead_s": 0}]
    with pytest.raises(DocumentError, match=r"clauses\[0\]\.alerter: stands beside rungs"):
        read("do365b_p1", rungs=rungs)
