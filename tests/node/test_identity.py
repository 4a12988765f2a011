"""Keys of a node: made whole or not at all, read back as made, never used where they are damaged or open to others."""

import json
import os
import signal
import ssl
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509

from airpact.node import identity as module
from airpact.node.errors import OperatingError
from airpact.node.home import Layout
from airpact.node.identity import CERTIFICATE_DAYS, Identity, certificate_der, load_identity, make_identity
from airpact.proof.keys import LOG, STATEMENT, STATEMENT_ML_DSA, WITNESS

NOW_S = 1_445_428_800.0  # 2015-10-21 12:00 UTC
NAME = "Northern Air Group"


def made(root: Path, *, ml_dsa: bool = False) -> Identity:
    return make_identity(Layout(root), "NAG", NAME, "EXERCISE", ml_dsa=ml_dsa, now_s=NOW_S)


def files(root: Path) -> Iterator[Path]:
    return (path for path in (root / "keys").rglob("*") if path.is_file())


def test_what_is_made_is_read_back(tmp_path: Path) -> None:
    here = made(tmp_path)
    again = load_identity(Layout(tmp_path))
    assert again is not None
    assert (again.party, again.name, again.mode, again.origin) == ("NAG", NAME, "EXERCISE", here.origin)
    for before, after in (
        (here.statement[0], again.statement[0]),
        (here.log, again.log),
        (here.witness, again.witness),
    ):
        assert before.key == after.key
        assert after.key.purpose.scheme.holds(after.key.public, b"said", after.sign(b"said"))


def test_every_key_has_its_purpose_and_the_nodes_own_name(tmp_path: Path) -> None:
    here = made(tmp_path, ml_dsa=True)
    assert [each.key.purpose for each in here.statement] == [STATEMENT, STATEMENT_ML_DSA]
    assert {each.key.name for each in here.statement} == {"NAG"}
    short = here.statement[0].key.fingerprint.hex()[:8]
    assert here.origin == f"nag-{short}.airpact/log" == here.log.key.name
    assert (here.log.key.purpose, here.witness.key.purpose) == (LOG, WITNESS)
    assert here.witness.key.name == f"nag-{short}.airpact/witness"
    publics = {each.key.public for each in (*here.statement, here.log, here.witness)}
    assert len(publics) == 4
    said = here.statement[1]
    assert said.key.purpose.scheme.holds(said.key.public, b"said", said.sign(b"said"))


def test_two_nodes_of_one_party_share_nothing(tmp_path: Path) -> None:
    one, other = made(tmp_path / "a"), made(tmp_path / "b")
    assert one.origin != other.origin
    assert one.log.key.public != other.log.key.public


def test_a_home_without_keys_has_no_identity(tmp_path: Path) -> None:
    assert load_identity(Layout(tmp_path)) is None
    (tmp_path / "keys").mkdir(mode=0o700)
    assert load_identity(Layout(tmp_path)) is None


