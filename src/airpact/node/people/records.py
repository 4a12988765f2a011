"""Accounts, invitations, passkeys, sessions and tokens in the node's database, on a connection of their own.

Secrets are kept as digests only: passwords as argon2id, everything drawn by us as SHA-256 (128 random bits and more
need no slow hash). Each change and the entry that records it are one transaction; `Records.events` gives what has not
reached the order yet: a crash between the two loses nothing, and an idempotency key keeps it from entering twice.
"""

import secrets
import sqlite3
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, Final, NamedTuple

import msgspec

from airpact.node.entries import Command
from airpact.node.people.account import ALIAS_DIGITS, Account, Actor, Caller, Refused, State, Way, check_name
from airpact.node.people.lockout import FORGET_S, Tries, one_more
from airpact.node.people.roles import Role, read_roles
from airpact.node.store import Store

INVITATION_S: Final = 7 * 86_400.0
INVITATION_BYTES: Final = 16
SESSION_BYTES: Final = 32
SESSION_S: Final = 12 * 3600.0  # one watch and its handover
PRESENCE_S: Final = 30 * 60.0  # the interval at which an officer confirms presence
TOUCH_S: Final = 30.0  # presence is written at most this often: each write is synced to the disk
TOKEN_S_MAX: Final = 24 * 3600.0
ACCOUNTS_MAX: Final = 1000
SESSIONS_MAX: Final = 16  # of one account; the oldest ends
TOKENS_MAX: Final = 32  # of one account
NAMES_TRIED_MAX: Final = 10_000  # names with wrong passwords that are remembered, known or not
EVENTS_AT_ONCE: Final = 16  # half of what the desk lets wait: people's commands go first


class Passkey(NamedTuple):
    """A credential of WebAuthn as the authenticator registered it."""

    credential: bytes
    account: str
    public_key: bytes
    sign_count: int


class Token(NamedTuple):
    """A token as its owner sees it; the secret itself is shown once and never kept."""

    number: int
    name: str
    roles: tuple[Role, ...]
    until_s: float
    certificate: str


