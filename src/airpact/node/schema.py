"""The tables of `node.db`, one statement list per version, oldest first; what was released is never edited.

A new version is a new list at the end: a home goes through those it does not have, each in one transaction.
"""

from typing import Final

# What a person accepted, and how alerts went.
_DESK: Final = (
    """CREATE TABLE entries (
        "index" INTEGER PRIMARY KEY, at_s REAL NOT NULL, kind TEXT NOT NULL, person TEXT NOT NULL,
        body TEXT NOT NULL, key TEXT NOT NULL)""",
    "CREATE UNIQUE INDEX entries_by_key ON entries (key) WHERE key <> ''",
    """CREATE TABLE alerts (
        id TEXT PRIMARY KEY, key TEXT NOT NULL, subject TEXT NOT NULL, level INTEGER NOT NULL, shown_s REAL,
        state TEXT NOT NULL, changed_s REAL NOT NULL, label TEXT NOT NULL)""",
    "CREATE INDEX alerts_by_time ON alerts (shown_s)",
    """CREATE TABLE alert_changes (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL,
        level INTEGER NOT NULL, state TEXT NOT NULL, tick INTEGER NOT NULL, t_s REAL NOT NULL,
        over_s REAL, label TEXT NOT NULL, alert TEXT NOT NULL, told BLOB NOT NULL)""",
    "CREATE INDEX alert_changes_by_id ON alert_changes (id, number)",
)
# The logs: the own one under its origin, and each mirrored one under its own. A body and its salt may be erased;
# nothing else of a leaf ever changes. `heads` are those the own log signed, `witnessed` the last one cosigned of each
# other log, and `deliveries` the next of its statements that the desk may have to take.
_LEDGER: Final = (
    "ALTER TABLE entries ADD COLUMN audience TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE entries ADD COLUMN subject TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE entries ADD COLUMN role TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE entries ADD COLUMN alias TEXT NOT NULL DEFAULT ''",
    """CREATE TABLE leaves (
        origin TEXT NOT NULL, "index" INTEGER NOT NULL, entry BLOB NOT NULL, signatures BLOB NOT NULL,
        body BLOB, salt BLOB, received_s REAL NOT NULL, PRIMARY KEY (origin, "index"))""",
    "CREATE TABLE heads (size INTEGER PRIMARY KEY, root BLOB NOT NULL, note BLOB NOT NULL, cosigned INTEGER NOT NULL)",
    "CREATE INDEX heads_cosigned ON heads (size) WHERE cosigned > 0",
    """CREATE TABLE witnessed (
        origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, head BLOB NOT NULL, note BLOB NOT NULL)""",
    'CREATE TABLE deliveries (origin TEXT PRIMARY KEY, "next" INTEGER NOT NULL)',
)
# What peers sent and strangers tried that was refused; `more` were only counted since the row before.
_REFUSALS: Final = (
    """CREATE TABLE refusals (
        number INTEGER PRIMARY KEY, at_s REAL NOT NULL, party TEXT NOT NULL, address TEXT NOT NULL,
        reason TEXT NOT NULL, detail TEXT NOT NULL, evidence TEXT NOT NULL, bytes INTEGER NOT NULL,
        more INTEGER NOT NULL)""",
    "CREATE INDEX refusals_by_party ON refusals (party, number)",
    "CREATE INDEX refusals_by_evidence ON refusals (evidence) WHERE evidence <> ''",
)
# People (node.people.records): every secret stands here as a digest only.
_PEOPLE: Final = (
    """CREATE TABLE accounts (
        id TEXT PRIMARY KEY, alias TEXT NOT NULL UNIQUE, roles TEXT NOT NULL, state TEXT NOT NULL,
        password TEXT NOT NULL DEFAULT '', made_s REAL NOT NULL, signed_in_s REAL)""",
    """CREATE TABLE invitations (hash BLOB PRIMARY KEY, account TEXT NOT NULL, until_s REAL NOT NULL)""",
    """CREATE TABLE passkeys (
        credential BLOB PRIMARY KEY, account TEXT NOT NULL, public_key BLOB NOT NULL, sign_count INTEGER NOT NULL,
        made_s REAL NOT NULL)""",
    """CREATE TABLE sessions (
        hash BLOB PRIMARY KEY, account TEXT NOT NULL, made_s REAL NOT NULL, seen_s REAL NOT NULL)""",
    """CREATE TABLE tokens (
        number INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE, account TEXT NOT NULL,
        name TEXT NOT NULL, roles TEXT NOT NULL, until_s REAL NOT NULL, certificate TEXT NOT NULL)""",
    """CREATE TABLE password_tries (
        name BLOB PRIMARY KEY, wrong INTEGER NOT NULL, last_s REAL NOT NULL, until_s REAL NOT NULL)""",
    """CREATE TABLE people_events (
        number INTEGER PRIMARY KEY AUTOINCREMENT, at_s REAL NOT NULL, kind TEXT NOT NULL, person TEXT NOT NULL,
        role TEXT NOT NULL, alias TEXT NOT NULL, body TEXT NOT NULL)""",
)
SCHEMA: Final = (_DESK, _LEDGER, _REFUSALS, _PEOPLE)
