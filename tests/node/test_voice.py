"""What was said by voice: noted in the words used, unsigned, per our record; the newest are listed."""

from typing import Any

import msgspec
import pytest

from airpact.node.api import peerschema
from airpact.node.commands import VOICE_ENTRY
from airpact.node.entries import Command, Refusal
from airpact.node.peercommands import SPOKEN_KEPT
from airpact.node.peerview import voice_rows
from tests.node.parties import Desk
from tests.node.skies import T0

SAID: dict[str, Any] = {"party": "UN", "at_s": T0, "text": " two aircraft, north ", "read_back": True}


def test_an_entry_is_kept_in_the_words_used_and_marked_unsigned() -> None:
    desk = Desk()
    desk.give(Command(VOICE_ENTRY, "local", SAID), 5)
    rows = voice_rows(desk.world)
    peerschema.VoiceEntries.model_validate_json(rows, strict=True)
    assert msgspec.json.decode(rows)["entries"] == [
        {
            "index": 1, "noted_s": T0 + 5, "by": "local", "party": "UN", "at_s": T0, "text": "two aircraft, north",
            "read_back": True, "signed": False,
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong", [{"text": "   "}, {"text": "x" * 2001}, {"at_s": float("inf")}, {"read_back": 1}, {"party": ""}]
)
def test_an_entry_without_its_parts_is_refused_in_words(wrong: dict[str, Any]) -> None:
    desk = Desk()
    refusal = desk.give(Command(VOICE_ENTRY, "local", SAID | wrong), 5)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "bad_voice_entry"
    assert not desk.world.spoken


def test_the_list_holds_the_newest_and_the_record_holds_all() -> None:
    desk = Desk()
    for number in range(SPOKEN_KEPT + 5):
        desk.give(Command(VOICE_ENTRY, "local", SAID | {"text": f"call {number}"}), 5)
    assert [desk.world.spoken[0].text, len(desk.world.spoken)] == ["call 5", SPOKEN_KEPT]
    assert len(desk.entries) == SPOKEN_KEPT + 5