class Records:
    """The people of one node; every call on one thread at a time."""

    def __init__(self, store: Store) -> None:
        """Take an open store that nobody else uses."""
        self._store = store

    def close(self) -> None:
        """Close the connection."""
        self._store.close()

    # --- accounts ----------------------------------------------------------------------------------------------------

    def accounts(self) -> list[Account]:
        """Return every account, by name."""
        return [_account(row, self._tries(row[0])) for row in self._store.rows(_ACCOUNTS + " ORDER BY a.id")]

    def account(self, name: str) -> Account | None:
        """Return one account."""
        rows = self._store.rows(_ACCOUNTS + " WHERE a.id = ?", name)
        return _account(rows[0], self._tries(name)) if rows else None

    def invite(self, name: str, roles: Iterable[str], by: Actor, now_s: float) -> str:
        """Return the secret of a new invitation, which ends in seven days; an older one of the account is void.

        An account that exists keeps its ways to sign in until the invitation is used. Raises `Refused`.
        """
        check_name(name)
        given = _roles(roles)
        secret = secrets.token_urlsafe(INVITATION_BYTES)
        with self._store.transaction() as connection:
            known = self.account(name)
            if known is None:
                _add_account(connection, name, given, now_s)
            elif known.state is State.LOCKED:
                raise Refused("account_locked", account=name)
            else:
                self._keep_an_administrator(known, given)
                connection.execute("UPDATE accounts SET roles = ? WHERE id = ?", (_names(given), name))
            connection.execute("DELETE FROM invitations WHERE account = ?", (name,))
            until_s = now_s + INVITATION_S
            connection.execute("INSERT INTO invitations VALUES (?, ?, ?)", (digest(secret), name, until_s))
            body = {"account": name, "roles": [*given], "until_s": until_s}
            _note(connection, "people.invited", by, body, now_s)
        return secret

    def invited(self, secret: str, now_s: float) -> Account | None:
        """Return the account an invitation is for while it may be used."""
        rows = self._store.rows("SELECT account FROM invitations WHERE hash = ? AND until_s > ?", digest(secret), now_s)
        return self.account(rows[0][0]) if rows else None

    def join(self, secret: str, now_s: float, *, password: str = "", passkey: Passkey | None = None) -> Account:
        """Use up an invitation: the account signs in with this hash or passkey from now on; raises `Refused`."""
        with self._store.transaction() as connection:
            account = self.invited(secret, now_s)
            if account is None or account.state is State.LOCKED:
                raise Refused("invitation_over")
            connection.execute("DELETE FROM invitations WHERE account = ?", (account.id,))
            connection.execute("DELETE FROM passkeys WHERE account = ?", (account.id,))
            connection.execute(
                "UPDATE accounts SET state = 'active', password = ? WHERE id = ?", (password, account.id)
            )
            if passkey is not None:
                _add_passkey(connection, passkey, now_s)
            _forget_all(connection, account.id)
            way = "passkey" if passkey is not None else "password"
            _note(connection, "people.joined", Actor(account.id, "", account.alias), {"with": way}, now_s)
        return account

    def lock(self, name: str, by: Actor, now_s: float) -> None:
        """Shut an account out at once: its sessions, tokens and invitation end; raises `Refused`."""
        with self._store.transaction() as connection:
            account = self._known(name)
            self._keep_an_administrator(account, ())
            connection.execute("UPDATE accounts SET state = 'locked' WHERE id = ?", (name,))
            connection.execute("DELETE FROM invitations WHERE account = ?", (name,))
            _forget_all(connection, name)
            _note(connection, "people.locked", by, {"account": name}, now_s)

    def unlock(self, name: str, by: Actor, now_s: float) -> None:
        """Let an account in again, and lift the wait after wrong passwords; raises `Refused`."""
        with self._store.transaction() as connection:
            account = self._known(name)
            able = account.has_password or account.passkeys > 0
            if account.state is State.LOCKED:
                state = State.ACTIVE if able else State.INVITED
                connection.execute("UPDATE accounts SET state = ? WHERE id = ?", (state.value, name))
            connection.execute("DELETE FROM password_tries WHERE name = ?", (digest(name),))
            _note(connection, "people.unlocked", by, {"account": name}, now_s)

    def give_roles(self, name: str, roles: Iterable[str], by: Actor, now_s: float) -> None:
        """Give an account other roles; sessions follow at their next request; raises `Refused`."""
        given = _roles(roles)
        with self._store.transaction() as connection:
            account = self._known(name)
            self._keep_an_administrator(account, given)
            connection.execute("UPDATE accounts SET roles = ? WHERE id = ?", (_names(given), name))
            connection.execute("DELETE FROM tokens WHERE account = ?", (name,))  # they may hold what is taken away
            _note(connection, "people.roles", by, {"account": name, "roles": [*given]}, now_s)

    def _tries(self, name: str) -> Tries:
        rows = self._store.rows("SELECT wrong, last_s, until_s FROM password_tries WHERE name = ?", digest(name))
        return Tries(*rows[0]) if rows else Tries()

    def _known(self, name: str) -> Account:
        account = self.account(name)
        if account is None:
            raise Refused("no_such_account", account=name)
        return account

    def _keep_an_administrator(self, account: Account, roles: Iterable[Role]) -> None:
        """Refuse what would leave the node without anybody who may invite."""
        if account.state is not State.ACTIVE or Role.ADMINISTRATOR not in account.roles or Role.ADMINISTRATOR in roles:
            return
        others = (each for each in self.accounts() if each.id != account.id and each.state is State.ACTIVE)
        if not any(Role.ADMINISTRATOR in each.roles for each in others):
            raise Refused("last_administrator", account=account.id)

    # --- proving who one is ------------------------------------------------------------------------------------------

    def begin_password(self, name: str, now_s: float) -> tuple[Account | None, str, float]:
        """Count one try before it is made; return account, hash, and until when it must wait (0: it may be made).

        Counted first: of a hundred tries at once no more than the allowed ones get an answer.
        """
        key = digest(name)
        with self._store.transaction() as connection:
            tries = self._tries(name)
            if tries.until_s > now_s:
                return None, "", tries.until_s
            tries = one_more(tries, now_s)
            connection.execute("INSERT OR REPLACE INTO password_tries VALUES (?, ?, ?, ?)", (key, *tries))
            connection.execute("DELETE FROM password_tries WHERE last_s < ?", (now_s - FORGET_S,))
            connection.execute(_FORGET_NAMES, (NAMES_TRIED_MAX,))
            account = self.account(name)
            usable = account is not None and account.state is State.ACTIVE
            if account is not None and tries.until_s > now_s:
                body = {"account": name, "wrong": tries.wrong, "until_s": tries.until_s}
                _note(connection, "people.waits", Actor(name, "", account.alias), body, now_s)
        kept = self._store.rows("SELECT password FROM accounts WHERE id = ?", name) if usable else []
        return (account if usable else None), (kept[0][0] if kept else ""), 0.0

    def waits_until_s(self, name: str, now_s: float) -> float:
        """Return until when a name must wait after the try just made (Unix s), 0 when it need not."""
        rows = self._store.rows(
            "SELECT until_s FROM password_tries WHERE name = ? AND until_s > ?", digest(name), now_s
        )
        return float(rows[0][0]) if rows else 0.0

    def passkey(self, credential: bytes) -> Passkey | None:
        """Return a registered credential of an active account."""
        rows = self._store.rows(
            "SELECT p.credential, p.account, p.public_key, p.sign_count FROM passkeys p JOIN accounts a"
            " ON a.id = p.account WHERE p.credential = ? AND a.state = 'active'", credential,
        )  # fmt: skip
        return Passkey(*rows[0]) if rows else None

    def enter(self, name: str, way: str, now_s: float, passkey: Passkey | None = None) -> str:
        """Open a session for a person who has proven who they are; return its secret, always a fresh one."""
        secret = secrets.token_urlsafe(SESSION_BYTES)
        with self._store.transaction() as connection:
            account = self._known(name)
            if account.state is not State.ACTIVE:
                raise Refused("account_locked", account=name)
            if passkey is not None:
                count = "UPDATE passkeys SET sign_count = ? WHERE credential = ?"
                connection.execute(count, (passkey.sign_count, passkey.credential))
            else:
                connection.execute("DELETE FROM password_tries WHERE name = ?", (digest(name),))
            connection.execute(
                "DELETE FROM sessions WHERE made_s < ? OR seen_s < ?", (now_s - SESSION_S, now_s - PRESENCE_S)
            )
            connection.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", (digest(secret), name, now_s, now_s))
            connection.execute(_END_OLDEST, (name, name, SESSIONS_MAX))
            connection.execute("UPDATE accounts SET signed_in_s = ? WHERE id = ?", (now_s, name))
            _note(connection, "people.signed_in", Actor(name, "", account.alias), {"with": way}, now_s)
        return secret

    # --- sessions and tokens -----------------------------------------------------------------------------------------

    def session(self, secret: str, now_s: float) -> Caller | None:
        """Return who holds a session that is not over."""
        rows = self._store.rows(
            "SELECT a.id, a.alias, a.roles FROM sessions s JOIN accounts a ON a.id = s.account"
            " WHERE s.hash = ? AND a.state = 'active' AND s.made_s > ? AND s.seen_s > ?",
            digest(secret), now_s - SESSION_S, now_s - PRESENCE_S,
        )  # fmt: skip
        if not rows:
            return None
        name, alias, roles = rows[0]
        return Caller(name, alias, _read(roles), Way.SESSION, secret)

    def present(self, caller: Caller, now_s: float) -> None:
        """Note that the person of a session did something; written twice a minute at most."""
        whose = (now_s, digest(caller.secret), now_s - TOUCH_S)
        if self._store.rows("SELECT 1 FROM sessions WHERE hash = ? AND seen_s <= ?", *whose[1:]):
            with self._store.transaction() as connection:
                connection.execute("UPDATE sessions SET seen_s = ? WHERE hash = ? AND seen_s <= ?", whose)

    def leave(self, caller: Caller, now_s: float) -> None:
        """End the session of a caller."""
        with self._store.transaction() as connection:
            gone = connection.execute("DELETE FROM sessions WHERE hash = ?", (digest(caller.secret),)).rowcount
            if gone:
                _note(connection, "people.signed_out", Actor(caller.account, "", caller.alias), {}, now_s)

    def issue(
        self, caller: Caller, name: str, roles: Iterable[str], seconds: float, certificate: str, now_s: float
    ) -> tuple[str, float]:
        """Return the secret of a new token and when it ends; its roles are some of the caller's; raises `Refused`."""
        given = _roles(roles)
        if not set(given) <= set(caller.roles):
            raise Refused("not_your_roles")
        if not 0 < seconds <= TOKEN_S_MAX:
            raise Refused("token_too_long")
        secret, until_s = secrets.token_urlsafe(SESSION_BYTES), now_s + seconds
        with self._store.transaction() as connection:
            connection.execute("DELETE FROM tokens WHERE until_s <= ?", (now_s,))
            held = connection.execute("SELECT count(*) FROM tokens WHERE account = ?", (caller.account,)).fetchone()
            if held[0] >= TOKENS_MAX:
                raise Refused("too_many_tokens")
            values = (digest(secret), caller.account, name, _names(given), until_s, certificate)
            connection.execute(_ADD_TOKEN, values)
            body = {"name": name, "roles": [*given], "until_s": until_s, "certificate": certificate}
            _note(connection, "people.token", Actor(caller.account, "", caller.alias), body, now_s)
        return secret, until_s

    def token(self, secret: str, certificate: str, now_s: float) -> Caller | None:
        """Return whom a token speaks for; one bound to a certificate speaks on no connection without it."""
        rows = self._store.rows(
            "SELECT a.id, a.alias, a.roles, t.roles, t.certificate FROM tokens t JOIN accounts a ON a.id = t.account"
            " WHERE t.hash = ? AND t.until_s > ? AND a.state = 'active'", digest(secret), now_s,
        )  # fmt: skip
        if not rows:
            return None
        name, alias, held, given, bound = rows[0]
        if bound and bound != certificate:
            return None
        roles = tuple(role for role in _read(given) if role in _read(held))
        return Caller(name, alias, roles, Way.TOKEN, secret)

    def tokens(self, name: str, now_s: float) -> list[Token]:
        """Return the tokens of an account that still speak."""
        rows = self._store.rows(
            "SELECT number, name, roles, until_s, certificate FROM tokens WHERE account = ? AND until_s > ?"
            " ORDER BY number", name, now_s,
        )  # fmt: skip
        return [Token(number, label, _read(roles), until_s, bound) for number, label, roles, until_s, bound in rows]

    def revoke(self, caller: Caller, number: int, now_s: float) -> None:
        """End one of the caller's own tokens; raises `Refused`."""
        with self._store.transaction() as connection:
            whose = (number, caller.account)
            if not connection.execute("DELETE FROM tokens WHERE number = ? AND account = ?", whose).rowcount:
                raise Refused("no_such_token")
            _note(connection, "people.token_ended", Actor(caller.account, "", caller.alias), {"number": number}, now_s)

    # --- what has to enter the order ---------------------------------------------------------------------------------

    def events(self) -> list[tuple[int, Command]]:
        """Return the oldest changes that are not in the order yet, by number."""
        rows = self._store.rows(_EVENTS, EVENTS_AT_ONCE)
        return [(row[0], _command(*row)) for row in rows]

    def recorded(self, number: int) -> None:
        """Forget a change that is in the order."""
        with self._store.transaction() as connection:
            connection.execute("DELETE FROM people_events WHERE number = ?", (number,))


