"""Two linked desks as people start them, one of them killed in the middle of it all: nothing is lost or doubled."""

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, Final

import httpx
import pytest

from airpact.node.home import Layout
from airpact.node.identity import load_identity
from airpact.node.store import Store
from airpact.proof.statement import read_header
from tests.conftest import PROFILE
from tests.processes import Started, free_port
from tests.run.desks import START_S, WAIT_S, airpact

KILLS: Final = 12 if PROFILE == "nightly" else 2
pytestmark = pytest.mark.timeout(300 + 100 * KILLS)
SEED: Final = 20_151_020
ROUNDS_MAX: Final = 12  # of words between two kills
LEAVES: Final = 'SELECT "index", entry FROM leaves WHERE origin = ? ORDER BY "index"'


class Home:
    """A desk that is started as often as it is killed, and what it answered as taken."""

    def __init__(self, folder: Path, short: str, port: int) -> None:
        self.short, self.layout, self.taken = short, Layout(folder / short.lower()), list[int]()
        words = ("--home", self.layout.root, "--party", f"The {short}", "--short", short)
        done = airpact("init", *words, "--peer-listen", f"127.0.0.1:{port}")
        assert done.returncode == 0, done.stderr
        self.process: Started | None = None
        self.http = httpx.Client(timeout=WAIT_S)

    @property
    def origin(self) -> str:
        identity = load_identity(self.layout)
        assert identity is not None
        return identity.origin

    def start(self) -> None:
        port = free_port()
        self.base = f"http://127.0.0.1:{port}/api/v1"
        self.process = Started("run", "--home", self.layout.root, "--port", port)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.end()

    def says(self, number: int) -> None:
        """Say something to the record, and now and then to the other party; a desk that is away is not told."""
        body = {"party": "RFU", "at_s": time.time(), "text": f"{self.short} {number}", "read_back": True}
        for path, said in (("/voice-entries", body), ("/presence", {}))[: 1 + (number % 2)]:
            with contextlib.suppress(httpx.TransportError):
                answer = self.http.post(self.base + path, json=said)
                if answer.status_code == httpx.codes.OK:
                    self.taken.append(answer.json()["index"])

    def heads(self) -> dict[str, dict[str, Any]]:
        with contextlib.suppress(httpx.HTTPError):
            table = self.http.get(f"{self.base}/peers").raise_for_status().json()
            return {head["party"]: head for head in table["heads"]}
        return {}

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        store = Store.open_read_only(self.layout)
        try:
            return store.rows(sql, *values)
        finally:
            store.close()


@pytest.fixture
def homes(tmp_path: Path) -> Iterator[tuple[Home, Home]]:
    two = Home(tmp_path, "NAG", free_port()), Home(tmp_path, "CTF", free_port())
    done = airpact("peer", "introduce", *(home.layout.root for home in two))
    assert done.returncode == 0, done.stderr
    yield two
    for home in two:
        home.http.close()
        if home.process is not None:
            home.process.end()


def until(wanted: Callable[[], object], what: str) -> None:
    end = time.monotonic() + START_S
    while not wanted():
        assert time.monotonic() < end, what
        time.sleep(0.2)


def answers(home: Home) -> bool:
    return bool(home.heads())


def agree(one: Home, other: Home) -> bool:
    """Whether each holds all of the other's log and has its cosignature of all of its own."""
    for mine, theirs in ((one.heads(), other.heads()), (other.heads(), one.heads())):
        own = [head for head in mine.values() if head["how"] == "own"]
        if not own or own[0]["party"] not in theirs:
            return False
        if not own[0]["size"] == own[0]["cosigned_size"] == theirs[own[0]["party"]]["size"]:
            return False
    return True


def test_a_desk_killed_in_the_middle_of_it_loses_nothing_and_doubles_nothing(homes: tuple[Home, Home]) -> None:
    nag, ctf = homes
    random = Random(SEED)
    for home in homes:
        home.start()
    until(lambda: all(map(answers, homes)), "two desks that answer")
    number = 0
    for _ in range(KILLS):
        for _ in range(random.randint(2, ROUNDS_MAX)):
            number += 1
            nag.says(number)
            ctf.says(number)
        ctf.kill()
        for _ in range(random.randint(1, 3)):
            number += 1
            nag.says(number)
        ctf.start()
        until(lambda: answers(ctf), "a desk that answers again")
    until(lambda: agree(nag, ctf), f"seed {SEED}: {nag.heads()} {ctf.heads()}")
    for home in homes:
        home.kill()
    check(nag, ctf)
    check(ctf, nag)


def check(said: Home, heard: Home) -> None:
    """Every answer of one desk stands in its log, the other's mirror is that log, and each word for it came once."""
    own, mirror = said.rows(LEAVES, said.origin), heard.rows(LEAVES, said.origin)
    assert [number for number, _ in own] == list(range(len(own)))
    assert set(said.taken) <= {number + 1 for number, _ in own}
    assert len(set(said.taken)) == len(said.taken) > 0
    assert mirror == own[: len(mirror)]
    assert len(mirror) >= max(said.taken)
    meant = {number for number, entry in mirror if heard.short in read_header(bytes(entry)).audience}
    keys = [key for (key,) in heard.rows("SELECT key FROM entries WHERE kind = 'peer.statement'")]
    came = Counter(int(key.rpartition("/")[2]) for key in keys if key.startswith(f"{said.origin}/"))
    assert meant, "nothing was said to the other party: this test proves nothing"
    assert set(came) == meant
    assert set(came.values()) == {1}
