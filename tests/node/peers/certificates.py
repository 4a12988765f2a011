"""Parties with certificates made for one test: of any days, self-signed or signed by another party's."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from airpact.node.peers.peer import Peer
from airpact.node.peers.tls import Pins, pinned


@dataclass(frozen=True)
class Holder:
    """A certificate with its key, as files and as others pin it."""

    party: str
    certificate: Path
    private_key: Path
    der: bytes
    key: Ed25519PrivateKey

    def peer(self, *addresses: str, how: str = "linked") -> Peer:
        return Peer(
            self.party, self.party, "EXERCISE", f"{self.party}/log", (), (), (), (self.der,), addresses, how=how
        )

    def trusting(self, *peers: Peer) -> Pins:
        return pinned(peers, self.certificate, self.private_key)


def holder(
    folder: Path, party: str, days: tuple[float, float] = (-1, 30), issuer: Holder | None = None, name: str = ""
) -> Holder:
    """Return a party whose certificate holds from and until so many days from now."""
    key, now = Ed25519PrivateKey.generate(), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_named(party))
        .issuer_name(_named(issuer.party if issuer else party))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(issuer.key if issuer else key, None)
    )
    stem = folder / (name or party)
    made = Holder(
        party, stem.with_suffix(".pem"), stem.with_suffix(".key"), certificate.public_bytes(Encoding.DER), key
    )
    made.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))
    made.private_key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return made


def renewed(old: Holder, folder: Path) -> Holder:
    """Return the same party with another certificate."""
    return holder(folder, old.party, name=f"{old.party}-2")


def pins_both(old: Holder, new: Holder, *addresses: str) -> Peer:
    """Return the peer while it rotates: either certificate is pinned."""
    return replace(new.peer(*addresses), certificates=(old.der, new.der))


def _named(party: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, party)])
