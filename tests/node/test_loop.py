"""The command path across three threads: in order, once, durable before it is acknowledged; the tick never waits."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from airpact.encounter.levels import Level
from airpact.node.archive import LATE_S
from airpact.node.entries import Command, Entry, Refusal
from airpact.node.loop import COMMANDS_WAITING_MAX, ORDER_ERROR_S, Accepted, DeskNode, KeyReusedError, StorageError
from airpact.node.workers import BusyError
from airpact.node.world import Outbox
from tests.node.fakes import START_S, Fakes, MemoryOrder, alert, batch

COMPUTE, STORAGE = {"airpact-compute"}, {"airpact-storage"}


@asynccontextmanager
async def running(fakes: Fakes, **settings: Any) -> AsyncIterator[DeskNode]:
    node = fakes.node(**settings)
    await node.start()
    try:
        yield node
    finally:
        fakes.order.gate.set()
        assert await node.stop(5)


def acknowledge(alert_id: str = "a-b-1", key: str = "") -> Command:
    return Command("acknowledge", "local", {"alert": alert_id}, key)


async def until(condition: Callable[[], object]) -> None:
    """Wait until something another thread does has happened."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


def with_alert(alert_id: str = "a-b-1", level: Level = Level.CAUTION) -> Fakes:
    fakes = Fakes()
    fakes.engine.alerts[alert_id] = alert(alert_id, level)
    return fakes


