"""The home of a node: made once, held by one, of one mode, and every fault of the disk told in words."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from airpact.node.errors import OperatingError
from airpact.node.home import Home, Layout, write_durably


def test_a_new_home_has_every_folder_and_its_stamp(tmp_path: Path) -> None:
    with Home.open(tmp_path / "a" / "desk", "LIVE") as home:
        layout = home.layout
        for folder in (layout.journal, layout.snapshots, layout.tracks, layout.evidence, layout.keys):
            assert folder.is_dir()
        assert layout.mode.read_text() == "LIVE\n"
        for folder in (layout.root, layout.keys):
            assert stat.S_IMODE(folder.stat().st_mode) & 0o077 == 0, "others could read the picture or the keys"


def test_a_second_desk_on_the_home_is_refused_by_name_and_process(tmp_path: Path) -> None:
    with Home.open(tmp_path, "LIVE"):
        with pytest.raises(OperatingError, match=f"process {os.getpid()}") as refused:
            Home.open(tmp_path, "LIVE")
        assert str(tmp_path) in refused.value.what
        assert "--home" in refused.value.remedy
        assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n", "a refused desk must not overwrite the holder"


def test_a_home_let_go_is_free_and_keeps_what_it_held(tmp_path: Path) -> None:
    with Home.open(tmp_path, "LIVE") as home:
        (home.layout.evidence / "x").write_text("kept")
    with Home.open(tmp_path, "LIVE") as home:
        assert (home.layout.evidence / "x").read_text() == "kept"


def test_a_killed_desk_leaves_its_home_free(tmp_path: Path) -> None:
    words = (
        "import sys, time, pathlib; from airpact.node.home import Home; Home.open(pathlib.Path(sys.argv[1]), 'LIVE')"
    )
    program = f"{words}; print('held', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        with pytest.raises(OperatingError, match="in use"):
            Home.open(tmp_path, "LIVE")
        child.kill()
    Home.open(tmp_path, "LIVE").close()


@pytest.mark.parametrize(("first", "second"), [("LIVE", "EXERCISE"), ("EXERCISE", "LIVE")])
def test_exercise_has_its_own_home(tmp_path: Path, first: str, second: str) -> None:
    Home.open(tmp_path, first).close()
    with pytest.raises(OperatingError, match="EXERCISE has its own home"):
        Home.open(tmp_path, second)
    Home.open(tmp_path, first).close()


def test_a_home_that_lost_its_stamp_is_not_stamped_anew(tmp_path: Path) -> None:
    Home.open(tmp_path, "EXERCISE").close()
    (tmp_path / "mode").unlink()
    (tmp_path / "node.db").touch()
    with pytest.raises(OperatingError, match="no longer says of which mode"):
        Home.open(tmp_path, "LIVE")
    assert not (tmp_path / "mode").exists()


def test_a_file_where_the_home_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    for path in (tmp_path / "taken", tmp_path / "taken" / "below"):
        with pytest.raises(OperatingError, match="taken") as refused:
            Home.open(path, "LIVE")
        assert "directory" in refused.value.remedy


@pytest.mark.parametrize(
    ("code", "remedy"), [(errno.ENOSPC, "Free space"), (errno.EROFS, "writable"), (errno.EIO, "repair the disk")]
)
def test_each_fault_of_the_disk_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, remedy: str
) -> None:
    def fail(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("os.pwrite", fail)
    with pytest.raises(OperatingError, match=os.strerror(code)) as refused:
        Home.open(tmp_path, "LIVE")
    assert remedy in refused.value.remedy
    assert str(tmp_path) in refused.value.what
    monkeypatch.undo()
    Home.open(tmp_path, "LIVE").close()  # and the failed attempt holds nothing


def test_a_failed_write_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x"
    write_durably(path, b"old")

    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="No space"):
        write_durably(path, b"new")
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["x"]


def test_a_layout_only_names(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "none")
    assert layout.database == tmp_path / "none" / "node.db"
    assert not layout.root.exists()