def digest(secret: str) -> bytes:
    """Return what is kept of a secret."""
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


_ACCOUNTS: Final = """
    SELECT a.id, a.alias, a.roles, a.state, a.password <> '', (SELECT count(*) FROM passkeys WHERE account = a.id),
        a.signed_in_s, (SELECT max(seen_s) FROM sessions WHERE account = a.id),
        (SELECT until_s FROM invitations WHERE account = a.id)
    FROM accounts a"""
_EVENTS: Final = "SELECT number, kind, person, role, alias, body FROM people_events ORDER BY number LIMIT ?"
_ADD_TOKEN: Final = "INSERT INTO tokens (hash, account, name, roles, until_s, certificate) VALUES (?, ?, ?, ?, ?, ?)"
_END_OLDEST: Final = (
    "DELETE FROM sessions WHERE account = ? AND hash NOT IN"
    " (SELECT hash FROM sessions WHERE account = ? ORDER BY made_s DESC, rowid DESC LIMIT ?)"
)
_FORGET_NAMES: Final = (
    "DELETE FROM password_tries WHERE name NOT IN (SELECT name FROM password_tries ORDER BY last_s DESC LIMIT ?)"
)


def _account(row: tuple[Any, ...], tries: Tries) -> Account:
    name, alias, roles, state, has_password, passkeys, signed_in_s, seen_s, invited_s = row
    return Account(
        id=name, alias=alias, roles=_read(roles), state=State(state), has_password=bool(has_password),
        passkeys=passkeys, signed_in_s=signed_in_s, seen_s=seen_s, wrong=tries.wrong, wait_until_s=tries.until_s,
        invited_until_s=invited_s,
    )  # fmt: skip


