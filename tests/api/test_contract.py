"""The written contract is what the routes say, and every route tells its errors."""

from pathlib import Path

from airpact.node.api.app import contract
from tests.api.serving import Served
from tools.api_reference import api_page, openapi_text

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_reference_is_regenerated_without_a_difference() -> None:
    """docs/openapi.json and docs/api.md are written by `python -m tools.api_reference`."""
    assert (DOCS / "openapi.json").read_text(encoding="utf-8") == openapi_text()
    assert (DOCS / "api.md").read_text(encoding="utf-8") == api_page()


def test_the_contract_is_served_and_no_page_that_loads_scripts_from_elsewhere(standing: Served) -> None:
    assert standing.http.get("/api/v1/openapi.json").json() == contract().openapi()
    assert [standing.http.get(f"/api/v1/{page}").status_code for page in ("docs", "redoc")] == [404, 404]


def test_every_route_of_the_stream_page_exists() -> None:
    page = (DOCS / "stream.md").read_text(encoding="utf-8")
    rows = [line.split("`")[1].split("?")[0].split() for line in page.splitlines() if line.startswith("| `")]
    described = {(method.upper(), path) for path, ops in contract().openapi()["paths"].items() for method in ops}
    assert {(row[0], row[1]) for row in rows} == described


def test_every_error_is_problem_details() -> None:
    for operations in contract().openapi()["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if status != "200":
                    assert list(response["content"]) == ["application/problem+json"]
