"""What the command line prints, and the files it gives away, hold no private key, no salt and no hash of a password."""

import logging
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from airpact.cli.main import app
from airpact.node.entries import Command
from airpact.node.home import Layout
from airpact.node.identity import load_identity
from airpact.node.ledger.ledger import Ledger
from airpact.node.store import Store
from tests.leaks.wire import plain, revealed, secrets_of

PEM = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\n(.+?)-----END", re.S)


def run(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    return result.output + str(result.exception or "") + (result.stderr if result.stderr_bytes else "")


def private_keys(home: Path) -> set[bytes]:
    """Return a line of the middle of every private key in a home: enough to know it again."""
    texts = [path.read_text() for path in home.rglob("*.pem")]
    return {"".join(found.split())[20:60].encode() for text in texts for found in PEM.findall(text)}


@pytest.mark.parametrize("mode", ["EXERCISE", "LIVE"])
def test_no_command_about_parties_prints_or_gives_away_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, mode: str
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.chdir(tmp_path)
    told = ""
    for short in ("NAG", "CTF"):
        told += run("init", "--home", short.lower(), "--party", f"The {short}", "--short", short, "--mode", mode)
        told += run("peer", "invite", "--home", short.lower(), "--address", "127.0.0.1:9")
    told += run("peer", "accept", "--home", "nag", "CTF.card", "--compared", "--by-file")
    told += run("peer", "accept", "--home", "ctf", "NAG.card", "--compared", "--by-file")
    home = Path("nag")
    identity = load_identity(Layout(home))
    assert identity is not None
    store = Store.open(Layout(home))
    ledger = Ledger(store, identity, lambda: 1.9e9)
    for number, audience in enumerate(((), ("CTF",), ("RFU",))):
        ledger.order.append(Command("notice.activity", "jane-doe", {"text": f"SECRET-{number}"}, "", audience), 1.9e9)
    secrets = secrets_of(store, identity.origin)
    store.close()
    told += run("people", "invite", "--home", "nag", "chief", "--role", "administrator")
    for words in (
        ("peer", "list", "--home", "nag"),
        ("peer", "export", "--home", "nag", "CTF", "--out", "file.parcel"),
        ("peer", "export", "--home", "nag", "CTF", "--out", "file.parcel", "--since", "99"),
        ("peer", "import", "--home", "ctf", "file.parcel"),
        ("peer", "import", "--home", "ctf", "nag/node.db"),
        ("peer", "import", "--home", "ctf", "NAG.card"),
        ("people", "list", "--home", "nag"),
        ("keys", "rotate", "--home", "nag"),
        ("keys", "--home", "nag"),
        ("verify", "nag/log", "--policy", "nag/pact.policy"),
        ("verify", "file.parcel", "--policy", "ctf/pact.policy"),
        ("verify", "nag/node.db", "--policy", "ctf/pact.policy"),
    ):
        told += run(*words)
    said = (told + caplog.text).encode()
    assert b"NAG" in said
    assert revealed(secrets, said) == set()
    given = b"".join(Path(name).read_bytes() for name in ("NAG.card", "CTF.card", "file.parcel"))
    keys = private_keys(Path("nag")) | private_keys(Path("ctf"))
    assert len(keys) >= 8
    for data in (said, given, plain(given)):
        assert not [key for key in keys if key in data]
        assert b"$argon2" not in data
        assert b"PRIVATE KEY" not in data
