"""The console's files come with the right type and lifetime; one that was not built says which command builds it."""

from pathlib import Path

import pytest

from airpact.node.api.console import CONTENT_TYPES, console_folder
from tests.api.serving import Served, serving
from tests.api.test_problem import assert_problem
from tests.node.fakes import Fakes


def test_the_page_is_asked_for_every_time_and_hashed_files_are_kept(standing: Served) -> None:
    page, script = standing.http.get("/"), standing.http.get("/assets/main-abc.js")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-cache"
    assert "immutable" in script.headers["cache-control"]


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/assets/main-abc.js", "text/javascript; charset=utf-8"),
        ("/assets/worker-abc.mjs", "text/javascript; charset=utf-8"),
        ("/notes.unheard", "application/octet-stream"),
    ],
)
def test_types_do_not_depend_on_the_machine(standing: Served, path: str, content_type: str) -> None:
    assert standing.http.get(path).headers["content-type"] == content_type


def test_an_unchanged_page_is_not_sent_again(standing: Served) -> None:
    page = standing.http.get("/")
    again = standing.http.get("/", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/../fakes.py", "/..%2f..%2fpyproject.toml", "/assets/%2e%2e/%2e%2e/x", "/%00", "/assets", "/assets/"]
)
def test_nothing_outside_the_folder_is_served(standing: Served, path: str) -> None:
    assert_problem(standing.http.get(path), 404, "not_found")


def test_a_console_that_was_not_built_names_the_one_command(tmp_path: Path) -> None:
    with serving(Fakes(), tmp_path / "nowhere") as desk:
        response = desk.http.get("/")
        assert response.status_code == 503
        assert response.headers["content-type"].startswith("text/html")
        assert "make run" in response.text
        assert desk.http.get("/api/v1/desk").status_code == 200


def test_every_kind_of_file_the_build_made_has_a_type() -> None:
    built = [path.suffix for path in console_folder().rglob("*") if path.is_file()]
    assert set(built) <= set(CONTENT_TYPES)
