"""Who this node is: its party, its log, and the keys it signs with, as they lie in `HOME/keys/node`.

    identity.json         party, name, mode, origin, and the names of the files below
    statement-1.pem       what the party says, Ed25519 (PKCS 8, RFC 5958)
    statement-2.pem       the same under ML-DSA-44, where it was asked for
    log.pem, witness.pem  heads of the own log, and of others (C2SP signed-note, tlog-cosignature)
    certificate.pem, certificate-key.pem   for mutual TLS with peers (RFC 5280)
    rotation.json         while keys are being replaced (`rotating`): the files of the new ones, and from when to when

The folder is made beside its place and renamed: it is there as a whole or not at all. A witness that lost what it
signed would sign two histories, so a restored home needs new keys (docs/peers.md).
"""

import re
import shutil
import stat
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from airpact.agreement.procedures import PARTY_ID, PARTY_ID_RIGHT
from airpact.node.errors import OperatingError
from airpact.node.home import PRIVATE, SECRET, Home, Layout, explained, sync_folder, write_durably
from airpact.proof.errors import ProofError
from airpact.proof.keys import LOG, STATEMENT, STATEMENT_ML_DSA, WITNESS, Key, Purpose, read_key
from airpact.proof.shape import TEXT_MAX
from airpact.proof.statement import MODES

TYPE: Final = "airpact-identity/1"
# One year and a month: a yearly meeting at which fingerprints are compared again may slip by a few weeks.
CERTIFICATE_DAYS: Final = 397
# A certificate is good from an hour ago, so that a peer whose clock is late takes it at once.
CERTIFICATE_EARLY_S: Final = 3_600.0
FILE_BYTES_MAX: Final = 64 << 10  # a PEM file has a few kilobytes; anything larger is no key
OTHERS: Final = 0o077  # permission bits of everyone but the owner
LIVE_MODES: Final = MODES[:2]  # a replay says nothing, so it has no keys

Private: TypeAlias = "Ed25519PrivateKey | MLDSA44PrivateKey | ec.EllipticCurvePrivateKey"


class Secret(NamedTuple):
    """A key this node holds: its public half, and what signs bytes with the other."""

    key: Key
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Identity:
    """A node's party and keys; origin and witness names end in the node's own id, so that no two nodes share them."""

    party: str  # short name, the id of the party in procedures and rules: "NAG"
    name: str  # "Northern Air Group"
    mode: str  # LIVE or EXERCISE; keys of one never speak in the other
    origin: str  # of the own log
    statement: tuple[Secret, ...]  # Ed25519 first; ML-DSA-44 second where there is one; named after the party
    log: Secret
    witness: Secret
    certificate: Path  # PEM, for mutual TLS
    private_key: Path  # PEM
    past: tuple[Key, ...] = ()  # for statements, from before rotations: they signed what stands in the log
    carded: int = 0  # so many of the keys for statements stand in its card; 0 = all, fewer while it rotates


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `identity.json` holds: who the node is, and the files of its keys in the same folder."""

    type: str
    party: str
    name: str
    mode: str
    origin: str
    statement: tuple[str, ...]
    log: str
    witness: str
    certificate: str
    private_key: str
    made_s: float
    past: tuple[str, ...] = ()  # verifier keys that were replaced


class Rotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `rotation.json` holds: the files of the new keys, their card, when they begin and when the old ones end."""

    type: str
    statement: tuple[str, ...]
    certificate: str
    private_key: str
    card: str
    from_s: float
    old_ends_s: float


def make_identity(
    layout: Layout, party: str, name: str, mode: str, *, ml_dsa: bool = False, now_s: float | None = None
) -> Identity:
    """Return a new identity, durable in `layout.identity` when this returns; raises `OperatingError`."""
    check_names(party, name, mode)
    if layout.identity.exists():
        raise OperatingError(
            f"{layout.identity}: this home has keys already.",
            effect="Its peers know it by them; new ones would make it a stranger.",
            remedy="Keep them, make new ones with airpact keys rotate, or give another home with --home.",
        )
    with explained(layout.root):
        layout.keys.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        _sweep(layout.keys)
        folder = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=layout.keys))  # 0700
        _fill(folder, party, name, mode, ml_dsa, time.time() if now_s is None else now_s)
        sync_folder(folder)
        folder.rename(layout.identity)
        sync_folder(layout.keys)
        sync_folder(layout.root)
        return read_identity(layout.identity)


