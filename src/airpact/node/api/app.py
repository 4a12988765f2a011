"""The one ASGI application of a node: guard, gate, API and live socket under `/api/v1`, pages, console at `/`."""

import asyncio
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp

from airpact import __version__
from airpact.node.api import entering, managing, pages, peering, proving, schema
from airpact.node.api.access import Gate
from airpact.node.api.console import Console, console_folder
from airpact.node.api.guard import Guard
from airpact.node.api.live import live
from airpact.node.api.problem import HANDLERS
from airpact.node.api.routes import router
from airpact.node.loop import DeskNode
from airpact.node.people.account import Refused
from airpact.node.people.door import Door, cookie_name

PREFIX: Final = "/api/v1"
LIVE: Final = "LIVE"


PAGES: Final = (*entering.ROUTES, *managing.ROUTES, *proving.ROUTES, Route("/pages/{file}", pages.asset))


def create_app(node: DeskNode, console: Path | None = None, door: Door | None = None) -> ASGIApp:
    """Return the application of one running desk; `console` is where the built page lies, if not in the package.

    Without a `door` the desk asks nobody who they are; raises `ValueError` for a LIVE desk without one.
    """
    if door is None:
        if node.desk["mode"] == LIVE:
            raise ValueError("a LIVE desk needs a door: nobody may enter it without signing in")
        door = Door(node.clock, None, cookie_name(node.desk["party"]["id"], ""))
    api = contract()
    api.state.node, api.state.door = node, door
    routes = [Mount(PREFIX, api), *PAGES, Mount("/", Console(console if console is not None else console_folder()))]
    gate = Middleware(Gate, door=door, refuse=pages.refuse_page_or_api)
    handlers = {**HANDLERS, Refused: _on_refused}
    application = Starlette(routes=routes, middleware=[gate], exception_handlers=handlers)
    application.state.node, application.state.door = node, door
    application.state.checks = asyncio.Semaphore(proving.CHECKS_AT_ONCE)
    return Guard(application, int(node.desk["watchdog_port"]))


async def _on_refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return pages.refused_page(request, error)


def contract() -> FastAPI:
    """Return the API alone, without a desk behind it: what OpenAPI describes."""
    api = _Contract(
        title="airpact node",
        version=__version__,
        summary="The console's interface to one desk: loopback only, one shape for every error.",
        docs_url=None,  # its pages would load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers=dict(HANDLERS),
    )
    api.include_router(router)
    api.include_router(peering.router)
    api.router.routes.append(WebSocketRoute("/live", live))
    return api


class _Contract(FastAPI):
    """FastAPI with this project's error shape in the document instead of its own."""

    def openapi(self) -> dict[str, Any]:
        """Return OpenAPI 3.1 with every error as problem details."""
        if self.openapi_schema is None:
            document = super().openapi()
            schemas = document["components"]["schemas"]
            schemas.pop("HTTPValidationError", None)
            schemas.pop("ValidationError", None)
            schemas["ProblemDetails"] = schema.ProblemDetails.model_json_schema()
            document["servers"] = [{"url": PREFIX}]
            self.openapi_schema = document
        return self.openapi_schema
