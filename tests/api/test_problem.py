"""Every error of every route has one shape (RFC 9457), whatever goes wrong and wherever."""

from typing import Any

import httpx
import pytest

from airpact.node.api.app import PREFIX, contract
from tests.api.serving import Served, serving
from tests.node.fakes import Fakes

OPERATIONS = [
    (method.upper(), PREFIX + path.replace("{alert}", "nobody"), operation)
    for path, operations in contract().openapi()["paths"].items()
    for method, operation in operations.items()
]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
WRONG_BODIES: tuple[object, ...] = (None, [], "text", {"alert": 7}, {"unknown": 1}, {"alert": ""}, {"heard": "yes"})


def assert_problem(response: httpx.Response, status: int, code: str = "") -> None:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["status"] == status
    assert body["title"]
    assert body["code"] == (code or body["code"]) != ""
    assert set(body) <= {"title", "status", "code", "detail"}


@pytest.mark.parametrize("path", ["/api/v1/nope", "/api/v1", "/api/v1/", "/api/v2/desk", "/api/v1/desk/", "/nope"])
def test_a_page_that_does_not_exist(standing: Served, path: str) -> None:
    assert_problem(standing.http.get(path), 404, "not_found")


def test_the_wrong_method_on_every_route_names_the_right_one(standing: Served) -> None:
    paths = {path for _, path, _ in OPERATIONS}
    for path in paths:
        allowed = {method for method, other, _ in OPERATIONS if other == path}
        for method in set(METHODS) - allowed:
            response = standing.http.request(method, path)
            assert_problem(response, 405, "method_not_allowed")
            assert set(response.headers["allow"].split(", ")) == allowed
    assert_problem(standing.http.post("/"), 405, "method_not_allowed")


def test_every_body_that_does_not_fit_names_what_is_wrong(standing: Served) -> None:
    for method, path, operation in OPERATIONS:
        if "requestBody" not in operation:
            continue
        for body in WRONG_BODIES:
            assert_problem(standing.http.request(method, path, json=body), 422, "invalid_request")
        assert_problem(standing.http.request(method, path, content=b"{not json"), 422, "invalid_request")
        assert_problem(standing.http.request(method, path, content=b"{}", headers={"content-type": "text/plain"}), 422)


@pytest.mark.parametrize("minutes", [0, 0.99, 15.01, 1e9, -5, "5", None, True])
def test_shelving_takes_one_to_fifteen_minutes(standing: Served, minutes: object) -> None:
    assert_problem(standing.post("/shelvings", {"alert": "a-b-1", "minutes": minutes, "reason": "drill"}), 422)


@pytest.mark.parametrize("hours", ["0", "-1", "25", "nan", "inf", "many"])
def test_a_timeline_of_impossible_length(standing: Served, hours: str) -> None:
    assert_problem(standing.http.get("/api/v1/timeline", params={"hours": hours}), 422, "invalid_request")


def test_a_key_that_is_too_long(standing: Served) -> None:
    for method, path, operation in OPERATIONS:
        if method == "POST" and "requestBody" in operation:
            response = standing.http.request(method, path, json={"alert": "x"}, headers={"Idempotency-Key": "k" * 256})
            assert_problem(response, 422, "invalid_request")


def test_a_fault_of_the_program_tells_nothing_of_its_insides(monkeypatch: pytest.MonkeyPatch, served: Served) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("secret insides")

    for name in ("submit", "timeline", "trails", "move"):
        monkeypatch.setattr(served.node, name, broken)
    calls = (
        served.post("/acknowledgements", {"alert": "a-b-1"}),
        served.post("/shelvings", {"alert": "a-b-1", "minutes": 5, "reason": "drill"}),
        served.http.delete("/api/v1/shelvings/a-b-1"),
        served.post("/sound-checks", {"heard": True}),
        served.post("/replay", {"playing": True}),
        served.http.get("/api/v1/timeline"),
        served.http.get("/api/v1/trails"),
    )
    for response in calls:
        assert_problem(response, 500, "internal_error")
        assert "secret" not in response.text
        assert response.headers["x-content-type-options"] == "nosniff"


def test_storage_that_fails_says_that_nothing_was_acknowledged(served: Served) -> None:
    served.fakes.order.trouble = OSError("disk full")
    response = served.post("/acknowledgements", {"alert": "a-b-1"}, "k")
    assert_problem(response, 503, "not_recorded")
    assert "disk full" in response.json()["detail"]
    assert int(response.headers["retry-after"]) > 0
    assert served.post("/acknowledgements", {"alert": "a-b-1"}, "k").json()["index"] == 1


def test_a_body_that_is_too_large_or_of_unstated_length_is_not_read(standing: Served) -> None:
    large = {"alert": "a", "reason": "x" * 20_000}
    assert_problem(standing.http.post("/api/v1/shelvings", json=large), 413, "body_too_large")
    chunked = standing.http.post(
        "/api/v1/shelvings", content=iter([b"{}"]), headers={"content-type": "application/json"}
    )
    assert_problem(chunked, 411, "length_required")


def test_too_many_waiting_commands_are_told_to_come_back() -> None:
    with serving(Fakes()) as desk:
        desk.node.submit = _busy  # type: ignore[method-assign, assignment]
        response = desk.post("/sound-checks", {"heard": True})
        assert_problem(response, 503, "desk_busy")
        assert int(response.headers["retry-after"]) > 0


async def _busy(*_: object) -> None:
    from airpact.node.workers import BusyError

    raise BusyError("32 commands are waiting for storage")