def ensure_identity(home: Home, party: str, name: str) -> Identity:
    """Return the keys of a home; one without any gets its own, for nothing is said without a log to say it in."""
    found = load_identity(home.layout)
    if found is None:
        return make_identity(home.layout, party, name, home.mode)
    if found.party != party:
        raise OperatingError(
            f"The home {home.layout.root} belongs to a desk of {found.party}, this desk is of {party}.",
            effect="A party speaks with its own keys, in a log of its own.",
            remedy="Give this desk a home of its own with --home, or name its party in desk.yaml as the home does.",
        )
    return found


def load_identity(layout: Layout, now_s: float | None = None) -> Identity | None:
    """Return the identity of a home, None where none was ever made; raises `OperatingError` for a damaged one."""
    with explained(layout.root):
        if not layout.identity.exists():
            return None
        identity = read_identity(layout.identity, now_s)
        stamp = layout.mode.read_text().strip() if layout.mode.exists() else identity.mode
    if stamp != identity.mode:
        raise _damaged(layout.identity, f"its keys are of mode {identity.mode}, the home is {stamp}")
    return identity


def read_identity(folder: Path, now_s: float | None = None) -> Identity:
    """Return the identity that a folder holds; raises `OperatingError` for anything missing, damaged or readable."""
    _check_permissions(folder)
    record, rotation = read_record(folder), read_rotation(folder)
    whole = Identity(
        record.party,
        record.name,
        record.mode,
        record.origin,
        _statement_keys(folder, record.party, record.statement),
        _secret(folder / record.log, record.origin, LOG),
        _secret(folder / record.witness, witness_name(record.origin), WITNESS),
        folder / record.certificate,
        folder / record.private_key,
        _past(folder, record),
    )
    if rotation is not None:
        whole = rotated(whole, folder, rotation, time.time() if now_s is None else now_s)
    _check_certificate(whole.certificate, whole.private_key)
    return whole


def read_rotation(folder: Path) -> Rotation | None:
    """Return what `rotation.json` of a folder says, None where there is none; raises `OperatingError`."""
    path = folder / ROTATION_FILE
    if not path.exists():
        return None
    try:
        rotation = msgspec.json.decode(_read(path), type=Rotation)
    except msgspec.DecodeError as error:
        raise _damaged(path, str(error)) from error
    files = (*rotation.statement, rotation.certificate, rotation.private_key)
    if rotation.type != ROTATION or not rotation.statement or not all(map(FILE_NAME.fullmatch, files)):
        raise _damaged(path, f"it is no {ROTATION}")
    return rotation


def read_record(folder: Path) -> Record:
    """Return what `identity.json` of a folder says; raises `OperatingError`."""
    path = folder / IDENTITY_FILE
    try:
        record = msgspec.json.decode(_read(path), type=Record)
    except msgspec.DecodeError as error:
        raise _damaged(path, str(error)) from error
    files = (*record.statement, record.log, record.witness, record.certificate, record.private_key)
    if record.type != TYPE or record.mode not in LIVE_MODES or not all(map(FILE_NAME.fullmatch, files)):
        raise _damaged(path, f"it is no {TYPE}")
    if not 1 <= len(record.statement) <= len(STATEMENT_PURPOSES):
        raise _damaged(path, "it names no key for statements")
    return record


