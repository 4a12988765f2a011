"""The one ASGI application of a node: guard, API and live socket under `/api/v1`, console at `/`."""

from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount, WebSocketRoute
from starlette.types import ASGIApp

from airpact import __version__
from airpact.node.api import peering, schema
from airpact.node.api.console import Console, console_folder
from airpact.node.api.guard import Guard
from airpact.node.api.live import live
from airpact.node.api.problem import HANDLERS
from airpact.node.api.routes import router
from airpact.node.loop import DeskNode

PREFIX: Final = "/api/v1"


def create_app(node: DeskNode, console: Path | None = None) -> ASGIApp:
    """Return the application of one running desk; `console` is where the built page lies, if not in the package."""
    api = contract()
    api.state.node = node
    routes = [Mount(PREFIX, api), Mount("/", Console(console if console is not None else console_folder()))]
    return Guard(Starlette(routes=routes, exception_handlers=HANDLERS), int(node.desk["watchdog_port"]))


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
