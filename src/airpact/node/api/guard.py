"""What stands before every route: loopback names only, same origin only, small bodies only, safe headers on answers.

A desk is bound to loopback; that alone does not stop a web page in the officer's browser. A page that has its own name
resolved to 127.0.0.1 (DNS rebinding) sends that name as Host: refused. A page elsewhere that posts or opens a socket
here sends its own Origin: refused. Names under `localhost` mean this machine and nothing else (RFC 6761 §6.3), so that
two desks here can have a name each: nag.localhost, ctf.localhost.
"""

import ipaddress
import logging
import re
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from airpact.node.api.access import ENTRY
from airpact.node.api.problem import problem

# The largest command is a shelving with its reason; 16 KiB is far beyond it and nothing a desk could be flooded with.
BODY_BYTES_MAX: Final = 16 * 1024
# Pages that take a file say how large it may be.
FILE_BYTES_MAX: Final[dict[str, int]] = {"/check": 1024 * 1024}
POLICY_VIOLATION: Final = 1008  # RFC 6455 §7.4.1
READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})

_log = logging.getLogger("airpact.api")

_UNDER_LOCALHOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.localhost")  # one label, RFC 1035

_CSP: Final = (
    "default-src 'none'; script-src 'self'; worker-src 'self' blob:; style-src 'self'; "
    "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' data: blob:; manifest-src 'self'; "
    "connect-src 'self' ws://{host} http://{name}:{watchdog_port}; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


class _Answer:
    """What goes out for one request: every start gets the headers, and it is known whether the whole was sent."""

    def __init__(self, send: Send, headers: dict[str, str]) -> None:
        self._send = send
        self._headers = headers
        self.finished = False

    async def __call__(self, message: Message) -> None:
        """Send one message."""
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
        await self._send(message)
        self.finished = message["type"] == "http.response.body" and not message.get("more_body", False)


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, watchdog_port: int = 0) -> None:
        self._app = app
        self._watchdog_port = watchdog_port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what must not come in; put the headers on what goes out."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        answer = _Answer(send, self._headers(headers.get("host", "")))
        refusal = _refusal(scope, headers)
        if refusal is not None:
            await refuse(refusal, scope, receive, answer)
            return
        try:
            await self._app(scope, receive, answer)
        except Exception:
            if not answer.finished:
                raise
            _log.exception("%s %s failed", scope.get("method", "WEBSOCKET"), _route(scope))

    def _headers(self, host: str) -> dict[str, str]:
        host = host if is_loopback(host) else "localhost"
        name = urlsplit(f"//{host}").netloc.removesuffix(f":{urlsplit(f'//{host}').port}")
        return {
            "Content-Security-Policy": _CSP.format(host=host, name=name, watchdog_port=self._watchdog_port),
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
        }


def _route(scope: Scope) -> str:
    """Return the path of a request as the table has it: the path itself may hold the secret of an invitation."""
    return scope[ENTRY].path if ENTRY in scope else "a request"


async def refuse(refusal: tuple[int, str, str], scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request, or a socket that is not open yet, with a problem (status, code, detail)."""
    if scope["type"] == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": refusal[1]})
        return
    await problem(*refusal)(scope, receive, send)


def is_loopback(host: str) -> bool:
    """Whether a Host header (name or address, port or not) can only mean this machine."""
    try:
        parts = urlsplit(f"//{host}")
        name, _ = parts.hostname or "", parts.port
        if parts.username is not None or parts.path or parts.query or parts.fragment:
            return False
        return (
            name == "localhost"
            or _UNDER_LOCALHOST.fullmatch(name) is not None
            or ipaddress.ip_address(name).is_loopback
        )
    except ValueError:
        return False


def _refusal(scope: Scope, headers: Headers) -> tuple[int, str, str] | None:
    host = headers.get("host", "")
    if not is_loopback(host):
        return (
            HTTPStatus.FORBIDDEN,
            "host_not_loopback",
            "This desk answers to localhost, names under it, 127.0.0.1 and [::1] only.",
        )
    method = scope.get("method", "WEBSOCKET")
    if method in READING:
        return None
    origin = headers.get("origin")
    if origin is not None and origin.lower() != own_origin(scope, host):
        return HTTPStatus.FORBIDDEN, "origin_not_this_desk", "Only pages of this desk may send commands or listen."
    return None if method == "WEBSOCKET" else _body_refusal(headers, scope["path"])


def own_origin(scope: Scope, host: str) -> str:
    """Return the origin of this desk's own pages as the browser of a request sees it."""
    secure = scope.get("scheme") in ("https", "wss")
    return f"{'https' if secure else 'http'}://{host}".lower()


def _body_refusal(headers: Headers, path: str) -> tuple[int, str, str] | None:
    if "transfer-encoding" in headers:
        return HTTPStatus.LENGTH_REQUIRED, "length_required", "State the Content-Length of the body."
    length = headers.get("content-length", "0")
    most = FILE_BYTES_MAX.get(path, BODY_BYTES_MAX)
    if not (length.isascii() and length.isdecimal()) or int(length[:20]) > most:
        detail = f"A command has at most {most} bytes."
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", detail
    return None
