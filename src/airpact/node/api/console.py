"""The console's files at `/`: built by the web build into `node/console`, served as they are.

Content types come from a table here, never from the machine's own list, which may say text/plain for a script. Files
under `assets/` carry a hash in their name and are kept by the browser; all others are asked for every time.
"""

from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

CONTENT_TYPES: Final[dict[str, str]] = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".geojson": "application/geo+json",
    ".map": "application/json",
    ".webmanifest": "application/manifest+json",
    ".ftl": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".pbf": "application/x-protobuf",
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
}
UNKNOWN_TYPE: Final = "application/octet-stream"
KEPT: Final = "public, max-age=31536000, immutable"
ASKED_AGAIN: Final = "no-cache"

_NOT_BUILT: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>airpact: the console is not built</title></head>
<body><h1>The console is not built</h1>
<p>The node is running, but the files of its page are missing. In the airpact folder, type</p>
<pre>make run</pre>
<p>and open this page again. The API answers meanwhile: <a href="/api/v1/desk">/api/v1/desk</a>.</p>
</body></html>
"""


def console_folder() -> Path:
    """Return where the web build leaves its files."""
    return Path(str(files("airpact.node"))) / "console"


class Console(StaticFiles):
    """Serves the built console, or one page that says how to build it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, html=True, check_dir=False)
        self._folder = folder

    async def check_config(self) -> None:
        """Leave a missing folder to `get_response`, which answers it for a person."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return one file with its type and how long to keep it; 503 with the remedy when nothing was built."""
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "GET, HEAD"})
        if not (self._folder / "index.html").is_file():
            return HTMLResponse(_NOT_BUILT, HTTPStatus.SERVICE_UNAVAILABLE)
        if "\0" in path:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        response = await super().get_response(path, scope)
        if isinstance(response, FileResponse):
            suffix = Path(response.path).suffix.lower()
            response.headers["content-type"] = CONTENT_TYPES.get(suffix, UNKNOWN_TYPE)
        response.headers["cache-control"] = KEPT if Path(path).parts[:1] == ("assets",) else ASKED_AGAIN
        return response
