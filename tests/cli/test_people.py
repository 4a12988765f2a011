"""`airpact people`: the first account of a desk, and the hand that has the files lets anyone in or out."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from airpact.cli.main import app
from airpact.node.errors import OperatingError
from airpact.node.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Path:
    Home.open(tmp_path, "LIVE").close()
    return tmp_path


def people(*words: object) -> str:
    """Run one of the commands; a refusal comes out as the error that `airpact` prints."""
    result = CliRunner().invoke(app, ["people", *map(str, words)])
    if isinstance(result.exception, OperatingError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_an_invitation_is_printed_listed_and_shut(home: Path) -> None:
    assert people("invite", "--home", home, "--account", "adm-1").startswith("/invitation/")
    people("invite", "--home", home, "--account", "desk2-am", "--roles", "duty_officer, investigator")
    rows = people("list", "--home", home).splitlines()
    assert [row.split()[0] for row in rows] == ["adm-1", "desk2-am"]
    assert "invited" in rows[1]
    assert rows[1].endswith("duty_officer, investigator")
    people("lock", "--home", home, "--account", "desk2-am")
    assert "locked" in people("list", "--home", home).splitlines()[1]
    people("unlock", "--home", home, "--account", "desk2-am")
    assert "invited" in people("list", "--home", home).splitlines()[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("invite", "--account", "Desk 2"), "small letters"),
        (("invite", "--account", "local"), "cannot be the name"),
        (("invite", "--account", "desk2", "--roles", "king"), "duty_officer"),
        (("lock", "--account", "nobody"), "people list"),
        (("unlock", "--account", "nobody"), "no such account"),
    ],
)
def test_what_cannot_be_done_says_why_and_changes_nothing(home: Path, words: tuple[str, ...], said: str) -> None:
    with pytest.raises(OperatingError, match=said):
        people(*words, "--home", home)


def test_a_folder_that_is_no_home_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(OperatingError, match="not the home of a node"):
        people("invite", "--home", tmp_path)
    assert list(tmp_path.iterdir()) == []