def check_names(party: str, name: str, mode: str) -> None:
    """Accept a party's short name, its name, and a mode that has keys; raises `OperatingError` for any other."""
    if not re.fullmatch(PARTY_ID, party):
        raise OperatingError(f"The short name {party!r} cannot be used.", remedy=f"Give {PARTY_ID_RIGHT}.")
    if not 0 < len(name) <= TEXT_MAX or not name.isprintable() or not name.strip():
        raise OperatingError(
            f"The name {name!r} cannot be used.", remedy=f"Give one line of up to {TEXT_MAX} characters."
        )
    if mode not in LIVE_MODES:
        raise OperatingError(f"There is no mode {mode!r}.", remedy=f"Give {' or '.join(LIVE_MODES)}.")


def origin_of(statement: Key) -> str:
    """Return the name of the log of a party whose first statement key this is, as in `nag-1f3a5b7c.airpact/log`."""
    return f"{statement.name.lower()}-{statement.key_id.hex()}.airpact/log"


def witness_name(origin: str) -> str:
    """Return the name under which the owner of a log cosigns the heads of others."""
    return origin.removesuffix("log") + "witness"


def certificate_der(path: Path) -> bytes:
    """Return the DER bytes of a PEM certificate; raises `OperatingError`."""
    try:
        return x509.load_pem_x509_certificate(_read(path)).public_bytes(Encoding.DER)
    except ValueError as error:
        raise _damaged(path, "it is no certificate") from error


