"""What third parties mirror of a statement that is not for them: no place, no aircraft, no account."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from airpact.node.commands import PRESENCE, VOICE_ENTRY
from airpact.node.entries import Command, Refusal
from airpact.node.ledger.statements import item_of
from airpact.node.rotating import announcement, rotate
from airpact.proof.statement import Head
from tests.node import identities
from tests.node.parties import CTF, Desk, encounter
from tests.node.peers.desks import PeerDesk
from tests.node.skies import T0

AIRCRAFT = ("a00001", "a00002", "b00001", "b00002", "cafe01", "c00001")
PERSON = "jane-doe"
INTERNAL = {"body", "index", "kind", "time_s"}
WORDS = {"encounter", "desk", "internal", "node", "NAG", "CTF", "RFU", "EXERCISE", "encounter.state", "desk.state"}


def watch() -> Desk:
    """Return a desk that told two parties of encounters, heard from them, and whose people did things."""
    desk = Desk()
    for t in range(12):
        desk.meet(float(t))
        desk.say_all(float(t))
    for command in (
        Command(PRESENCE, PERSON, {}, "api/jane-doe/1", role="duty_officer", alias="p-17"),
        Command(VOICE_ENTRY, PERSON, {"party": CTF, "at_s": T0, "text": "a00001 at 59.4 24.8", "read_back": True}),
        Command(
            "acknowledge", PERSON, {"alert": next(iter(desk.world.alerts.alerts.values())).id}, role="duty_officer"
        ),
    ):
        assert not isinstance(desk.give(command, 13.0), Refusal), command
    desk.hear(CTF, 0, "encounter.state", encounter(), 14.0)
    for t in range(15, 20):
        desk.meet(float(t))
        desk.say_all(float(t))
    return desk


def headers(desk: Desk) -> Iterator[dict[str, Any]]:
    heads = {"ctf.example/log": Head(7, bytes(32))}
    for entry in desk.entries:
        yield json.loads(item_of(entry, identities.NAG, heads, entry.index.to_bytes(32)).entry)


def test_a_header_names_no_aircraft_no_account_and_no_place() -> None:
    desk = watch()
    found = list(headers(desk))
    assert {"internal", "encounter.state", "desk.state"} <= {each["kind"] for each in found}
    assert any(AIRCRAFT[0] in json.dumps(entry.body) for entry in desk.entries)  # the bodies do name them
    for each in found:
        text = json.dumps(each).lower()
        assert not [word for word in (*AIRCRAFT, PERSON, "p-17", "59.4", "api/", "tell/") if word in text], each
        assert set(numbers(each)) <= {each["time_s"], each["index"], 7}


def test_an_internal_header_is_a_digest_a_place_and_a_time() -> None:
    for each in headers(watch()):
        if "audience" not in each:
            assert set(each) == INTERNAL
            assert each["kind"] == "internal"
        else:
            said = {each["kind"], each["subject"], each["mode"], *each["author"].values(), *each["audience"]}
            assert said <= WORDS, said - WORDS


def test_a_change_of_keys_shows_third_parties_that_there_is_one_and_no_key(tmp_path: Path) -> None:
    nag, ctf = PeerDesk(tmp_path / "nag", "NAG"), PeerDesk(tmp_path / "ctf", "CTF")
    nag.knows(ctf)
    rotate(nag.layout, now_s=T0)
    told = announcement(nag.layout, [ctf_pin(nag)])
    assert told is not None
    assert told.audience == ("CTF",)
    assert told.subject.startswith("new keys of NAG from ")
    for each in (nag, ctf):
        each.listener.close()


def ctf_pin(desk: PeerDesk) -> Any:
    from airpact.node.peers.pins import load_peers

    return load_peers(desk.layout)["CTF"]


def numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        for each in value.values():
            yield from numbers(each)
    elif isinstance(value, list):
        for each in value:
            yield from numbers(each)
    elif isinstance(value, int | float):
        yield value
