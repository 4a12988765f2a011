"""A console misses no alert, gets only the newest picture, and is given up openly when it cannot keep up."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, multiple, rule

from airpact.node.publish import STALLED_S, Client, Frame, Hub, Passage, Publication


def picture(seq: int) -> Publication:
    return Publication(picture=Frame(seq, f"picture {seq}"))


def alerts(seq: int) -> Publication:
    return Publication(alerts=Frame(seq, f"alerts {seq}"))


def full(seq: int) -> Publication:
    return Publication(full=Frame(seq, f"full {seq}"))


def publish(hub: Hub, *publications: Publication, loop_s: float = 0.0) -> None:
    for publication in publications:
        hub.publish(publication, loop_s)


def taken(client: Client) -> list[str]:
    """Return the text of every frame a console would be sent now, and "given up" where it is closed instead."""
    frames: list[str] = []
    while (frame := client.next_now()) is not None:
        frames.append(frame.text)
    return [*frames, "given up"] if client.lost else frames


def test_one_that_joins_gets_what_stands_then_what_followed_then_the_picture() -> None:
    hub = Hub()
    publish(hub, full(10), alerts(11), alerts(12), picture(1))
    assert taken(hub.join(None)) == ["full 10", "alerts 11", "alerts 12", "picture 1"]


def test_one_that_joined_before_anything_was_known_gets_the_first_list_when_it_comes() -> None:
    hub = Hub()
    client = hub.join(None)
    publish(hub, alerts(11))
    assert taken(client) == []
    publish(hub, full(11), alerts(12))
    assert taken(client) == ["full 11", "alerts 12"]


def test_one_that_returns_gets_exactly_what_it_missed() -> None:
    hub = Hub()
    publish(hub, full(10), alerts(11), alerts(12), alerts(13))
    assert taken(hub.join(11)) == ["alerts 12", "alerts 13"]
    assert taken(hub.join(13)) == []
    assert taken(hub.join(10)) == ["alerts 11", "alerts 12", "alerts 13"]


@pytest.mark.parametrize("since", [0, 9, 14, 2**53])
def test_one_that_returns_from_before_the_ring_or_from_another_life_gets_everything(since: int) -> None:
    hub = Hub()
    publish(hub, full(10), alerts(11), alerts(12), alerts(13))
    assert taken(hub.join(since)) == ["full 10", "alerts 11", "alerts 12", "alerts 13"]


def test_one_that_missed_more_than_it_could_queue_gets_the_list_instead() -> None:
    hub = Hub(client_alerts_max=8)
    publish(hub, full(0), *(alerts(n) for n in range(1, 21)), full(20))
    client = hub.join(1)
    assert taken(client) == ["full 20"]
    assert client.lost == ""


def test_the_ring_keeps_only_its_last_frames() -> None:
    hub = Hub(ring=3)
    publish(hub, full(0), *(alerts(n) for n in range(1, 11)), full(10))
    assert taken(hub.join(7)) == ["alerts 8", "alerts 9", "alerts 10"]
    assert taken(hub.join(6)) == ["full 10"]


def test_only_the_newest_picture_waits_and_alerts_go_first() -> None:
    hub = Hub()
    publish(hub, full(0))
    client = hub.join(None)
    publish(hub, picture(1), picture(2), alerts(1), picture(3), alerts(2))
    assert taken(client) == ["full 0", "alerts 1", "alerts 2", "picture 3"]


def test_a_console_with_too_many_alerts_waiting_is_given_up_and_counted_not_shortened() -> None:
    hub = Hub(client_alerts_max=4)
    publish(hub, full(0))
    slow, quick = hub.join(None), hub.join(None)
    taken(quick)
    for n in range(1, 8):
        publish(hub, alerts(n))
        assert taken(quick) == [f"alerts {n}"]
    assert taken(slow) == ["given up"]
    assert "alert messages were waiting" in slow.lost
    hub.leave(slow)
    hub.leave(quick)
    assert (len(hub), hub.dropped) == (0, 1)


def test_a_console_that_takes_no_frame_for_long_is_given_up() -> None:
    hub = Hub()
    client = hub.join(None)
    client.sending_since_s = 100.0
    publish(hub, picture(1), loop_s=100.0 + STALLED_S)
    assert client.lost == ""
    publish(hub, picture(2), loop_s=100.1 + STALLED_S)
    assert client.lost == "took no message for 10 s"


def test_a_gap_between_compute_and_loop_is_mended_by_the_next_list_for_everyone() -> None:
    hub = Hub()
    publish(hub, full(0), alerts(1))
    client = hub.join(1)
    publish(hub, alerts(5), alerts(6))  # 2 to 4 were lost on the way
    assert taken(client) == []
    publish(hub, full(6), alerts(7))
    assert taken(client) == ["full 6", "alerts 7"]
    assert taken(hub.join(4)) == ["full 6", "alerts 7"]


def test_a_list_older_than_the_gap_does_not_mend_it() -> None:
    hub = Hub()
    publish(hub, full(0), alerts(1))
    client = hub.join(1)
    publish(hub, alerts(5), full(2))
    assert taken(client) == []
    publish(hub, full(5))
    assert taken(client) == ["full 5"]


def test_a_console_that_is_waiting_wakes_when_it_is_given_up() -> None:
    async def scenario() -> tuple[Frame | None, str]:
        client = Client()
        waiting, lost = asyncio.create_task(client.next()), asyncio.create_task(client.until_lost())
        await asyncio.sleep(0)
        client.give_up("too slow")
        client.give_up("second reason")
        return await waiting, await lost

    assert asyncio.run(scenario()) == (None, "too slow")


def test_the_passage_wakes_the_loop_once_until_it_takes() -> None:
    passage, wakes = Passage(), list[int]()
    passage.connect(lambda: wakes.append(1))
    for n in range(3):
        passage.put(picture(n))
        passage.put(alerts(n))
    assert len(wakes) == 1
    texts = [
        frame.text for each in passage.take() for frame in (each.alerts, each.picture, each.full) if frame is not None
    ]
    assert texts == ["alerts 0", "alerts 1", "alerts 2", "picture 2"]
    passage.put(picture(9))
    assert len(wakes) == 2


def test_a_passage_nobody_takes_from_stays_bounded_and_the_loss_shows_as_a_gap() -> None:
    passage, hub = Passage(alerts_max=4), Hub()
    publish(hub, full(0), alerts(1))
    client = hub.join(1)
    for n in range(2, 100):
        passage.put(alerts(n))
    passage.put(full(99))
    publish(hub, *passage.take())
    assert taken(client) == ["full 99"]


@dataclass
class Console:
    """One console as a person sees it: the last sequence it knows."""

    client: Client
    knows: int | None = None


class ConsolesMissNothing(RuleBasedStateMachine):
    """Consoles join, read, hang up and return in any order; what they know always follows without a hole."""

    consoles = Bundle("consoles")

    @initialize()
    def begin(self) -> None:
        self.hub = Hub(ring=6, client_alerts_max=8)
        self.seq = self.pictures = 100
        publish(self.hub, full(self.seq))

    @rule(target=consoles)
    def joins(self) -> Console:
        return Console(self.hub.join(None))

    @rule(target=consoles, console=consumes(consoles))
    def returns(self, console: Console) -> Console:
        self.hub.leave(console.client)
        return Console(self.hub.join(console.knows), console.knows)

    @rule(lost=st.integers(0, 2), late_list=st.booleans())
    def alerts_change(self, lost: int, late_list: bool) -> None:
        before = self.seq
        self.seq += 1 + lost
        publish(self.hub, alerts(self.seq), *([full(before)] if late_list else []))

    @rule()
    def a_second_passes(self) -> None:
        self.pictures += 1
        publish(self.hub, full(self.seq), picture(self.pictures))

    @rule(target=consoles, console=consumes(consoles))
    def reads(self, console: Console) -> object:
        last_picture = 0
        for text in taken(console.client):
            if text == "given up":
                assert console.client.lost
                return multiple()
            kind, number = text.split()
            if kind == "picture":
                assert int(number) > last_picture
                last_picture = int(number)
            elif kind == "alerts":
                assert console.knows is not None
                assert int(number) == console.knows + 1
                console.knows = int(number)
            else:
                assert console.knows is None or int(number) >= console.knows
                console.knows = int(number)
        return console


TestConsolesMissNothing: Callable[..., object] = ConsolesMissNothing.TestCase


@given(st.lists(st.sampled_from(["picture", "alerts", "full"]), max_size=60))
def test_pictures_only_ever_move_forward(kinds: list[str]) -> None:
    hub, seqs, seen = Hub(), {"picture": 0, "alerts": 0, "full": 0}, list[int]()
    client = hub.join(None)
    for kind in kinds:
        seqs[kind] += 1
        seq = seqs["alerts" if kind == "full" else kind]
        publish(hub, {"picture": picture, "alerts": alerts, "full": full}[kind](seq))
        if seqs["picture"] % 3 == 0:
            seen += [int(text.split()[1]) for text in taken(client) if text.startswith("picture")]
    assert seen == sorted(set(seen))
