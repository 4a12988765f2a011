"""The live socket (RFC 6455, docs/stream.md): hello, what was missed, then pictures and alerts as they come.

The console only listens here; whatever it sends is thrown away unread. Frames are never compressed: they are encoded
once for everybody, and compression per connection would cost more than all the rest.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Final

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from airpact.node.api.access import CALLER, CERTIFICATE
from airpact.node.api.problem import problem
from airpact.node.loop import DeskNode, StorageError
from airpact.node.people.door import Door
from airpact.node.people.roles import Permission
from airpact.node.publish import Client
from airpact.node.workers import BusyError

PROTOCOL: Final = 1
SEQ_MAX: Final = 2**53 - 1  # what a browser counts exactly
# Each console costs a task, a queue and up to two frames of memory; a desk has a handful of screens.
CLIENTS_MAX: Final = 512
CLOSE_TRY_AGAIN: Final = 1013  # IANA registry: "Try Again Later"
CLOSE_SIGNED_OUT: Final = 4401  # private use (RFC 6455 §7.4.2), after HTTP 401: the page goes to sign-in
LOOK_S: Final = 5.0  # how soon a locked account loses the picture
SIGNED_OUT: Final = "airpact.signed_out"
CLOSE_S: Final = 1.0  # how long a console that does not read may take to hear why it was closed
REASON_BYTES_MAX: Final = 123  # RFC 6455 §5.5: a control frame carries 125 bytes, two are the code
# What the server in node.launch puts into the scope to cut a connection that no longer drains.
ABORT: Final = "airpact.abort"


async def live(websocket: WebSocket) -> None:
    """Serve one console until it leaves or is given up."""
    node: DeskNode = websocket.app.state.node
    since = _since(websocket.query_params.get("since"))
    if isinstance(since, str):
        await websocket.send_denial_response(problem(422, "invalid_request", since))
        return
    if len(node.hub) >= CLIENTS_MAX:
        await websocket.send_denial_response(problem(503, "desk_busy", f"{CLIENTS_MAX} consoles are connected."))
        return
    await websocket.accept()
    client = node.hub.join(since)
    try:
        parts = (_send(websocket, client, node), _listen(websocket), client.until_lost())
        await _until_first(*parts, _until_signed_out(websocket))
    finally:
        node.hub.leave(client)
        if client.lost:
            await _close(websocket, client.lost, CLOSE_TRY_AGAIN)
        elif websocket.scope.get(SIGNED_OUT):
            await _close(websocket, "signed out", CLOSE_SIGNED_OUT)


async def _send(websocket: WebSocket, client: Client, node: DeskNode) -> None:
    loop = asyncio.get_running_loop()
    with suppress(WebSocketDisconnect):  # it left while a frame was on its way; leaving is not an error
        await websocket.send_text(_hello(node))
        while (frame := await client.next()) is not None:
            client.sending_since_s = loop.time()
            await websocket.send_text(frame.text)
            client.sending_since_s = None


async def _listen(websocket: WebSocket) -> None:
    """Read until the console leaves, so that pings are answered and a closing is seen."""
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass


async def _until_signed_out(websocket: WebSocket) -> None:
    """Wait until the one who listens may no longer: the session or token is over, or the role was taken away."""
    door: Door = websocket.app.state.door
    caller = websocket.scope[CALLER]
    while True:
        await asyncio.sleep(LOOK_S)
        try:
            now = await door.still(caller, websocket.scope.get(CERTIFICATE, ""))
        except (BusyError, StorageError):
            continue  # who was let in is not cut off because the disk is slow
        if now is None or not now.may(Permission.SEE_PICTURE):
            websocket.scope[SIGNED_OUT] = True
            return


async def _until_first(*work: Coroutine[Any, Any, object]) -> None:
    """Run the parts of one connection until any of them ends, then end the others; a fault of any is raised."""
    tasks = [asyncio.create_task(part) for part in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def _close(websocket: WebSocket, reason: str, code: int) -> None:
    """Tell the console why it is closed if it still reads; else cut the connection."""
    told = reason.encode()[:REASON_BYTES_MAX].decode(errors="ignore")
    try:
        if websocket.application_state is WebSocketState.CONNECTED:
            await asyncio.wait_for(websocket.close(code, told), CLOSE_S)
    except (TimeoutError, WebSocketDisconnect, RuntimeError):
        abort = websocket.scope["extensions"].get(ABORT)
        if abort is not None:
            abort()


def _hello(node: DeskNode) -> str:
    hello = {"type": "hello", "protocol": PROTOCOL, "mode": node.desk.get("mode", ""), "now_s": node.clock.now_s()}
    return msgspec.json.encode(hello).decode()


def _since(value: str | None) -> int | str | None:
    """Return the sequence asked for, None when none was, or what is wrong with it."""
    if value is None or value == "":
        return None
    if not (value.isascii() and value.isdecimal()) or int(value[:17]) > SEQ_MAX:
        return "since: must be the seq of an alerts message"
    return int(value[:17])
