"""The door of one node: who is asking, and letting people in; everything the API needs of people, off the event loop.

The database of people has one thread, hashing has its own two; both are bounded and refuse with `BusyError` when full,
so a flood of passwords costs the picture nothing. A desk without sign-in has a door too: it stands open.
"""

import asyncio
import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from airpact.node.clock import Clock
from airpact.node.entries import Refusal
from airpact.node.home import Layout
from airpact.node.loop import DeskNode, StorageError
from airpact.node.people import passkeys
from airpact.node.people.account import LOCAL, Account, Caller, Refused, Way
from airpact.node.people.lockout import Addresses
from airpact.node.people.passkeys import Challenges, Site
from airpact.node.people.passwords import Hashing, weak
from airpact.node.people.records import Passkey, Records
from airpact.node.people.roles import OPEN_ROLES
from airpact.node.store import StoreError
from airpact.node.workers import BusyError, Worker
from airpact.proof.keys import spoken

RECORD_EVERY_S: Final = 2.0  # how soon the order hears of a change that was made on the command line
SIGN_IN: Final = "sign-in"
STOP_S: Final = 1.0
COOKIE_HEX: Final = 8
WORDS_SHOWN: Final = 4

_log = logging.getLogger("airpact.people")
P = ParamSpec("P")
T = TypeVar("T")

OPEN_CALLER: Final = Caller(LOCAL, LOCAL, OPEN_ROLES, Way.OPEN)


@dataclass(frozen=True, slots=True)
class House:
    """What the pages say of the node itself."""

    words: tuple[str, ...] = ()  # the first words of its fingerprint, read aloud
    distress: str = ""  # what this desk says about distress, "" = the words of the catalogue
    layout: Layout | None = None  # where its keys and those of its peers lie