def _add_account(connection: sqlite3.Connection, name: str, roles: tuple[Role, ...], now_s: float) -> None:
    taken = {alias for (alias,) in connection.execute("SELECT alias FROM accounts")}
    if len(taken) >= ACCOUNTS_MAX:
        raise Refused("too_many_accounts")
    values = (name, _alias(taken), _names(roles), State.INVITED.value, now_s)
    connection.execute("INSERT INTO accounts (id, alias, roles, state, made_s) VALUES (?, ?, ?, ?, ?)", values)


def _alias(taken: set[str]) -> str:
    """Return a pseudonym that says nothing of its account; a digit more once half of them are in use."""
    digits = ALIAS_DIGITS
    while 2 * len(taken) >= 9 * 10 ** (digits - 1):
        digits += 1
    low = 10 ** (digits - 1)
    free = [name for name in (f"p-{number}" for number in range(low, 10 * low)) if name not in taken]
    return secrets.choice(free)


def _add_passkey(connection: sqlite3.Connection, passkey: Passkey, now_s: float) -> None:
    try:
        connection.execute("INSERT INTO passkeys VALUES (?, ?, ?, ?, ?)", (*passkey, now_s))
    except sqlite3.IntegrityError as error:
        raise Refused("passkey_known") from error


def _forget_all(connection: sqlite3.Connection, name: str) -> None:
    for table in ("sessions", "tokens"):
        connection.execute(f"DELETE FROM {table} WHERE account = ?", (name,))
    connection.execute("DELETE FROM password_tries WHERE name = ?", (digest(name),))


def _note(connection: sqlite3.Connection, kind: str, by: Actor, body: dict[str, Any], now_s: float) -> None:
    connection.execute(
        "INSERT INTO people_events (at_s, kind, person, role, alias, body) VALUES (?, ?, ?, ?, ?, ?)",
        (now_s, kind, *by, msgspec.json.encode({**body, "done_s": now_s}).decode()),
    )


def _command(number: int, kind: str, person: str, role: str, alias: str, body: str) -> Command:
    return Command(kind, person, msgspec.json.decode(body), f"people/{number}", role=role, alias=alias)


def _roles(names: Iterable[str]) -> tuple[Role, ...]:
    try:
        return read_roles(names)
    except ValueError as error:
        raise Refused("bad_roles") from error


def _names(roles: tuple[Role, ...]) -> str:
    return " ".join(roles)


def _read(names: str) -> tuple[Role, ...]:
    return tuple(Role(name) for name in names.split())
