"""The node says what waits, in order, again when storage is away, and each word at most once."""

import asyncio
from collections.abc import Callable

from airpact.node.entries import Command, Refusal
from airpact.node.loop import StorageError
from airpact.node.partners.intake import PeerIntake
from airpact.node.partners.outgoing import Outgoing, Tell, said, say
from airpact.node.telling import Teller
from airpact.node.tick import PeerNews


def run_teller(answer: Callable[[Command, Outgoing], object], outgoing: Outgoing, rounds: int = 20) -> Teller:
    """Let a teller work on what waits until nothing does; `answer` raises or returns as the node would."""

    async def work() -> Teller:
        async def submit(command: Command) -> object:
            answered = answer(command, outgoing)
            teller.take(tuple(outgoing.waiting.values()))
            return answered

        teller = Teller(submit, StorageError, retry_s=0.0)
        teller.start()
        teller.take(tuple(outgoing.waiting.values()))
        for _ in range(rounds):
            await asyncio.sleep(0)
        await teller.stop()
        return teller

    return asyncio.run(work())


def waiting(count: int) -> Outgoing:
    outgoing = Outgoing()
    for number in range(count):
        say(outgoing, f"matter/{number}", "desk.state", {"number": number}, audience=("CTF",), subject="desk")
    return outgoing


def test_what_waits_is_said_in_order_with_its_audience_and_key() -> None:
    outgoing, heard = waiting(3), []

    def answer(command: Command, outgoing: Outgoing) -> object:
        heard.append(command)
        said(outgoing, command.key)
        return None

    run_teller(answer, outgoing)
    assert [command.body["number"] for command in heard] == [0, 1, 2]
    assert {(command.person, command.audience, command.subject) for command in heard} == {("node", ("CTF",), "desk")}
    assert len({command.key for command in heard}) == 3
    assert not outgoing.waiting


def test_while_storage_is_away_the_same_word_is_tried_again_and_none_is_passed_over() -> None:
    outgoing, tried = waiting(2), []

    def answer(command: Command, outgoing: Outgoing) -> object:
        tried.append(command.body["number"])
        if len(tried) < 4:
            raise StorageError("disk full")
        said(outgoing, command.key)
        return None

    teller = run_teller(answer, outgoing, rounds=60)
    assert tried == [0, 0, 0, 0, 1]
    assert teller.retried == 3


def test_a_word_overtaken_on_its_way_is_counted_and_not_repeated() -> None:
    outgoing, tried = waiting(1), []

    def answer(command: Command, _outgoing: Outgoing) -> object:
        tried.append(command.key)
        return Refusal("superseded", "There are newer words.")

    teller = run_teller(answer, outgoing)
    assert len(tried) == 1
    assert teller.refused == 1


def test_a_teller_that_does_not_run_keeps_nothing_from_the_desk() -> None:
    async def nobody(_command: Command) -> object:
        raise AssertionError("not started")

    teller = Teller(nobody, StorageError)
    teller.take((Tell("desk", "desk.state", {}, "key"),))
    asyncio.run(teller.stop())


def test_the_newest_news_of_each_party_waits_and_nothing_older() -> None:
    intake = PeerIntake(parties_max=2)
    for party, at_s in (("B", 1.0), ("A", 2.0), ("B", 3.0), ("C", 4.0)):
        intake.put(PeerNews(party, at_s, "linked"))
    assert [(news.party, news.at_s) for news in intake.drain()] == [("A", 2.0), ("B", 3.0)]
    assert intake.left_out == 1
    assert intake.drain() == ()