def write_certificate(certificate: Path, private_key: Path, origin: str, now_s: float) -> None:
    """Write a new self-signed certificate for `origin` and its key, both durable when this returns; raises `OSError`.

    P-256, the one curve that every TLS 1.3 peer has (RFC 8446, 9.1).
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, origin)])
    ski = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)  # signs, nothing else
    both = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
    made = datetime.fromtimestamp(now_s, UTC).replace(microsecond=0)
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(made - timedelta(seconds=CERTIFICATE_EARLY_S))
        .not_valid_after(made + timedelta(days=CERTIFICATE_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(both, critical=False)
        .add_extension(ski, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(ski), critical=False)
    )
    write_durably(private_key, _pem(key), SECRET)
    write_durably(certificate, builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM), SECRET)


def write_secret(path: Path, purpose: Purpose, name: str) -> Key:
    """Write a new private key, durable when this returns, and return its public half; raises `OSError`."""
    private = MAKERS[purpose.scheme.name]()
    write_durably(path, _pem(private), SECRET)
    return Key(name, purpose, private.public_key().public_bytes_raw())


def write_record(folder: Path, record: Record) -> None:
    """Write `identity.json`, durable when this returns; raises `OSError`."""
    write_durably(folder / IDENTITY_FILE, msgspec.json.format(msgspec.json.encode(record)) + b"\n", SECRET)


def _past(folder: Path, record: Record) -> tuple[Key, ...]:
    try:
        return tuple(map(read_key, record.past))
    except ProofError as error:
        raise _damaged(folder / IDENTITY_FILE, str(error)) from error


def _statement_keys(folder: Path, party: str, files: tuple[str, ...]) -> tuple[Secret, ...]:
    named = zip(files, STATEMENT_PURPOSES, strict=False)
    return tuple(_secret(folder / name, party, purpose) for name, purpose in named)


def rotated(old: Identity, folder: Path, rotation: Rotation, now_s: float) -> Identity:
    """Return an identity that is replacing keys: it signs with both, and has the card of those that count now."""
    given = _statement_keys(folder, old.party, rotation.statement)
    known = {each.key for each in old.statement}
    new = tuple(each for each in given if each.key not in known)
    if now_s < rotation.from_s:
        return replace(old, statement=(*old.statement, *new), carded=len(old.statement) if new else 0)
    over = now_s >= rotation.old_ends_s or not new
    past = () if over else tuple(each for each in old.statement if each.key not in {mine.key for mine in given})
    certificate, private_key = folder / rotation.certificate, folder / rotation.private_key
    both = (*given, *past)
    return replace(
        old, statement=both, certificate=certificate, private_key=private_key, carded=len(given) if past else 0
    )


def _fill(folder: Path, party: str, name: str, mode: str, ml_dsa: bool, now_s: float) -> None:
    """Write all files of a new identity into a folder, what names them last."""
    purposes = STATEMENT_PURPOSES if ml_dsa else STATEMENT_PURPOSES[:1]
    files = tuple(f"statement-{number}.pem" for number, _ in enumerate(purposes, start=1))
    first, *_ = (write_secret(folder / file, purpose, party) for file, purpose in zip(files, purposes, strict=True))
    origin = origin_of(first)
    record = Record(
        TYPE, party, name, mode, origin, files,
        "log.pem", "witness.pem", "certificate.pem", "certificate-key.pem", now_s,
    )  # fmt: skip
    write_secret(folder / record.log, LOG, origin)
    write_secret(folder / record.witness, WITNESS, witness_name(origin))
    write_certificate(folder / record.certificate, folder / record.private_key, origin, now_s)
    write_record(folder, record)


def _sweep(keys: Path) -> None:
    """Remove what an interrupted making left: keys nobody was ever told of."""
    for left in keys.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left)


def _check_permissions(folder: Path) -> None:
    """Refuse keys that others than the account of the desk could read or replace."""
    for path in (folder, *sorted(folder.iterdir())):
        if stat.S_IMODE(path.stat().st_mode) & OTHERS:
            raise OperatingError(
                f"{path}: others than the owner may read or change it.",
                effect="Whoever holds these keys can speak for this party, so the desk does not use them.",
                remedy=f"chmod -R go= {folder}; if anyone else can have read them, make new ones: airpact keys rotate",
            )


def _check_certificate(certificate: Path, private_key: Path) -> None:
    """Refuse a certificate that its key does not belong to; whether it is expired is for those who meet it to say."""
    public = x509.load_der_x509_certificate(certificate_der(certificate)).public_key()
    key = _load(private_key)
    spki = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if key.public_key().public_bytes(*spki) != public.public_bytes(*spki):
        raise _damaged(certificate, f"{private_key.name} is not its key")


def _secret(path: Path, name: str, purpose: Purpose) -> Secret:
    private = _load(path)
    if not isinstance(private, KINDS[purpose.scheme.name]):
        raise _damaged(path, f"it is no {purpose.scheme.name} key")
    return Secret(Key(name, purpose, private.public_key().public_bytes_raw()), private.sign)


def _load(path: Path) -> Any:
    try:
        return load_pem_private_key(_read(path), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _damaged(path, "it is no private key in PEM without a password") from error


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(FILE_BYTES_MAX + 1)
    except FileNotFoundError as error:
        raise _damaged(path, "it is missing") from error
    if len(data) > FILE_BYTES_MAX:
        raise _damaged(path, f"it has more than {FILE_BYTES_MAX:,} bytes")
    return data


def _pem(key: Private) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _damaged(path: Path, what: str) -> OperatingError:
    return OperatingError(
        f"{path}: {what}.",
        effect="Without its own keys the desk cannot speak for its party, so it does not start.",
        remedy="Put the file back as it was. Where it is lost, begin a new home with airpact init, and have its card "
        "accepted by every peer: keys are never guessed, and a witness never goes back.",
    )


UNFINISHED: Final = ".making-"
IDENTITY_FILE: Final = "identity.json"
ROTATION_FILE: Final = "rotation.json"
ROTATION: Final = "airpact-rotation/1"
FILE_NAME: Final = re.compile(r"[a-z0-9-]{1,64}\.pem")
STATEMENT_PURPOSES: Final = (STATEMENT, STATEMENT_ML_DSA)
MAKERS: Final[dict[str, Callable[[], Ed25519PrivateKey | MLDSA44PrivateKey]]] = {
    "Ed25519": Ed25519PrivateKey.generate,
    "ML-DSA-44": MLDSA44PrivateKey.generate,
}
KINDS: Final[dict[str, type[Any]]] = {"Ed25519": Ed25519PrivateKey, "ML-DSA-44": MLDSA44PrivateKey}
