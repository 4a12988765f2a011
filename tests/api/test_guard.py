"""No page from elsewhere may read, send commands or listen, whatever name it gives this machine."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.exceptions import InvalidStatus

from airpact.node.api.guard import is_loopback
from tests.api.serving import Served, is_type, receive
from tests.api.test_problem import assert_problem

LOOPBACK = ["localhost", "localhost:8790", "127.0.0.1", "127.0.0.1:8790", "127.9.9.9:1", "[::1]", "[::1]:8790"]
FOREIGN = [
    "",
    "example.org",
    "localhost.example.org",
    "127.0.0.1.example.org",
    "192.168.1.5:8790",
    "0.0.0.0:8790",
    "[::]:8790",
    "localhost@example.org",
    "example.org@localhost",
    "localhost:port",
    "localhost/x",
    "[::1",
    "127.1",
    "2130706433",
    "localhost.",
]


@pytest.mark.parametrize("host", LOOPBACK)
def test_names_of_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", FOREIGN)
def test_names_that_could_be_another_machine(host: str) -> None:
    assert not is_loopback(host)


@given(st.text(max_size=40))
def test_no_host_header_breaks_the_check(host: str) -> None:
    assert is_loopback(host) in (True, False)


@pytest.mark.parametrize("path", ["/", "/api/v1/desk", "/api/v1/trails", "/api/v1/openapi.json", "/nope"])
def test_a_name_that_was_pointed_at_this_machine_reads_nothing(standing: Served, path: str) -> None:
    response = standing.http.get(path, headers={"Host": "rebound.example.org"})
    assert_problem(response, 403, "host_not_loopback")


FOREIGN_ORIGINS = ["https://example.org", "null", "http://localhost:1", "file://", "http://localhost.example.org", ""]


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_a_page_from_elsewhere_sends_no_command(standing: Served, origin: str) -> None:
    headers = {"Origin": origin}
    for response in (
        standing.http.post("/api/v1/acknowledgements", json={"alert": "a-b-1"}, headers=headers),
        standing.http.delete("/api/v1/shelvings/a-b-1", headers=headers),
    ):
        assert_problem(response, 403, "origin_not_this_desk")
    assert standing.fakes.order.entries == []


def test_the_desk_s_own_page_and_a_program_without_origin_may(standing: Served) -> None:
    own = {"Origin": standing.address.rstrip("/")}
    assert standing.http.post("/api/v1/sound-checks", json={"heard": True}, headers=own).status_code == 200
    assert standing.http.post("/api/v1/sound-checks", json={"heard": True}).status_code == 200


@pytest.mark.parametrize("origin", ["https://example.org", "null", "http://localhost:1"])
def test_a_page_from_elsewhere_does_not_listen(standing: Served, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused, standing.live(origin=origin):
        pass
    response = refused.value.response
    assert (response.status_code, response.headers["content-type"]) == (403, "application/problem+json")
    assert b"origin_not_this_desk" in (response.body or b"")


def test_the_desk_s_own_page_listens(standing: Served) -> None:
    with standing.live(origin=standing.address.rstrip("/")) as socket:
        assert receive(socket, is_type("hello"))["protocol"] == 1


def test_every_answer_carries_the_headers_that_bind_a_browser(standing: Served) -> None:
    for response in (standing.http.get("/"), standing.http.get("/api/v1/desk"), standing.http.get("/nope")):
        policy = directives(response)
        assert policy["default-src"] == "'none'"
        assert policy["frame-ancestors"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == "'self'"
        assert f"ws://{standing.host}" in policy["connect-src"].split()
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["x-frame-options"] == "DENY"
        assert "access-control-allow-origin" not in response.headers


def directives(response: httpx.Response) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in response.headers["content-security-policy"].split(";"))
    return {name: value for name, _, value in parts}
