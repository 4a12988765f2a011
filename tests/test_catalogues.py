"""Every reason that a node gives has words in both languages: a code on the screen of a desk explains nothing."""

import re
from math import nan
from pathlib import Path
from typing import Final

import pytest

from airpact.agreement.ladder import DECLARED_FORMATION
from airpact.feeds.report import Reject
from airpact.monitors.separation import NO_VELOCITY
from airpact.node.feeding import DROPPED
from airpact.node.peers.refusals import Reason
from airpact.node.people.roles import Role
from airpact.node.view import alive_rows, counts
from tests.node.skies import Desk, report, setting_of

LOCALE: Final = Path(__file__).parents[1] / "locale"
LANGUAGES: Final = ("en", "ru")
STALE_AFTER_S: Final = 20


def words(language: str, file: str = "console.ftl") -> dict[str, str]:
    """Return the messages of the console in one language, one line each."""
    text = (LOCALE / language / file).read_text(encoding="utf-8")
    return dict(re.findall(r"(?m)^([a-z][\w-]*) = ?(.*)$", text))


def message(prefix: str, code: str) -> str:
    """Return the id under which the console looks a code up (web/src/alerts/SetAside.tsx)."""
    return f"{prefix}-{re.sub('[_ ]', '-', code)}"


def unjudged() -> set[str]:
    """Return every reason that a picture can give: a desk with one aircraft on the ground, one old, one unsteered."""
    desk = Desk(setting_of())
    desk.run([report("00000a", 0.0, track=90.0, speed=200.0)], until=1)
    desk.tick(STALE_AFTER_S, [report("00000b", STALE_AFTER_S, 50_000.0, track=nan, speed=nan)])
    desk.tick(STALE_AFTER_S + 1, [report("00000c", STALE_AFTER_S + 1, 90_000.0, on_ground=True, track=0.0, speed=5.0)])
    return set(counts(desk.world, alive_rows(desk.world))["unjudged"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", [*(each.value for each in Reject), DROPPED])
def test_every_reason_to_reject_a_line_has_words(language: str, code: str) -> None:
    assert words(language).get(message("rejected", code), "") != ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_of_a_peer_and_every_role_has_words(language: str) -> None:
    known = words(language, "connection.ftl")
    codes = [message("refusal", each) for each in Reason] + [message("role", each) for each in Role]
    assert [code for code in codes if not known.get(code)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_not_to_judge_or_alert_has_words(language: str) -> None:
    given = unjudged()
    assert {NO_VELOCITY, "on ground", "stale"} <= given
    assert {code for code in {DECLARED_FORMATION, *given} if not words(language).get(message("reason", code))} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_words_are_kept_for_a_reason_that_nobody_gives(language: str) -> None:
    known = {message("rejected", code) for code in (*Reject, DROPPED)}
    known |= {message("reason", code) for code in (DECLARED_FORMATION, *unjudged())}
    kept = {id_ for id_ in words(language) if id_.startswith(("reason-", "rejected-"))}
    assert kept - known == set()
