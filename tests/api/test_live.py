"""The live socket: hello, everything that stands, then pictures and alerts as they come; nobody misses an alert."""

import json
import socket as sockets
import threading
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from airpact.node import publish
from airpact.node.world import Outbox, TickRecord
from tests.api.serving import WAIT_S, Served, is_type, receive, serving
from tests.node.fakes import Fakes, alert


def delta(message: dict[str, Any]) -> bool:
    return message["type"] == "alerts" and not message["full"]


def new_alert_each_tick(record: TickRecord) -> Outbox:
    return Outbox(record.tick, record.now_s, (alert(f"a-b-{record.tick % 5}"),))


def until(condition: Callable[[], object]) -> None:
    waited = threading.Event()
    for _ in range(int(WAIT_S / 0.02)):
        if condition():
            return
        waited.wait(0.02)
    pytest.fail("it did not happen in time")


def test_hello_comes_first_then_what_stands_then_a_picture(served: Served) -> None:
    until(lambda: served.fakes.engine.health)
    with served.live() as socket:
        messages = [json.loads(socket.recv(WAIT_S)) for _ in range(3)]
    assert [message["type"] for message in messages] == ["hello", "alerts", "picture"]
    assert messages[0] | {"now_s": 0} == {"type": "hello", "protocol": 1, "mode": "EXERCISE", "now_s": 0}
    assert messages[1]["full"] is True
    assert {each["id"] for each in messages[1]["alerts"]} == {"a-b-1", "c-d-1"}


def test_pictures_come_once_a_second_with_rising_sequence(served: Served) -> None:
    with served.live() as socket:
        pictures = [receive(socket, is_type("picture")) for _ in range(4)]
    assert [later["seq"] - earlier["seq"] for earlier, later in pairwise(pictures)] == [1, 1, 1]
    assert len({picture["tick"] // 5 for picture in pictures}) == 4


def test_an_acknowledgement_reaches_every_console_at_once(served: Served) -> None:
    with served.live() as one, served.live() as other:
        receive(one, is_type("picture"))
        receive(other, is_type("picture"))
        served.post("/acknowledgements", {"alert": "a-b-1"})
        first, second = receive(one, delta), receive(other, delta)
    assert first == second
    assert [each["id"] for each in first["alerts"]] == ["a-b-1"]


def test_alerts_count_up_by_one_and_a_return_gets_exactly_what_it_missed() -> None:
    fakes = Fakes()
    fakes.engine.script = new_alert_each_tick
    with serving(fakes) as desk:
        with desk.live() as socket:
            seqs = [receive(socket, delta)["seq"] for _ in range(4)]
        with desk.live() as witness:
            missed = [receive(witness, delta)["seq"] for _ in range(3)][-1]
        with desk.live(since=seqs[-1]) as socket:
            after = [receive(socket, is_type("alerts")) for _ in range(missed - seqs[-1] + 2)]
    assert seqs == list(range(seqs[0], seqs[0] + 4))
    assert [message["seq"] for message in after] == list(range(seqs[-1] + 1, seqs[-1] + 1 + len(after)))
    assert not any(message["full"] for message in after)


@pytest.mark.parametrize("since", [0, 1, 2**53 - 1])
def test_a_return_with_a_number_of_another_life_gets_everything(standing: Served, since: int) -> None:
    until(lambda: standing.fakes.engine.health)
    with standing.live(since=since) as socket:
        assert receive(socket, is_type("alerts"))["full"] is True


@pytest.mark.parametrize("since", ["-1", "x", "1.5", "9" * 30, "\u0663"])
def test_a_number_that_is_none_is_refused_in_the_one_shape(standing: Served, since: str) -> None:
    with pytest.raises(InvalidStatus) as refused, standing.live(since=since):
        pass
    assert refused.value.response.status_code == 422
    assert json.loads(refused.value.response.body or b"")["code"] == "invalid_request"


def test_what_a_console_sends_is_thrown_away(served: Served) -> None:
    with served.live() as socket:
        for text in ("hello", "{}", "x" * 1000):
            socket.send(text)
        assert receive(socket, is_type("picture"))["seq"] > 0
        assert receive(socket, is_type("picture"))["seq"] > 1


def test_compression_is_never_agreed_to(served: Served) -> None:
    with served.live(compression="deflate") as socket:
        assert socket.response is not None
        assert "Sec-WebSocket-Extensions" not in socket.response.headers


def test_a_console_that_leaves_is_forgotten_and_not_counted_as_slow(served: Served) -> None:
    with served.live() as socket:
        receive(socket, is_type("hello"))
        assert len(served.node.hub) == 1
    until(lambda: len(served.node.hub) == 0)
    assert served.node.hub.dropped == 0


def test_one_console_that_stops_reading_is_cut_and_counted_while_the_others_get_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(publish, "STALLED_S", 1.0)
    fakes = Fakes()
    fakes.engine.picture_padding = "x" * 4_000_000  # more than the kernel buffers on both sides
    fakes.engine.script = new_alert_each_tick
    with serving(fakes) as desk, desk.live() as quick, _deaf_console(desk):
        until(lambda: len(desk.node.hub) == 2)
        seqs: list[int] = []
        while desk.node.hub.dropped == 0 or len(seqs) < 15:
            seqs.append(receive(quick, delta)["seq"])
            assert len(seqs) < 100, "the deaf console was never given up"
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
        assert len(desk.node.hub) == 1
        until(lambda: fakes.engine.health[-1].clients_dropped == 1)


def test_a_console_that_reads_too_late_is_told_why(monkeypatch: pytest.MonkeyPatch) -> None:
    fakes = Fakes()
    with serving(fakes) as desk, desk.live() as socket:
        receive(socket, is_type("picture"))
        (client,) = desk.node.hub._clients
        client.give_up("300 alert messages were waiting")
        with pytest.raises(ConnectionClosed) as closed:
            receive(socket, lambda _: False)
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1013, "300 alert messages were waiting")


def _deaf_console(desk: Served) -> sockets.socket:
    """Return a socket that asked for the live stream and never reads a byte of it."""
    host, port = desk.host.split(":")
    raw = sockets.socket()
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    raw.connect((host, int(port)))
    raw.sendall(
        f"GET /api/v1/live HTTP/1.1\r\nHost: {desk.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
    )
    return raw
