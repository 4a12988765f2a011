"""The routes about other parties: what the driver of the links knows, presence, voice, and lifts refused."""

import msgspec

from airpact.node.api import peerschema
from airpact.node.peers import table
from tests.api.serving import Served
from tests.api.test_problem import assert_problem

FULL = table.PeersTable(
    "NAG", "nag.example/log", 412, 0,
    heads=(table.LogHead("CTF", "ctf.example/log", 200, "cm9vdA==", "linked", "consistent", 196, 214, 1.5),),
    peers=(
        table.PeerRow(
            party="CTF", name="Coastal Task Force", how="linked", addresses=("ctf.example:8800",), compared=True,
            own_words=("amber", "canyon"), their_words=("walnut", "copper"), own_fingerprint="bfb4",
            their_fingerprint="b8c2", certificate=table.Certificate("pinned", 9.0),
            released=table.Released("policy", ("height",), 1000.0, 1500.0, None, 20.0), clock_limit_s=2.0,
            not_understood=(table.NotUnderstood("weather-note", 7, 3.0),),
        ),
    ),
    refused=(table.Refused(2.0, "CTF", "smaller_checkpoint", "199 after 200", "198.51.100.7:4000", "fork-1.json"),),
    files=(table.Carried(1.0, "nag-to-rfu-0012", "RFU", "out", "written", 180, 214, "signed for RFU only"),),
)  # fmt: skip


def test_without_links_the_table_of_parties_is_empty_and_fits_the_contract(standing: Served) -> None:
    response = standing.http.get("/api/v1/peers")
    peerschema.PeersTable.model_validate_json(response.content, strict=True)
    assert response.json()["peers"] == []


def test_what_the_driver_of_the_links_knows_is_answered_whole(served: Served) -> None:
    served.node.peers = lambda: FULL
    response = served.http.get("/api/v1/peers")
    told = peerschema.PeersTable.model_validate_json(response.content, strict=True)
    assert told.model_dump(mode="json") == msgspec.json.decode(msgspec.json.encode(FULL))


def test_presence_voice_and_refusals_enter_the_order_with_their_own_words(served: Served) -> None:
    said = {"party": "CTF", "at_s": 1_700_000_000.0, "text": "we see it", "read_back": True}
    assert served.post("/presence", {}, "key 1").status_code == 200
    assert served.post("/voice-entries", said).status_code == 200
    assert served.post("/lifts/a-b-1/refusal", {"reason": "not now"}).status_code == 200
    assert [(entry.kind, entry.body, entry.key) for entry in served.fakes.order.entries] == [
        ("presence", {}, "api/local/key 1"),
        ("voice.entry", said, ""),
        ("lift.refuse", {"alert": "a-b-1", "reason": "not now"}, ""),
    ]


def test_a_voice_entry_says_with_whom_when_what_and_whether_it_was_read_back(standing: Served) -> None:
    said = {"party": "CTF", "at_s": 1.0, "text": "we see it", "read_back": True}
    for name in said:
        assert_problem(standing.post("/voice-entries", {k: v for k, v in said.items() if k != name}), 422)
    for wrong in ({"text": ""}, {"read_back": "yes"}, {"at_s": None}, {"party": ""}, {"more": 1}):
        assert_problem(standing.post("/voice-entries", said | wrong), 422)
    assert_problem(standing.post("/lifts/nobody/refusal", {"reason": "no"}), 404, "no_such_alert")


def test_the_list_of_what_was_said_by_voice_fits_the_contract(standing: Served) -> None:
    peerschema.VoiceEntries.model_validate_json(standing.http.get("/api/v1/voice-entries").content, strict=True)
