"""Writes the API reference: `docs/openapi.json` and `docs/api.md`, both from the routes themselves.

`python -m tools.api_reference` writes them; a test fails when they differ from what the routes say.
"""

import json
from pathlib import Path
from typing import Any, Final

from airpact.node.api.app import PREFIX, contract

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"

HEAD: Final = """# The HTTP API

One node answers on loopback only, under `{prefix}`; the machine-readable contract is [openapi.json](openapi.json), also
served at `{prefix}/openapi.json`. What the values mean stands in [stream.md](stream.md), which also describes the live
socket `{prefix}/live`. This page is written by `python -m tools.api_reference`.

Every error of every route is problem details (RFC 9457, `application/problem+json`):

    {{"title": "Conflict", "status": 409, "code": "warning_cannot_be_shelved", "detail": "…"}}

`code` is for programs and keeps its meaning, `detail` is for a person. Besides the errors named with each route, any
route may answer 401 `not_signed_in`, 403 `not_allowed` (the detail names the roles that may; the table stands in
[people.md](people.md)), 403 `csrf` (the request came from another page of this machine), 403 `host_not_loopback` or
`origin_not_this_desk` (pages from elsewhere may neither send commands nor listen), 404 `not_found`, 405
`method_not_allowed`, 411 `length_required`, 413 `body_too_large` (a command has at most 16 KiB) and 500
`internal_error`.

A command is answered once it is durable. Send an `Idempotency-Key` with each new command and the same key when you
send it again: the same key gives the first answer, also after a restart of the node; with a different command it is
422 `idempotency_key_reused`. 503 `desk_busy` and `not_recorded` mean that nothing was acknowledged.

## Routes
"""


def openapi_text() -> str:
    """Return the contract as the text of `docs/openapi.json`."""
    return json.dumps(contract().openapi(), indent=2, ensure_ascii=False) + "\n"


def api_page() -> str:
    """Return the text of `docs/api.md`."""
    document = contract().openapi()
    routes = [
        _route(method.upper(), path, operation, document)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    return "\n".join([HEAD.format(prefix=PREFIX), *routes])


def _route(method: str, path: str, operation: dict[str, Any], document: dict[str, Any]) -> str:
    lines = [f"### `{method} {path}`", "", f"{operation['summary']}. {operation['description']}", ""]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    if body is not None:
        lines += _fields(_named(body, document))
    lines += [_parameter(each) for each in operation.get("parameters", ())]
    lines += [f"- {status}: {_answer(response)}" for status, response in sorted(operation["responses"].items())]
    return "\n".join([*lines, ""])


def _parameter(parameter: dict[str, Any]) -> str:
    limits = _limits(parameter["schema"])
    meaning = parameter.get("description", "")
    return f"- {parameter['in']} `{parameter['name']}`{limits}{': ' + meaning if meaning else ''}"


def _fields(schema: dict[str, Any]) -> list[str]:
    required = schema.get("required", ())
    return [
        f"- body `{name}`{'' if name in required else ' (optional)'}{_limits(field)}"
        + (f": {field['description']}" if "description" in field else "")
        for name, field in schema["properties"].items()
    ]


def _limits(field: dict[str, Any]) -> str:
    words = {
        "minimum": "at least",
        "exclusiveMinimum": "above",
        "maximum": "at most",
        "maxLength": "characters at most",
    }
    choices = [field, *field.get("anyOf", ())]
    return "".join(f", {text} {each[key]:g}" for each in choices for key, text in words.items() if key in each)


def _answer(response: dict[str, Any]) -> str:
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    return f"`{name}`" if name else response["description"]


def _named(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def main() -> None:
    """Write both files."""
    (DOCS / "openapi.json").write_text(openapi_text(), encoding="utf-8")
    (DOCS / "api.md").write_text(api_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
