"""A desk with sign-in: accounts in a database of its own, a clock moved by hand, and short ways to be somebody."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from airpact.node.home import Layout
from airpact.node.people.account import MACHINE, Caller
from airpact.node.people.door import Door, House, cookie_name, csrf
from airpact.node.people.passwords import hashed
from airpact.node.people.records import Records
from airpact.node.people.roles import Role
from airpact.node.store import Store
from tests.api.serving import Served, serving
from tests.node.fakes import START_S, Fakes, ManualClock

COOKIE = cookie_name("NAG", "nag-00000000.airpact/log")
PASSWORD = "amber canyon river linen"
HASH = hashed(PASSWORD)


class Staffed:
    """A served desk whose people are known, and the records behind its door."""

    def __init__(self, served: Served, clock: ManualClock, records: Records, door: Door) -> None:
        self.served, self.clock, self.records, self.door = served, clock, records, door
        self.host = served.host

    def account(self, name: str, *roles: Role, password: str = HASH) -> str:
        """Make an account that signs in with `PASSWORD`."""
        now_s = self.clock.now_s()
        self.records.join(self.records.invite(name, roles, MACHINE, now_s), now_s, password=password)
        return name

    def session(self, name: str) -> tuple[Caller, dict[str, str]]:
        """Return the caller of a fresh session of an account, and the headers that carry it."""
        secret = self.records.enter(name, "password", self.clock.now_s())
        caller = self.records.session(secret, self.clock.now_s())
        assert caller is not None
        return caller, {"Cookie": f"{COOKIE}={secret}"}

    def token(self, name: str, certificate: str = "") -> dict[str, str]:
        """Return the headers of a program that speaks for all roles of an account."""
        caller, _ = self.session(name)
        secret, _ = self.records.issue(caller, "test", caller.roles, 3600.0, certificate, self.clock.now_s())
        return {"Authorization": f"Bearer {secret}"}

    def browser(self) -> httpx.Client:
        """Return a client that keeps cookies and, like a browser, says where its forms come from."""
        return httpx.Client(base_url=self.served.address, headers={"Origin": self.served.address.rstrip("/")})

    def form(self, headers: dict[str, str], caller: Caller, path: str, **fields: object) -> httpx.Response:
        """Send a form of a page of this session."""
        own = {**headers, "Origin": self.served.address.rstrip("/")}
        return self.served.http.post(path, data={"csrf": csrf(caller), **fields}, headers=own)


@contextmanager
def staffed(
    folder: Path, console: Path | None = None, cookie: str = COOKIE, fakes: Fakes | None = None
) -> Iterator[Staffed]:
    """Serve a desk that asks who is there."""
    clock = ManualClock(START_S)
    layout = Layout(folder)
    door = Door(clock, Records(Store.open(layout)), cookie, House(("Alfa", "Bravo", "Kilo", "seven"), "", layout))
    records = Records(Store.open(layout))
    try:
        with serving(fakes or Fakes(), console, door=door) as served:
            yield Staffed(served, clock, records, door)
    finally:
        records.close()
        door.close()
