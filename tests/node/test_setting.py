"""What a desk is set to: groups, who belongs to which, formations by time."""

from airpact.agreement.clauses import CLASSES
from airpact.node.setting import formation_test
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
