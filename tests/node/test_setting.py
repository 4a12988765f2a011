"""What a desk is set to: groups, who belongs to which, formations by time."""

import pytest

from airpact.agreement.alerter import shipped
from airpact.agreement.clauses import CLASSES
from airpact.agreement.parameters import PairMemory, Rung, SeparationClause, SeparationRules, Side
from airpact.cli.running import say_unfit
from airpact.encounter.configurations import CONFIGURATIONS
from airpact.encounter.levels import Level
from airpact.node.desk import View
from airpact.node.live import Front, LiveEngine
from airpact.node.setting import formation_test, unfit_clauses
from airpact.node.world import new_world
from airpact.picture.rules import Formation, PartyRules, read_rules
from tests.node.skies import setting_of

RULES = read_rules(
    "parties: [{id: blue, name: Blue, role: own}, {id: red, name: Red, role: peer}]\n"
    "rules: [{party: blue, callsign: 'BLUE*'}, {party: red, block: 700000/12, class: uav}]\nformations: []\n"
)


def test_there_is_one_group_for_every_party_and_class() -> None:
    groups = setting_of(rules=RULES).table.groups
    assert len(set(groups)) == len(groups)
    assert {party for party, _ in groups} == {"blue", "red", "civil"}
    assert set(CLASSES) <= {kind for _, kind in groups}


def test_an_assignment_names_the_group_of_its_party_and_class() -> None:
    setting = setting_of(rules=RULES)
    for words in (("4ca123", "BLUE1", "radar", "adsb_icao", "A7"), ("700001", "X", "r", "", ""), ("1", "", "", "", "")):
        group, party, kind = setting.assign(*words)
        assert setting.table.groups[group] == (party, kind)
    assert setting.assign("4ca123", "BLUE1", "radar", "", "A7")[1:] == ("blue", "rotor")
    assert setting.assign("700001", "", "radar", "", "")[1:] == ("red", "uav")
    assert setting.assign("4ca123", "", "radar", "", "")[1] == "civil"


def test_the_same_rules_number_their_groups_alike() -> None:
    assert setting_of(rules=RULES).table.groups == setting_of(rules=RULES).table.groups


def test_two_fly_in_one_formation_only_together_and_only_until_its_end() -> None:
    rules = PartyRules(
        formations=(Formation("one", frozenset({"a00001", "LEAD"}), 100.0), Formation("two", frozenset({"a00003"})))
    )
    words = {0: ("a00001", ""), 1: ("b00002", "LEAD"), 2: ("a00003", ""), 3: ("c00004", "")}
    together = formation_test(rules, words.__getitem__, 50.0)
    assert together(0, 1)
    assert together(1, 0)
    assert not together(0, 2)
    assert not together(0, 3)
    assert not together(3, 3), "nobody's formation is no formation"
    assert not formation_test(rules, words.__getitem__, 100.0)(0, 1)


def rules_of(name: str) -> SeparationRules:
    rungs, memory = shipped(CONFIGURATIONS[name])
    return SeparationRules("d" * 64, (SeparationClause("4.1", (Side(), Side()), rungs, (), memory),))


@pytest.mark.parametrize(
    ("name", "alerting_s"),
    [("do365b_p1", 55.0), ("do365b_p2", 45.0), ("do365b_nc", 55.0), ("nom_a", 60.0), ("cd3d", 180.0)],
)
def test_an_alerter_that_calls_later_than_the_desk_can_relay_is_unfit(name: str, alerting_s: float) -> None:
    """Its cautions decide; one without a caution (cd3d) is measured by its warnings."""
    assert unfit_clauses(rules_of(name), alerting_s) == ()
    (unfit,) = unfit_clauses(rules_of(name), alerting_s + 1.0)
    assert (unfit.clause, unfit.alerting_s, unfit.needed_s) == ("4.1", alerting_s, alerting_s + 1.0)
    assert "clause 4.1" in str(unfit)


def test_a_ladder_is_stretched_and_never_unfit_and_an_alerter_that_never_calls_is() -> None:
    ladder = SeparationClause("1", (Side(), Side()), (Rung(Level.CAUTION, 1000.0, 100.0, 10.0),))
    silent = SeparationClause("2", (Side(), Side()), (Rung(Level.ADVISORY, 1e3, 1e2, 500.0),), (), PairMemory())
    assert [one.clause for one in unfit_clauses(SeparationRules("d", (ladder, silent)), 90.0)] == ["2"]


def test_the_desk_tells_its_consoles_and_whoever_starts_it_of_an_unfit_clause(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rungs, memory = shipped(CONFIGURATIONS["do365b_p1"])
    setting = setting_of(rungs, memory=memory, relay_s=60.0)
    front = Front(mode="EXERCISE", title="", party="blue", desk="desk 1", languages=("en",), view=View(0.0, 0.0, 1.0))
    told = LiveEngine(new_world(setting), front).desk()["unfit"]
    assert told == [{"clause": "1", "reason": "late", "alerting_s": 55.0, "needed_s": 90.0}]
    say_unfit(setting)
    assert "clause 1: its alerter calls 55 s ahead, this desk needs 90 s" in capsys.readouterr().err
    assert LiveEngine(new_world(setting_of(rungs, memory=memory, relay_s=20.0)), front).desk()["unfit"] == []