def play(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


def test_a_command_is_decided_made_durable_applied_and_answered_with_its_alert() -> None:
    fakes = with_alert()

    async def scenario() -> None:
        async with running(fakes) as node:
            answer = await node.submit(acknowledge())
            assert isinstance(answer, Accepted)
            assert (answer.index, answer.at_s) == (1, START_S)
            assert b'"acknowledged"' in answer.alert

    play(scenario())
    assert [entry.index for entry in fakes.order.entries] == [1]
    assert fakes.engine.entries == fakes.order.entries


def test_the_loop_thread_never_touches_world_journal_or_database() -> None:
    fakes = with_alert()
    fakes.engine.script = lambda record: Outbox(record.tick, record.now_s, (alert("a-b-1"),))

    async def scenario() -> None:
        async with running(fakes) as node:
            await node.submit(acknowledge(key="k"))
            await node.timeline(0.0, 1.0)
            for _ in range(10):
                fakes.clock.advance(0.2)
                await asyncio.sleep(0.01)
            await until(lambda: fakes.history.outboxes)

    play(scenario())
    assert fakes.engine.threads == COMPUTE
    assert fakes.journal.threads == COMPUTE
    assert fakes.order.threads == STORAGE
    assert fakes.history.threads == STORAGE


def test_a_refusal_changes_nothing_and_is_not_in_the_order() -> None:
    fakes = with_alert(level=Level.WARNING)

    async def scenario() -> None:
        async with running(fakes) as node:
            for command in (acknowledge("nobody"), Command("shelve", "local", {"alert": "a-b-1", "minutes": 5.0})):
                assert isinstance(await node.submit(command), Refusal)

    play(scenario())
    assert fakes.order.entries == []
    assert fakes.engine.entries == []


def test_many_commands_at_once_get_one_order_and_are_applied_in_it() -> None:
    fakes = Fakes()
    names = [f"a-b-{n}" for n in range(COMMANDS_WAITING_MAX)]
    fakes.engine.alerts = {name: alert(name) for name in names}

    async def scenario() -> None:
        async with running(fakes) as node:
            answers = await asyncio.gather(*(node.submit(acknowledge(name)) for name in names))
            assert [answer.index for answer in answers if isinstance(answer, Accepted)] == list(
                range(1, len(names) + 1)
            )

    play(scenario())
    assert [entry.body["alert"] for entry in fakes.engine.entries] == names
    assert fakes.engine.entries == fakes.order.entries


def test_the_same_key_gives_the_first_answer_even_when_both_come_at_once() -> None:
    fakes = with_alert()

    async def scenario() -> None:
        async with running(fakes) as node:
            both = await asyncio.gather(node.submit(acknowledge(key="k")), node.submit(acknowledge(key="k")))
            assert both[0] == both[1] == await node.submit(acknowledge(key="k"))

    play(scenario())
    assert len(fakes.order.entries) == 1


def test_the_same_key_gives_the_same_place_and_time_after_a_restart() -> None:
    before = Entry(1, START_S - 60.0, "acknowledge", "local", {"alert": "a-b-1"}, "k")
    fakes = with_alert()
    fakes.order = MemoryOrder((before,))

    async def scenario() -> None:
        async with running(fakes, applied=1) as node:
            answer = await node.submit(acknowledge(key="k"))
            assert isinstance(answer, Accepted)
            assert (answer.index, answer.at_s) == (1, before.at_s)

    play(scenario())
    assert fakes.engine.entries == []


@pytest.mark.parametrize("restarted", [False, True])
def test_what_is_recorded_may_say_more_than_was_asked_and_its_key_still_fits(restarted: bool) -> None:
    fakes = with_alert()
    fakes.engine.decided = {"level": 2}

    async def scenario() -> None:
        async with running(fakes) as node:
            first = await node.submit(acknowledge(key="k"))
            assert fakes.order.entries[0].body == {"alert": "a-b-1", "level": 2}
            if not restarted:
                assert await node.submit(acknowledge(key="k")) == first
        if restarted:
            async with running(fakes, applied=1) as node:
                assert isinstance(await node.submit(acknowledge(key="k")), Accepted)

    play(scenario())
    assert len(fakes.order.entries) == 1


def test_a_refusal_is_repeated_for_its_key_though_it_would_now_be_accepted() -> None:
    fakes = Fakes()

    async def scenario() -> None:
        async with running(fakes) as node:
            first = await node.submit(acknowledge(key="k"))
            fakes.engine.alerts["a-b-1"] = alert("a-b-1")
            assert await node.submit(acknowledge(key="k")) == first

    play(scenario())


@pytest.mark.parametrize("restarted", [False, True])
def test_a_key_with_another_command_is_refused_not_answered(restarted: bool) -> None:
    fakes = with_alert()
    fakes.engine.alerts["a-b-2"] = alert("a-b-2")

    async def reuse(node: DeskNode) -> None:
        with pytest.raises(KeyReusedError):
            await node.submit(acknowledge("a-b-2", key="k"))

    async def scenario() -> None:
        async with running(fakes) as node:
            await node.submit(acknowledge(key="k"))
            if not restarted:
                await reuse(node)
        if restarted:
            async with running(fakes, applied=1) as node:
                await reuse(node)

    play(scenario())
    assert len(fakes.order.entries) == 1


def test_what_is_durable_but_not_applied_is_applied_at_the_start_and_before_the_next_command() -> None:
    fakes = with_alert()
    fakes.order = MemoryOrder((Entry(1, START_S - 9, "acknowledge", "local", {"alert": "a-b-1"}),))

    async def scenario() -> None:
        async with running(fakes) as node:
            assert [entry.index for entry in fakes.engine.entries] == [1]
            fakes.order.entries.append(Entry(2, START_S, "acknowledge", "local", {"alert": "a-b-1"}))
            await node.submit(acknowledge())
            assert [entry.index for entry in fakes.engine.entries] == [1, 2, 3]
            fakes.clock.advance(1.0)
            await until(lambda: fakes.journal.records and fakes.journal.records[-1].applied == 3)

    play(scenario())


def test_a_failed_write_acknowledges_nothing_is_shown_and_may_be_sent_again() -> None:
    fakes = with_alert()
    fakes.order.trouble = OSError("disk full")

    async def scenario() -> None:
        async with running(fakes) as node:
            with pytest.raises(StorageError, match="disk full"):
                await node.submit(acknowledge(key="k"))
            assert fakes.engine.entries == []
            assert node.health(START_S).storage_error == "disk full"
            assert node.health(START_S + ORDER_ERROR_S).storage_error == ""  # nobody knows whether it still holds
            assert isinstance(await node.submit(acknowledge(key="k")), Accepted)
            assert node.health(START_S).storage_error == ""

    play(scenario())


def test_while_storage_hangs_the_tick_goes_on_alerts_go_out_and_the_delay_is_shown() -> None:
    fakes = with_alert()

    async def scenario() -> None:
        async with running(fakes) as node:
            fakes.order.gate.clear()
            waiting = asyncio.create_task(node.submit(acknowledge()))
            await until(fakes.order.appending.is_set)
            fakes.engine.script = lambda record: Outbox(record.tick, record.now_s, (alert("c-d-1", Level.WARNING),))
            client = node.hub.join(None)
            steps = len(fakes.engine.records)
            fakes.clock.advance(LATE_S + 1.0)
            await until(lambda: len(fakes.engine.records) > steps)
            async with asyncio.timeout(5):
                while '"c-d-1"' not in ((await client.next()) or pytest.fail("given up")).text:
                    pass
            assert node.health(fakes.clock.now_s()).storage_late_s >= LATE_S
            fakes.clock.advance(LATE_S + 1.0)
            await until(lambda: node.health(fakes.clock.now_s()).unrecorded == ("c-d-1",))
            assert not waiting.done()
            fakes.order.gate.set()
            assert isinstance(await waiting, Accepted)
            await until(lambda: node.health(fakes.clock.now_s()).unrecorded == ())

    play(scenario())


def test_commands_beyond_the_limit_are_refused_at_once() -> None:
    fakes = with_alert()

    async def scenario() -> None:
        async with running(fakes) as node:
            fakes.order.gate.clear()
            waiting = [asyncio.create_task(node.submit(acknowledge())) for _ in range(COMMANDS_WAITING_MAX)]
            await asyncio.sleep(0)
            with pytest.raises(BusyError):
                await node.submit(acknowledge())
            fakes.order.gate.set()
            await asyncio.gather(*waiting)

    play(scenario())
    assert len(fakes.order.entries) == COMMANDS_WAITING_MAX


def test_a_caller_that_goes_away_does_not_leave_a_durable_entry_unapplied() -> None:
    fakes = with_alert()

    async def scenario() -> None:
        async with running(fakes) as node:
            fakes.order.gate.clear()
            caller = asyncio.create_task(node.submit(acknowledge()))
            await until(fakes.order.appending.is_set)
            caller.cancel()
            with pytest.raises(asyncio.CancelledError):
                await caller
            fakes.order.gate.set()
            await until(lambda: fakes.engine.entries)

    play(scenario())
    assert fakes.engine.entries == fakes.order.entries


def test_a_broken_step_ends_the_ticks_and_names_the_reason() -> None:
    fakes = Fakes()

    def broken(_: object) -> Outbox:
        raise RuntimeError("broken world")

    async def scenario() -> None:
        async with running(fakes) as node:
            assert node.failure is None
            fakes.engine.script = broken
            fakes.clock.advance(1.0)
            await until(lambda: node.failure)
            assert str(node.failure) == "broken world"
            with pytest.raises(BusyError):
                await node.submit(acknowledge())

    play(scenario())


def test_a_reader_s_batch_reaches_the_next_step() -> None:
    fakes = Fakes()

    async def scenario() -> None:
        async with running(fakes) as node:
            threading.Thread(target=node.intake.put, args=(batch(),)).start()

            def stepped() -> bool:
                fakes.clock.advance(0.2)
                return any(record.batches for record in fakes.engine.records)

            await until(stepped)

    play(scenario())


def test_no_thread_is_left_after_a_stop() -> None:
    fakes = Fakes()

    async def scenario() -> None:
        async with running(fakes):
            pass

    play(scenario())
    assert not {"airpact-compute", "airpact-storage"} & {thread.name for thread in threading.enumerate()}


def test_a_batch_is_stored_in_one_call_and_answered_in_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    fakes = with_alert()
    calls: list[int] = []
    append_many = fakes.order.append_many

    def counted(commands: Sequence[tuple[Command, float]]) -> list[Entry]:
        calls.append(len(commands))
        return append_many(commands)

    monkeypatch.setattr(fakes.order, "append_many", counted)

    async def scenario() -> None:
        async with running(fakes) as node:
            known = await node.submit(acknowledge(key="k0"))
            batch = [
                acknowledge(key="k1"),
                acknowledge("nobody"),
                acknowledge(key="k0"),
                acknowledge(),
                acknowledge(key="k1"),
            ]
            answers = await node.submit_all(batch)
            assert [type(answer) for answer in answers] == [Accepted, Refusal, Accepted, Accepted, Accepted]
            assert answers[2] == known
            assert [answer.index for answer in answers if isinstance(answer, Accepted)] == [2, 1, 3, 2]
            assert await node.submit_all([]) == []
            with pytest.raises(KeyReusedError):
                await node.submit_all([acknowledge(key="k2"), Command("sound_check", "local", {"heard": True}, "k1")])

    play(scenario())
    assert calls == [1, 3]
    assert fakes.engine.entries == fakes.order.entries