def test_nobody_else_can_read_the_keys(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        made(tmp_path)
    finally:
        os.umask(before)
    for path in files(tmp_path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    for folder in (tmp_path / "keys", tmp_path / "keys" / "node"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_keys_that_others_can_read_are_not_used(tmp_path: Path) -> None:
    made(tmp_path)
    for path in (*files(tmp_path), tmp_path / "keys" / "node"):
        kept = path.stat().st_mode
        path.chmod(kept | 0o040)
        with pytest.raises(OperatingError, match="others than the owner") as refused:
            load_identity(Layout(tmp_path))
        assert "chmod" in refused.value.remedy
        path.chmod(kept)
    assert load_identity(Layout(tmp_path)) is not None


def test_damaged_or_missing_keys_are_named(tmp_path: Path) -> None:
    made(tmp_path)
    for path in files(tmp_path):
        kept = path.read_bytes()
        for wrong in (b"", b"x", kept[: len(kept) // 2], b"\x00" * 200_000):
            path.write_bytes(wrong)
            with pytest.raises(OperatingError, match=path.name):
                load_identity(Layout(tmp_path))
        path.unlink()
        with pytest.raises(OperatingError, match="missing"):
            load_identity(Layout(tmp_path))
        path.write_bytes(kept)
        path.chmod(0o600)
    assert load_identity(Layout(tmp_path)) is not None


def test_a_key_file_cannot_be_named_outside_the_folder(tmp_path: Path) -> None:
    made(tmp_path)
    path = tmp_path / "keys" / "node" / "identity.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"log": "../../log.pem"}))
    with pytest.raises(OperatingError, match="it is no airpact-identity/1"):
        load_identity(Layout(tmp_path))


def test_a_swapped_key_is_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "keys" / "node"
    made(tmp_path, ml_dsa=True)
    (folder / "log.pem").write_bytes((folder / "statement-2.pem").read_bytes())
    with pytest.raises(OperatingError, match="it is no Ed25519 key"):
        load_identity(Layout(tmp_path))
    made(tmp_path / "other")
    for name in ("log.pem", "certificate-key.pem"):
        (folder / name).write_bytes((tmp_path / "other" / "keys" / "node" / name).read_bytes())
    with pytest.raises(OperatingError, match="is not its key"):
        load_identity(Layout(tmp_path))


def test_keys_of_another_mode_than_the_home_are_not_used(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / "mode").write_text("LIVE\n")
    with pytest.raises(OperatingError, match="keys are of mode EXERCISE, the home is LIVE"):
        load_identity(Layout(tmp_path))


def test_keys_are_never_made_twice(tmp_path: Path) -> None:
    here = made(tmp_path)
    with pytest.raises(OperatingError, match="has keys already"):
        made(tmp_path)
    again = load_identity(Layout(tmp_path))
    assert again is not None
    assert again.origin == here.origin


UNUSABLE = (
    ("N G", NAME, "LIVE"),
    ("", NAME, "LIVE"),
    ("N" * 33, NAME, "LIVE"),
    ("NAG", "", "LIVE"),
    ("NAG", " ", "LIVE"),
    ("NAG", "a\nb", "LIVE"),
    ("NAG", NAME, "REPLAY"),
    ("NAG", NAME, "live"),
)


@pytest.mark.parametrize(("party", "name", "mode"), UNUSABLE)
def test_names_that_no_format_takes_are_refused_before_anything_is_written(
    tmp_path: Path, party: str, name: str, mode: str
) -> None:
    with pytest.raises(OperatingError):
        make_identity(Layout(tmp_path), party, name, mode)
    assert list(tmp_path.iterdir()) == []


STEPS = [("write_certificate", 1), ("write_record", 1)]
STEPS += [(step, when) for step in ("write_secret", "sync_folder") for when in (1, 2, 3)]


@pytest.mark.parametrize(("step", "when"), STEPS)
def test_killed_while_they_are_made_there_are_all_keys_or_none(tmp_path: Path, step: str, when: int) -> None:
    program = """
import os, pathlib, signal, sys
from airpact.node import identity
from airpact.node.home import Layout
step, when = sys.argv[2], int(sys.argv[3])
whole, calls = getattr(identity, step), []
def killed(*given, **named):
    calls.append(1)
    if len(calls) == when:
        os.kill(os.getpid(), signal.SIGKILL)
    return whole(*given, **named)
setattr(identity, step, killed)
identity.make_identity(Layout(pathlib.Path(sys.argv[1])), "NAG", "Northern Air Group", "LIVE")
"""
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path), step, str(when)], check=False)
    assert done.returncode in (0, -signal.SIGKILL)
    here = load_identity(Layout(tmp_path))
    if here is None:
        here = make_identity(Layout(tmp_path), "NAG", NAME, "LIVE")
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["node"], "what was left over is swept"
    assert here.party == "NAG"


def test_a_full_disk_is_told_and_leaves_nothing_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "write_record", full)
    with pytest.raises(OperatingError, match="No space left"):
        made(tmp_path)
    assert load_identity(Layout(tmp_path)) is None


def test_the_certificate_is_of_the_log_for_a_year_and_a_month(tmp_path: Path) -> None:
    here = made(tmp_path)
    certificate = x509.load_der_x509_certificate(certificate_der(here.certificate))
    assert certificate.subject == certificate.issuer
    assert [each.value for each in certificate.subject] == [here.origin]
    assert certificate.not_valid_before_utc.timestamp() < NOW_S
    assert (certificate.not_valid_after_utc.timestamp() - NOW_S) / 86_400 == CERTIFICATE_DAYS


def context(here: Identity, peer: Identity, side: int) -> ssl.SSLContext:
    """Return a TLS 1.3 context that trusts the peer's certificate alone, in the strictest way OpenSSL has."""
    made_here = ssl.SSLContext(side)
    made_here.check_hostname = False
    made_here.verify_mode = ssl.CERT_REQUIRED
    made_here.verify_flags |= ssl.VERIFY_X509_STRICT
    made_here.minimum_version = ssl.TLSVersion.TLSv1_3
    made_here.load_verify_locations(cadata=certificate_der(peer.certificate))
    made_here.load_cert_chain(here.certificate, here.private_key)
    return made_here


def test_two_nodes_speak_mutual_tls_with_pinned_certificates(tmp_path: Path) -> None:
    nag, ctf = (make_identity(Layout(tmp_path / each), each, each, "LIVE") for each in ("NAG", "CTF"))
    one, other = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = context(nag, ctf, ssl.PROTOCOL_TLS_SERVER).wrap_bio(one, other, server_side=True)
    client = context(ctf, nag, ssl.PROTOCOL_TLS_CLIENT).wrap_bio(other, one)
    for _ in range(4):
        for end in (client, server):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert server.getpeercert(binary_form=True) == certificate_der(ctf.certificate)
    assert client.getpeercert(binary_form=True) == certificate_der(nag.certificate)
    assert client.version() == "TLSv1.3"


def test_reading_beside_a_making_finds_all_or_none(tmp_path: Path) -> None:
    found: list[Identity | None] = []
    maker = threading.Thread(target=made, args=(tmp_path,))
    maker.start()
    while maker.is_alive():
        found.append(load_identity(Layout(tmp_path)))
    maker.join()
    assert load_identity(Layout(tmp_path)) is not None
    assert len({None if each is None else each.origin for each in found}) <= 2
