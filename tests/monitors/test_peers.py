"""Other parties held against what was agreed: each fault rings once, at its deadline, and is over when it is over."""

from math import inf, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.encounter.levels import Level
from airpact.monitors.finding import Kind, Subject
from airpact.monitors.peers import (
    HOUR_S,
    PRESENCE_GRACE_S,
    PeerLimits,
    PeerView,
    key_of,
    next_due_s,
    party_of,
    watch,
)

LIMITS = PeerLimits()
T0 = 1_700_000_000.0


def view(party: str = "CTF", **more: Any) -> PeerView:
    """Return a party whose link stands and whose log was just seen."""
    values: dict[str, Any] = {
        "state": "linked", "expected_s": T0, "told_s": T0, "linked_s": T0, "head_seen_s": T0, "clock_offset_s": 0.0,
    }  # fmt: skip
    return PeerView(party, **(values | more))


def kinds(one: PeerView, t: float) -> list[Kind]:
    """Return the faults that stand `t` seconds after T0."""
    watch([one], LIMITS, T0 + t)
    return sorted(one.faults)


def test_a_party_that_is_linked_seen_and_manned_gives_no_finding() -> None:
    one = view(desk="manned", presence_until_s=T0 + 1800.0)
    assert watch([one], LIMITS, T0 + 1.0) == ((), ())


@pytest.mark.parametrize(
    ("more", "t", "kind"),
    [
        ({"state": "lost"}, LIMITS.lost_s, Kind.PEER_LOST),
        ({"state": "connecting"}, LIMITS.lost_s, Kind.PEER_LOST),
        ({}, LIMITS.lost_s, Kind.PEER_LOST),  # nothing is told of the link at all
        ({"state": "forked"}, 0.0, Kind.PEER_FORK),
        ({"desk": "unmanned"}, 0.0, Kind.PEER_UNMANNED),
        ({"desk": "manned", "presence_until_s": T0 - 55.0}, PRESENCE_GRACE_S - 55.0, Kind.PEER_UNMANNED),
        ({"clock_offset_s": -2.1}, 0.0, Kind.PEER_CLOCK),
        ({"lifts_s": [T0 - 1.0] * 7}, 0.0, Kind.LIFTS_UNUSUAL),
        ({"how": "file", "state": "none"}, LIMITS.head_unseen_file_s, Kind.PEER_HEAD_UNSEEN),
        ({"head_seen_s": T0 - 295.0, "expected_s": T0 - 900.0}, 5.0, Kind.PEER_HEAD_UNSEEN),
    ],
)
def test_each_fault_rings_at_its_deadline_and_not_before(more: dict[str, Any], t: float, kind: Kind) -> None:
    assert kinds(view(**more), t) == [kind]
    if t:
        assert kinds(view(**more), t - 0.2) == []


def test_a_finding_comes_once_and_is_over_when_the_fault_is() -> None:
    one = view(state="lost")
    (finding,), over = watch([one], LIMITS, T0 + 20.0)
    assert (finding.subject, finding.level, over) == (Subject.PEER, Level.CAUTION, ())
    assert "CTF" in finding.detail
    assert watch([one], LIMITS, T0 + 21.0) == ((), ())
    one.state, one.linked_s, one.told_s = "linked", T0 + 22.0, T0 + 22.0
    assert watch([one], LIMITS, T0 + 22.0) == ((), (finding.key,))


def test_faults_of_three_parties_stand_beside_each_other() -> None:
    views = [view("CTF", state="forked"), view("RFU", desk="unmanned", clock_offset_s=9.0), view("UN")]
    findings, _ = watch(views, LIMITS, T0)
    assert [(party_of(each.key), each.kind) for each in findings] == [
        ("CTF", Kind.PEER_FORK), ("RFU", Kind.PEER_UNMANNED), ("RFU", Kind.PEER_CLOCK),
    ]  # fmt: skip
    assert len({each.key for each in findings}) == 3
    assert findings[0].key == key_of("CTF", Kind.PEER_FORK)


def test_by_voice_no_link_and_no_head_is_expected() -> None:
    assert kinds(view(how="voice", state="none", head_seen_s=nan), 1e6) == []


def test_lifts_are_usual_again_an_hour_later() -> None:
    one = view(how="voice", state="none", lifts_s=[T0] * 7)
    assert kinds(one, HOUR_S - 0.2) == [Kind.LIFTS_UNUSUAL]
    assert kinds(one, HOUR_S) == []


offsets = st.sampled_from((nan, -400.0, -100.0, -9.0, 0.0))


@given(
    st.sampled_from(("linked", "connecting", "lost", "forked", "none")),
    st.sampled_from(("linked", "file", "voice")),
    st.sampled_from(("manned", "unmanned", "unknown")),
    st.tuples(offsets, offsets, offsets, offsets),
)
def test_nothing_changes_between_one_due_time_and_the_next(
    state: str, how: str, desk: str, before: tuple[float, float, float, float]
) -> None:
    linked_s, head_s, presence_s, told_s = (T0 + each for each in before)
    one = view(
        state=state, how=how, desk=desk, linked_s=linked_s, head_seen_s=head_s, presence_until_s=presence_s,
        told_s=told_s, lifts_s=[T0 - 3590.0] * 7,
    )  # fmt: skip
    watch([one], LIMITS, T0)
    now_s = T0
    while (due_s := next_due_s({"CTF": one}, LIMITS, now_s)) < inf:
        for share in (0.3, 0.999):
            assert watch([one], LIMITS, now_s + share * (due_s - now_s) - 1e-3) == ((), ())
        watch([one], LIMITS, due_s)
        now_s = due_s
    assert watch([one], LIMITS, now_s + 1e7) == ((), ())
