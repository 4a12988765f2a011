"""The table of edge cases: our answer is the one worked out by hand, and the page is what both say."""

from math import isnan
from typing import Final

import pytest

from airpact.encounter.sweep import Reason
from tools import edge_cases
from tools.edge_cases import CASES, Answer, Case, cylinder_answer, well_clear_answer

TOLERANCE_S: Final = 0.02  # between the plane of the hand answers and the sphere, up to 60 NM
ASKED_FOR: Final = (
    "equal velocity, inside", "equal velocity, outside", "hover", "same position", "touching the zone",
    "exactly at the vertical limit", "vertical only", "antimeridian", "pole", "past", "already inside", "not a number",
    "very fast", "very slow", "climbing through",
)  # fmt: skip


def agree(ours: Answer, hand: Answer) -> bool:
    """Return whether two answers are one: the same verdict, times within the tolerance."""
    if isnan(ours.t_in_s) or isnan(hand.t_in_s):
        return isnan(ours.t_in_s) and isnan(hand.t_in_s) and ours.unjudged == hand.unjudged
    times = ((ours.t_in_s, hand.t_in_s), (ours.t_out_s, hand.t_out_s))
    return ours.vertical_known == hand.vertical_known and all(abs(a - b) < TOLERANCE_S for a, b in times)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_our_answer_is_the_one_worked_out_by_hand(case: Case) -> None:
    assert agree(cylinder_answer(case), case.cylinder.answer)
    assert agree(well_clear_answer(case), case.well_clear.answer)


def test_the_page_is_what_the_cases_say() -> None:
    page = edge_cases.PAGE.read_text(encoding="utf-8")
    assert page == edge_cases.written(page), "read what changed, then type: .venv/bin/python -m tools.edge_cases"
    assert page.count(f"| {CASES[0].name} |") == 2


@pytest.mark.parametrize("name", ASKED_FOR)
def test_every_case_that_detectors_are_known_to_miss_is_on_the_page(name: str) -> None:
    assert any(name in case.name for case in CASES)


def test_two_answers_that_differ_do_not_agree() -> None:
    one = Answer(10.0, 20.0)
    others = (Answer(), Answer(10.03, 20.0), Answer(10.0, 20.03), Answer(10.0, 20.0, vertical_known=False))
    assert agree(one, Answer(10.001, 19.999))
    assert [other for other in others if agree(one, other) or agree(other, one)] == []
    assert not agree(Answer(), Answer(unjudged=Reason.POSITION_UNKNOWN))
