"""The pages of keys and signatures: whose keys this node knows, and what a file proves under them."""

import asyncio
from http import HTTPStatus
from typing import Any, Final

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airpact.node.api import pages
from airpact.node.api.access import caller_of
from airpact.node.api.guard import FILE_BYTES_MAX
from airpact.node.api.pages import door_of, page
from airpact.node.errors import OperatingError
from airpact.node.identity import load_identity
from airpact.node.peers.card import peer_of
from airpact.node.peers.peer import Peer
from airpact.node.peers.pins import load_peers
from airpact.node.people.account import Refused
from airpact.node.people.door import House, csrf_holds
from airpact.node.verdict import Verdict
from airpact.node.verdicts import examine
from airpact.proof.errors import ProofError
from airpact.proof.keys import spoken

CHECK: Final = "/check"
CHECKS_AT_ONCE: Final = 2  # a large receipt takes a core for a moment; the picture keeps the others


async def get_keys(request: Request) -> Response:
    """Show the fingerprints to compare in person: the own one and those pinned."""
    house = door_of(request).house
    own, peers, trouble = await asyncio.to_thread(_known, house, door_of(request).now_s())
    shown = [(each, each.digest.hex(), spoken(each.digest) if each.digest else "") for each in peers]
    digest = (own.digest.hex(), spoken(own.digest)) if own is not None else ("", "")
    return page(request, "keys.html", own=own, digest=digest, peers=shown, trouble=trouble)


def _known(house: House, now_s: float) -> tuple[Peer | None, list[Peer], str]:
    if house.layout is None:
        return None, [], ""
    try:
        identity = load_identity(house.layout)
        peers = list(load_peers(house.layout, now_s).values())
    except OperatingError as error:
        return None, [], str(error)
    return (peer_of(identity) if identity is not None else None), peers, ""


async def get_check(request: Request) -> Response:
    """Show the form for a file."""
    return _check(request)


async def check(request: Request) -> Response:
    """Say what a file proves under the keys this node knows."""
    async with request.form(max_files=1, max_fields=4) as form:
        if not csrf_holds(caller_of(request.scope), form.get("csrf", "")):
            raise Refused("csrf")
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            return _check(request, HTTPStatus.UNPROCESSABLE_ENTITY, trouble=pages.speak(request)("check-no-file"))
        name, data = file.filename[:128], await file.read()
    house = door_of(request).house
    async with request.app.state.checks:
        try:
            verdict = await asyncio.to_thread(_examined, house, data)
        except (ProofError, OperatingError) as error:
            return _check(request, HTTPStatus.UNPROCESSABLE_ENTITY, name=name, trouble=str(error))
        except OSError as error:
            trouble = f"{error.filename}: {error.strerror}"
            return _check(request, HTTPStatus.CONFLICT, name=name, trouble=trouble)
    return _check(request, name=name, verdict=verdict)


def _examined(house: House, data: bytes) -> Verdict:
    if house.layout is None:
        raise OperatingError("This desk has no keys of its own and knows nobody's.")
    authors = house.layout.authors
    return examine(data, house.layout.policy.read_bytes(), authors.read_bytes)


def _check(
    request: Request, status: int = 200, *, name: str = "", trouble: str = "", verdict: Verdict | None = None
) -> Response:
    keys: list[tuple[Any, str, str]] = [
        (key, key.fingerprint.hex(), spoken(key.fingerprint)) for key in (verdict.keys if verdict else ())
    ]
    most_kib = FILE_BYTES_MAX[CHECK] // 1024
    return page(
        request, "check.html", status=status, name=name, trouble=trouble, verdict=verdict, keys=keys, most_kib=most_kib
    )


ROUTES: Final = (
    Route("/keys", get_keys, methods=["GET"]),
    Route(CHECK, get_check, methods=["GET"]),
    Route(CHECK, check, methods=["POST"]),
)
