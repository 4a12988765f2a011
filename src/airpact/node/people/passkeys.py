"""Passkeys (W3C WebAuthn Level 3) through the `webauthn` library: what a browser is asked, and whether it answered.

A challenge is used once, within five minutes, and only by the browser that asked for it: it is kept under a secret that
stands in a cookie there. User verification is required, so a found key is of no use without its finger or number.
"""

import ipaddress
import secrets
from collections import OrderedDict
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import msgspec
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from airpact.node.people.account import Refused
from airpact.node.people.records import Passkey

CHALLENGE_BYTES: Final = 32
CHALLENGE_S: Final = 300.0
CHALLENGES_MAX: Final = 512  # memory only; the oldest goes, and whoever asked for it asks again
CREDENTIAL_BYTES_MAX: Final = 1023  # WebAuthn §4, credential id


class Site(NamedTuple):
    """Where the browser is: a passkey of one site is no passkey of another."""

    origin: str  # http://nag.localhost:8790

    @property
    def name(self) -> str:
        """Return the id of the relying party: the host without its port."""
        return urlsplit(self.origin).hostname or ""

    @property
    def usable(self) -> bool:
        """Whether browsers keep passkeys for it: they need a name, an address is none (WebAuthn §5.1.3)."""
        try:
            ipaddress.ip_address(self.name)
        except ValueError:
            return bool(self.name)
        return False


class Challenges:
    """Challenges that were given and not used yet, by the secret their browser holds."""

    def __init__(self) -> None:
        self._given: OrderedDict[str, tuple[bytes, str, float]] = OrderedDict()

    def give(self, purpose: str, now_s: float) -> tuple[str, bytes]:
        """Return a secret for the browser and the challenge to sign for one purpose."""
        secret, challenge = secrets.token_urlsafe(CHALLENGE_BYTES), secrets.token_bytes(CHALLENGE_BYTES)
        self._given[secret] = (challenge, purpose, now_s + CHALLENGE_S)
        if len(self._given) > CHALLENGES_MAX:
            self._given.popitem(last=False)
        return secret, challenge

    def take(self, secret: str, purpose: str, now_s: float) -> bytes:
        """Return the challenge of a secret and forget it; raises `Refused`."""
        challenge, asked, until_s = self._given.pop(secret, (b"", "", 0.0))
        if asked != purpose or until_s <= now_s:
            raise Refused("passkey_late")
        return challenge


def ask_new(site: Site, challenge: bytes, account: str, party: str) -> bytes:
    """Return the JSON a browser needs to make a passkey for an account."""
    options = generate_registration_options(
        rp_id=site.name,
        rp_name=f"airpact, {party}",
        user_name=account,
        user_id=account.encode(),
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return options_to_json(options).encode()


def check_new(site: Site, challenge: bytes, account: str, answer: bytes) -> Passkey:
    """Return the passkey a browser made; raises `Refused`."""
    try:
        made = verify_registration_response(
            credential=_object(answer),
            expected_challenge=challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise Refused("passkey_wrong") from error
    if len(made.credential_id) > CREDENTIAL_BYTES_MAX:
        raise Refused("passkey_wrong")
    return Passkey(made.credential_id, account, made.credential_public_key, made.sign_count)


def ask_known(site: Site, challenge: bytes) -> bytes:
    """Return the JSON a browser needs to sign with whichever passkey its person picks."""
    none: list[PublicKeyCredentialDescriptor] = []
    options = generate_authentication_options(
        rp_id=site.name,
        challenge=challenge,
        allow_credentials=none,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options).encode()


def named(answer: bytes) -> bytes:
    """Return the id of the credential that signed an answer; raises `Refused`."""
    identifier = _object(answer).get("rawId", "")
    try:
        return base64url_to_bytes(identifier)
    except (ValueError, TypeError, AttributeError) as error:
        raise Refused("passkey_wrong") from error


def check_known(site: Site, challenge: bytes, known: Passkey, answer: bytes) -> Passkey:
    """Return the passkey with its new signature count; raises `Refused`, also for a count that went back (a copy)."""
    try:
        proven = verify_authentication_response(
            credential=_object(answer),
            expected_challenge=challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise Refused("passkey_wrong") from error
    return known._replace(sign_count=proven.new_sign_count)


def _object(answer: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(answer, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise Refused("passkey_wrong") from error