class Door:
    """Lets people in."""

    def __init__(self, clock: Clock, records: Records | None, cookie: str, house: House | None = None) -> None:
        """Without `records` the door stands open: whoever sits at this machine acts as the account `local`."""
        self.house = house if house is not None else House()
        self.cookie = cookie
        self._clock = clock
        self._records = records
        self._thread = Worker("airpact-people", clock)
        self._hashing = Hashing()
        self._addresses = Addresses()
        self._challenges = Challenges()
        self._changed = asyncio.Event()
        if records is not None:
            self._thread.start()

    @property
    def is_open(self) -> bool:
        """Whether this desk needs no sign-in."""
        return self._records is None

    def now_s(self) -> float:
        """Return the desk's time (Unix s)."""
        return self._clock.now_s()

    def close(self) -> None:
        """End the threads, then the connection."""
        self._hashing.close()
        if self._records is not None:
            self._thread.stop(STOP_S)
            self._records.close()

    # --- who asks ----------------------------------------------------------------------------------------------------

    async def caller(self, cookie: str, bearer: str, certificate: str) -> Caller | None:
        """Return who asks: by token where one is given, else by the session of a cookie; None when nobody known."""
        if self._records is None:
            return OPEN_CALLER
        if bearer:
            return await self.records(Records.token, bearer, certificate, self.now_s())
        return await self.records(Records.session, cookie, self.now_s()) if cookie else None

    async def still(self, caller: Caller, certificate: str) -> Caller | None:
        """Return the caller as they stand now, None when their session or token is over."""
        if caller.way is Way.TOKEN:
            return await self.caller("", caller.secret, certificate)
        return await self.caller(caller.secret, "", "")

    async def present(self, caller: Caller) -> None:
        """Note that a person did something; a disk that takes nothing ends no watch."""
        if caller.way is Way.SESSION:
            try:
                await self.records(Records.present, caller, self.now_s())
            except StorageError as error:
                _log.error("the presence of %s is not recorded: %s", caller.account, error)

    async def records(self, work: "Callable[Concatenate[Records, P], T]", *args: P.args, **kwargs: P.kwargs) -> T:
        """Do one thing with the records on their thread.

        Raises `Refused`, `BusyError`, `StorageError` (not durable, so not done).
        """
        if self._records is None:
            raise Refused("no_accounts")
        try:
            return await asyncio.wrap_future(self._thread.call(work, self._records, *args, **kwargs))
        except StoreError as error:
            raise StorageError(str(error)) from error

    async def changed(self, work: "Callable[Concatenate[Records, P], T]", *args: P.args, **kwargs: P.kwargs) -> T:
        """Do one thing with the records that the order has to hear of."""
        done = await self.records(work, *args, **kwargs)
        self._changed.set()
        return done

    # --- letting people in -------------------------------------------------------------------------------------------

    async def enter_by_password(self, name: str, password: str, address: str) -> str:
        """Return the secret of a new session; raises `Refused` (`wrong`, or `locked` with `until_s`), `BusyError`."""
        now_s = self.now_s()
        self._check_wait(self._addresses.until_s(address, now_s), now_s)
        account, kept, until_s = await self.changed(Records.begin_password, name, now_s)
        self._check_wait(until_s, now_s)
        right = await self._hashing.holds(kept, password)
        if account is None or not kept or not right:
            self._addresses.wrong(address, now_s)
            self._check_wait(await self.records(Records.waits_until_s, name, now_s), now_s)
            raise Refused("wrong")
        self._addresses.right(address)
        return await self.changed(Records.enter, account.id, "password", now_s)

    @staticmethod
    def _check_wait(until_s: float, now_s: float) -> None:
        if until_s > now_s:
            raise Refused("locked", until_s=until_s)

    def ask_passkey(self, site: Site) -> tuple[str, bytes]:
        """Return a secret for the browser's cookie, and what its authenticator is to sign."""
        secret, challenge = self._challenges.give(SIGN_IN, self.now_s())
        return secret, passkeys.ask_known(_usable(site), challenge)

    async def enter_by_passkey(self, site: Site, secret: str, answer: bytes) -> str:
        """Return the secret of a new session; raises `Refused`."""
        challenge = self._challenges.take(secret, SIGN_IN, self.now_s())
        known = await self.records(Records.passkey, passkeys.named(answer))
        if known is None:
            raise Refused("passkey_unknown")
        proven = passkeys.check_known(site, challenge, known, answer)
        return await self.changed(Records.enter, known.account, "passkey", self.now_s(), proven)

    # --- invitations -------------------------------------------------------------------------------------------------

    async def invited(self, invitation: str) -> Account:
        """Return whom an invitation is for; raises `Refused`."""
        account = await self.records(Records.invited, invitation, self.now_s())
        if account is None:
            raise Refused("invitation_over")
        return account

    async def join_by_password(self, invitation: str, password: str, again: str) -> str:
        """Use an invitation with a new password; return the secret of a session; raises `Refused`."""
        account = await self.invited(invitation)
        if password != again:
            raise Refused("not_the_same")
        if code := weak(password, account.id):
            raise Refused(code)
        kept = await self._hashing.hashed(password)
        await self.changed(Records.join, invitation, self.now_s(), password=kept)
        return await self.changed(Records.enter, account.id, "password", self.now_s())

    async def ask_new_passkey(self, site: Site, invitation: str, party: str) -> tuple[str, bytes]:
        """Return a secret for the browser's cookie, and what it needs to make a passkey; raises `Refused`."""
        account = await self.invited(invitation)
        secret, challenge = self._challenges.give(invitation, self.now_s())
        return secret, passkeys.ask_new(_usable(site), challenge, account.id, party)

    async def join_by_passkey(self, site: Site, invitation: str, secret: str, answer: bytes) -> str:
        """Use an invitation with a new passkey; return the secret of a session; raises `Refused`."""
        account = await self.invited(invitation)
        challenge = self._challenges.take(secret, invitation, self.now_s())
        made: Passkey = passkeys.check_new(site, challenge, account.id, answer)
        await self.changed(Records.join, invitation, self.now_s(), passkey=made)
        return await self.changed(Records.enter, account.id, "passkey", self.now_s())

    # --- the order ---------------------------------------------------------------------------------------------------

    async def keep(self, node: DeskNode) -> None:
        """Put every change of people into the order, for as long as the desk runs."""
        while self._records is not None:
            self._changed.clear()
            try:
                await self._record(node)
            except (BusyError, StorageError) as error:
                _log.warning("changes of people wait for the order: %s", error)
            try:
                await asyncio.wait_for(self._changed.wait(), RECORD_EVERY_S)
            except TimeoutError:
                continue

    async def _record(self, node: DeskNode) -> None:
        while events := await self.records(Records.events):
            for number, command in events:
                answer = await node.submit(command)
                if isinstance(answer, Refusal):  # it happened all the same; kept in the log rather than tried for ever
                    _log.error("the order refused %s: %s", command.kind, answer.detail)
                await self.records(Records.recorded, number)


def first_words(fingerprint: bytes) -> tuple[str, ...]:
    """Return the first words of a fingerprint: enough to notice the wrong desk, too few to prove the right one."""
    return tuple(spoken(fingerprint).replace(",", " ").split()[:WORDS_SHOWN])


def csrf(caller: Caller) -> str:
    """Return the word that the forms of one session carry: nobody without the session can make it."""
    return hmac.new(caller.secret.encode(), b"airpact form", sha256).hexdigest()[:32]


def csrf_holds(caller: Caller, given: Any) -> bool:
    """Whether a form was made for this session; a desk without sign-in has none to protect."""
    return caller.way is Way.OPEN or hmac.compare_digest(csrf(caller).encode(), str(given).encode())


def cookie_name(short: str, origin: str) -> str:
    """Return the name of a node's cookie: two nodes on one host never read each other's."""
    letters = "".join(each for each in short.lower() if each.isascii() and each.isalnum())
    return f"airpact_{letters}_{sha256(origin.encode()).hexdigest()[:COOKIE_HEX]}"


def _usable(site: Site) -> Site:
    if not site.usable:
        raise Refused("passkey_needs_name")
    return site
