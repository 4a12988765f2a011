"""A node that says what a test tells it to, through the real interface (docs/stream.md), and serves the built console.

`python -m tests.browser.mock_node` runs it by hand with the situation of the reference picture.
"""

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.browser import peering, situations
from tests.browser.situations import NOW_S, Json

CONSOLE: Final = Path(__file__).parents[2] / "src" / "airpact" / "node" / "console"
FRAME_EVERY_S: Final = 1.0
START_LIMIT_S: Final = 20.0


class MockNode:
    """A scripted node on a free port of this machine; its clock moves `pace_s` with each frame."""

    def __init__(self, desk: Json | None = None, alerts: list[Json] | None = None, pace_s: float = 1.0) -> None:
        self.desk = desk or situations.desk()
        self.alerts = {alert["id"]: alert for alert in (situations.watch() if alerts is None else alerts)}
        self.changes: Json = {}  # laid over every picture frame
        self.table = peering.table()  # GET /peers
        self.voice: list[Json] = list(peering.VOICE)  # newest first
        self.signed_out = False  # every call answers 401
        self.copies = 1
        self.now_s = NOW_S
        self.pace_s = pace_s
        self.ticking = True  # False: connected and silent, as a node that hangs
        self.accepting = True  # False: the link is cut
        self.watchdog = "ticking"
        self.refusal: Json | None = None  # a problem document for the next POST
        self.asked: list[tuple[str, Json]] = []  # what the console sent: path and body
        self.queries: list[str] = []  # query of each connection, newest last
        self.alert_seq = 0
        self.frames = 0
        self._sockets: set[WebSocket] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._server = uvicorn.Server(
            uvicorn.Config(self._app(), log_level="error", lifespan="off", ws="websockets-sansio")
        )
        self._thread = threading.Thread(target=self._run, name="mock-node", daemon=True)

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        """Return the address of the console."""
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Start serving; return when requests are answered."""
        self._thread.start()
        with socket.create_connection(("127.0.0.1", self.port), timeout=START_LIMIT_S):
            pass

    def stop(self) -> None:
        """Stop serving."""
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(timeout=START_LIMIT_S)
        self._listener.close()

    # --- what a test says --------------------------------------------------------------------------------------

    def put(self, *alerts: Json) -> None:
        """Send alerts, new or changed."""
        for alert in alerts:
            self.alerts[alert["id"]] = alert
        self._say({"alerts": list(alerts), "ended": []})

    def end(self, *ids: str) -> None:
        """Say that alerts are over."""
        for alert in ids:
            self.alerts.pop(alert, None)
        self._say({"alerts": [], "ended": list(ids)})

    def cut(self) -> None:
        """Close every connection and refuse new ones."""
        self.accepting = False
        self.close(1001)

    def close(self, code: int) -> None:
        """Close every connection with this code (RFC 6455 §7.4)."""
        for each in tuple(self._sockets):
            self._call(each.close(code=code))

    def mend(self) -> None:
        """Accept connections again."""
        self.accepting = True

    # --- serving -----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            ticks = asyncio.create_task(self._tick())
            await self._server.serve(sockets=[self._listener])
            ticks.cancel()
            with suppress(asyncio.CancelledError):
                await ticks

        asyncio.run(serve())

    def _app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/api/v1/desk", self._desk),
                Route("/api/v1/trails", lambda _: JSONResponse({"t": [], "id": [], "lat": [], "lon": []})),
                Route("/api/v1/timeline", lambda _: JSONResponse(situations.timeline(self.now_s))),
                Route("/api/v1/acknowledgements", self._acknowledge, methods=["POST"]),
                Route("/api/v1/shelvings", self._shelve, methods=["POST"]),
                Route("/api/v1/shelvings/{alert:path}", self._unshelve, methods=["DELETE"]),
                Route("/api/v1/sound-checks", self._sound, methods=["POST"]),
                Route("/api/v1/replay", self._replay, methods=["POST"]),
                Route("/api/v1/peers", lambda _: JSONResponse(self.table)),
                Route("/api/v1/presence", self._presence, methods=["POST"]),
                Route("/api/v1/voice-entries", lambda _: JSONResponse({"entries": self.voice})),
                Route("/api/v1/voice-entries", self._note, methods=["POST"]),
                Route("/api/v1/lifts/{alert:path}/refusal", self._refuse_lift, methods=["POST"]),
                Route("/account", self._account),
                Route("/sign-in", lambda _: Response("sign in", media_type="text/plain")),
                Route("/events", self._events),
                WebSocketRoute("/api/v1/live", self._live),
                Mount("/", StaticFiles(directory=CONSOLE, html=True)),
            ]
        )

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(FRAME_EVERY_S)
            if self.ticking:
                self.now_s += self.pace_s
                await self._broadcast(self._picture())

    def _picture(self) -> Json:
        self.frames += 1
        made = situations.picture(
            self.now_s, mode=self.desk["mode"], seq=self.frames, copies=self.copies, **self.changes
        )
        if "behind_s" in self.changes:
            made["as_of_s"] = self.now_s - made.pop("behind_s")
        return made

    async def _live(self, connection: WebSocket) -> None:
        self.queries.append(connection.url.query)
        if not self.accepting:
            await connection.close(code=1013)
            return
        await connection.accept()
        hello = {"type": "hello", "protocol": 1, "mode": self.desk["mode"], "now_s": self.now_s}
        first = {"type": "alerts", "seq": self.alert_seq, "now_s": self.now_s, "full": True}
        await connection.send_text(json.dumps(hello))
        if self.ticking:
            await connection.send_text(json.dumps(self._picture()))
        await connection.send_text(json.dumps({**first, "alerts": list(self.alerts.values()), "ended": []}))
        self._sockets.add(connection)
        with suppress(WebSocketDisconnect):
            await connection.receive_text()
        self._sockets.discard(connection)

    async def _broadcast(self, message: Json) -> None:
        text = json.dumps(message)
        for each in tuple(self._sockets):
            with suppress(WebSocketDisconnect, RuntimeError):
                await each.send_text(text)

    def _say(self, message: Json) -> None:
        self.alert_seq += 1
        head = {"type": "alerts", "seq": self.alert_seq, "now_s": self.now_s, "full": False}
        self._call(self._broadcast({**head, **message}))

    def _call(self, doing: Any) -> None:
        if self._loop is None:
            raise RuntimeError("the mock node is not started")
        asyncio.run_coroutine_threadsafe(doing, self._loop)

    # --- commands ----------------------------------------------------------------------------------------------

    async def _body(self, request: Request) -> Json:
        body: Json = await request.json()
        self.asked.append((request.url.path.removeprefix("/api/v1"), body))
        return body

    def _refused(self) -> Response | None:
        problem, self.refusal = self.refusal, None
        if problem is None:
            return None
        return JSONResponse(problem, status_code=problem["status"], media_type="application/problem+json")

    async def _change(self, id_: str, **changes: Any) -> Response:
        changed = {**self.alerts[id_], **changes}
        self.alerts[id_] = changed
        self.alert_seq += 1
        head = {"type": "alerts", "seq": self.alert_seq, "now_s": self.now_s, "full": False}
        await self._broadcast({**head, "alerts": [changed], "ended": []})
        return JSONResponse({"index": 1, "at_s": self.now_s, "alert": changed})

    async def _desk(self, _: Request) -> Response:
        if self.signed_out:
            return JSONResponse({"title": "Unauthorized", "status": 401}, 401, media_type="application/problem+json")
        return JSONResponse(self.desk)

    async def _presence(self, request: Request) -> Response:
        await self._body(request)
        self.changes = {**self.changes, "presence": situations.presence("manned", self.now_s + 1800)}
        return self._refused() or JSONResponse({"index": 1, "at_s": self.now_s})

    async def _account(self, _: Request) -> Response:
        self.asked.append(("/account", {}))
        return Response("account", media_type="text/plain")

    async def _refuse_lift(self, request: Request) -> Response:
        await self._body(request)
        alert = self.alerts[request.path_params["alert"]]
        return self._refused() or await self._change(alert["id"], peer={**alert["peer"], "refused": True})

    async def _note(self, request: Request) -> Response:
        entry = {**await self._body(request), "index": 99, "noted_s": self.now_s, "by": "local", "signed": False}
        if refused := self._refused():
            return refused
        self.voice = [entry, *self.voice]
        return JSONResponse({"index": 99, "at_s": self.now_s})

    async def _acknowledge(self, request: Request) -> Response:
        body = await self._body(request)
        answered = {"by": "local", "at_s": self.now_s}
        return self._refused() or await self._change(body["alert"], state="acknowledged", acknowledged=answered)

    async def _shelve(self, request: Request) -> Response:
        body = await self._body(request)
        shelf = {"by": "local", "until_s": self.now_s + 60 * body["minutes"], "reason": body["reason"]}
        return self._refused() or await self._change(body["alert"], state="shelved", shelved=shelf)

    async def _unshelve(self, request: Request) -> Response:
        return await self._change(request.path_params["alert"], state="active", shelved=None)

    async def _sound(self, request: Request) -> Response:
        if (await self._body(request))["heard"]:
            self.changes = {**self.changes, "sound": {"proven_s": self.now_s}}
        return JSONResponse({})

    async def _replay(self, request: Request) -> Response:
        moved = {**self.changes["transport"], **await self._body(request)}
        self.changes = {**self.changes, "transport": moved}
        self.now_s = moved["at_s"]
        return JSONResponse(moved)

    async def _events(self, request: Request) -> Response:
        async def words() -> AsyncIterator[str]:
            while not await request.is_disconnected():
                word = {"state": self.watchdog, "since_s": self.now_s - 5, "now_s": self.now_s}
                yield f"data: {json.dumps(word)}\n\n"
                await asyncio.sleep(FRAME_EVERY_S)

        return StreamingResponse(words(), media_type="text/event-stream")


def main() -> None:
    """Run until interrupted."""
    node = MockNode()
    node.start()
    print(f"console with the situation of the reference picture: {node.url}")
    with suppress(KeyboardInterrupt):
        threading.Event().wait()
    node.stop()


if __name__ == "__main__":
    main()
