"""Mutual TLS between nodes: TLS 1.3 (RFC 8446), and nothing trusted but the pinned self-signed certificates (RFC 5280).

A pinned certificate is its own trust anchor: no authority can vouch for another one, no root of the system counts, and
no host name is checked, for the certificate itself is the identity. A context is never changed: other pins or another
own certificate are another context. Tickets are off, so that every connection proves its certificate anew.
"""

import ssl
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from cryptography.x509 import load_der_x509_certificate

from airpact.node.errors import OperatingError
from airpact.node.peers.peer import Peer

# What X509_verify_cert (OpenSSL) may find beside "this one is not among those trusted", by the number of its verdict.
VERDICTS: Final = {9: "certificate not yet valid", 10: "certificate expired"}
# What the other side sent in place of TLS, or did not send, by the reason OpenSSL gives.
REASONS: Final = {
    "HTTP_REQUEST": "not TLS: a plain HTTP request",
    "HTTPS_PROXY_REQUEST": "not TLS: a plain HTTP request",
    "WRONG_VERSION_NUMBER": "not TLS",
    "UNSUPPORTED_PROTOCOL": "older than TLS 1.3",
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": "no certificate",
}
ALERT: Final = "_ALERT_"  # in the reason of OpenSSL: the other side ended it and says why


class Pin(NamedTuple):
    """Whose certificate it is, and until when it holds (Unix s)."""

    party: str
    expires_s: float


class Pins(NamedTuple):
    """The pinned certificates by their DER bytes, and the context of each direction that trusts these alone."""

    by_der: dict[bytes, Pin]
    server: ssl.SSLContext
    client: ssl.SSLContext

    def whose(self, der: bytes | None) -> Pin | None:
        """Return whose certificate it is; None for one that stands under a pinned one without being pinned itself."""
        return self.by_der.get(der) if der is not None else None


class Failure(NamedTuple):
    """Why no link came about: one of the few words a table of refusals is sorted by, and what TLS itself says."""

    reason: str
    detail: str


def pinned(peers: Iterable[Peer], certificate: Path, private_key: Path) -> Pins:
    """Return the contexts of these pins; raises `OperatingError` where the own certificate or key cannot be used."""
    by_der = {der: Pin(peer.party, ends_s(der)) for peer in peers for der in peer.certificates}
    server, client = (
        _context(protocol, by_der, certificate, private_key)
        for protocol in (ssl.PROTOCOL_TLS_SERVER, ssl.PROTOCOL_TLS_CLIENT)
    )
    server.num_tickets = 0
    return Pins(by_der, server, client)


def ends_s(der: bytes) -> float:
    """Return when a certificate ends (Unix s)."""
    return _end(der).timestamp()


def failure(error: Exception) -> Failure | None:
    """Return for what a handshake was refused; None where the other side only went away, or stopped in its middle."""
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError) or not isinstance(error, ssl.SSLError):
        return None
    detail = str(error) or type(error).__name__
    if isinstance(error, ssl.SSLCertVerificationError):
        return Failure(VERDICTS.get(error.verify_code, "certificate not pinned"), error.verify_message)
    reason = error.reason or ""
    refused = "the other side refused: " + reason.partition(ALERT)[2].lower().replace("_", " ")
    return Failure(refused if ALERT in reason else REASONS.get(reason, "no TLS 1.3 handshake"), reason or detail)


def _end(der: bytes) -> datetime:
    return load_der_x509_certificate(der).not_valid_after_utc


def _context(protocol: "ssl._SSLMethod", pins: Iterable[bytes], certificate: Path, private_key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # a pinned certificate need not be an authority
    context.options |= ssl.OP_NO_TICKET
    if trusted := b"".join(pins):
        context.load_verify_locations(cadata=trusted)
    try:
        context.load_cert_chain(certificate, private_key)
    except (OSError, ssl.SSLError) as error:
        raise OperatingError(
            f"The certificate {certificate} or its key {private_key} cannot be used: {error}.",
            effect="No peer can be linked.",
            remedy="Restore both from your copy, or make a new certificate and give it to your peers.",
        ) from error
    return context
