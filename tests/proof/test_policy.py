"""Whom a reader trusts: the standard's two-level example, what the quorum asks for, and every line that is wrong."""

from itertools import chain, combinations

import pytest

from airpact.proof.errors import ProofError
from airpact.proof.keys import LOG, STATEMENT, WITNESS, WITNESS_ML_DSA, Key, write_key
from airpact.proof.policy import NONE, Group, read_policy, satisfied
from airpact.proof.receipt import read_voices
from tests.proof.builders import CTF, CTF_LOG, NAG_WITNESS, POLICY, PRESS_WITNESS, VOICES, VOICES_TEXT, signer

NAMES = ("X1", "X2", "X3", "Y1", "Y2", "Y3")
KEYS = {name: signer(f"{name}.example", WITNESS, 20 + place).key for place, name in enumerate(NAMES)}

# C2SP tlog-policy, "Example policy" (CC BY 4.0), with keys where it leaves them out
EXAMPLE = f"""
log {write_key(CTF_LOG.key)}

witness X1 {write_key(KEYS["X1"])}
witness X2 {write_key(KEYS["X2"])}
witness X3 {write_key(KEYS["X3"])}
group X-witnesses 2 X1 X2 X3

witness Y1 {write_key(KEYS["Y1"])}
witness Y2 {write_key(KEYS["Y2"])}
witness Y3 {write_key(KEYS["Y3"])}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""
LINE = {"log": f"log {write_key(CTF_LOG.key)}\n", "nag": f"witness nag {write_key(NAG_WITNESS.key)}\n"}


def test_the_example_of_the_standard_asks_for_two_of_one_group_and_one_of_the_other() -> None:
    policy = read_policy(EXAMPLE.encode())
    for names in chain.from_iterable(combinations(NAMES, count) for count in range(7)):
        first, second = sum(name[0] == "X" for name in names), sum(name[0] == "Y" for name in names)
        assert satisfied(policy, [KEYS[name] for name in names]) == (first >= 2 and second >= 1), names


def test_a_policy_is_read_with_its_groups_and_keys() -> None:
    assert POLICY.logs == (CTF_LOG.key,)
    assert POLICY.witnesses == {"nag": NAG_WITNESS.key, "press": PRESS_WITNESS.key}
    assert (POLICY.groups, POLICY.quorum) == ({"both": Group(2, ("nag", "press"))}, "both")
    assert POLICY.keys == (CTF_LOG.key, NAG_WITNESS.key, PRESS_WITNESS.key)


def test_blanks_comments_and_addresses_change_nothing() -> None:
    text = f"\t # é\n  {LINE['log'].strip()}  https://ctf.example/log \n\n{LINE['nag'].strip()}\thttps://nag.example\nquorum\tnag"
    assert read_policy(text.encode()) == read_policy((LINE["log"] + LINE["nag"] + "quorum nag\n").encode())
    assert read_policy(b"# \xff\nquorum none\n").quorum == NONE


def test_without_a_quorum_of_witnesses_none_are_needed() -> None:
    policy = read_policy(b"quorum none\n")
    assert satisfied(policy, [])
    assert not satisfied(read_policy((LINE["nag"] + "quorum nag\n").encode()), [CTF_LOG.key])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "no quorum line"),
        ("quorum none\nquorum none\n", "line 2 of the policy: there is a quorum already"),
        ("quorum nag\n", "'nag' is not named above"),
        ("quorum\n", "0 words"),
        ("quorum none none\n", "2 words"),
        ("sigsum x\n", "'sigsum' is none of log"),
        ("log\n", "0 words"),
        ("log nonsense\n", "name\\+id\\+key"),
        (LINE["log"] * 2, "line 2 of the policy: .* stands in the policy already"),
        (LINE["nag"] * 2, "stands in the policy already"),
        (LINE["log"].replace("log ", "witness ctf ", 1), "is a log key"),
        (LINE["nag"].replace("witness nag", "log"), "is a witness key"),
        (f"log {write_key(CTF.key)}\n", "is a statement key"),
        (LINE["nag"].replace(" nag ", " none ", 1), "has a meaning already"),
        (LINE["nag"] + "group nag any nag\n", "has a meaning already"),
        (LINE["nag"] + "group g any\n", "2 words"),
        (LINE["nag"] + "group g any press\n", "'press' is not named above"),
        (LINE["nag"] + "group g any none\n", "'none' is not named above"),
        (LINE["nag"] + "group g any g\n", "'g' is not named above"),
        (LINE["nag"] + "group g 2 nag\n", "'2' is none of all, any"),
        (LINE["nag"] + "group g 0 nag\n", "'0' is none of all, any"),
        (LINE["nag"] + "group g 01 nag\n", "'01' is none of all, any"),
        (LINE["nag"] + "group g any nag nag\n", "is in a group already"),
        (LINE["nag"] + "group g any nag\ngroup h any nag\n", "is in a group already"),
        ("quorum none\r\n", "control character"),
        ("\n" * 1000, "1,001 lines"),
    ],
)
def test_a_wrong_line_is_named(text: str, wanted: str) -> None:
    with pytest.raises(ProofError, match=wanted):
        read_policy(text.encode())


def test_a_log_may_sign_in_the_way_of_a_witness() -> None:
    log = signer("ctf.example/log", WITNESS_ML_DSA, 9).key
    assert read_policy(f"log {write_key(log)}\nquorum none".encode()).logs == (log,)


def test_authors_are_read_with_the_log_they_speak_in() -> None:
    assert read_voices(f"# parties\n\n{VOICES_TEXT}".encode()) == VOICES


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("\nauthor x", "line 2 of the authors: it does not read"),
        (f"party {write_key(CTF.key)} ctf.example/log", "line 1 of the authors: it does not read"),
        (f"author {write_key(Key('ctf', LOG, bytes(32)))} ctf.example/log", "is a log key"),
        (f"author {write_key(Key('ctf', STATEMENT, bytes(31)))} ctf.example/log", "31 bytes"),
        ("author \xff ctf.example/log", "name\\+id\\+key"),
    ],
)
def test_a_wrong_author_is_named(text: str, wanted: str) -> None:
    with pytest.raises(ProofError, match=wanted):
        read_voices(text.encode("latin-1"))
