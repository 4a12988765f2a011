"""Guidance is got ready beside a desk: told once it is loaded, told again when forgotten, never when it cannot be."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from airpact.node import preparing
from airpact.node.entries import Command
from airpact.node.loop import StorageError
from airpact.node.preparing import Part, is_ready, mark_ready, prepare


class Node:
    """Takes commands; the first `refused` fail as a full disk makes them."""

    def __init__(self, refused: int = 0) -> None:
        self.commands: list[Command] = []
        self.refused = refused

    async def submit(self, command: Command) -> None:
        self.commands.append(command)
        if len(self.commands) <= self.refused:
            raise StorageError("No space left on device")

    @property
    def told(self) -> bool:
        return len(self.commands) > self.refused


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(preparing, "LOOK_S", 0.005)
    return tmp_path


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    calls: list[bool] = []
    monkeypatch.setattr(preparing, "compile_guidance", lambda: calls.append(True))
    return calls


async def run(node: Any, told: Any, seconds: float = 0.2) -> None:
    task = asyncio.create_task(prepare(node, told))
    await asyncio.sleep(seconds)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_a_desk_is_told_once_and_only_after_the_kernels_are_loaded(loaded: list[bool]) -> None:
    mark_ready(Part.GUIDANCE)
    node = Node()
    asyncio.run(run(node, lambda: node.told))
    assert loaded == [True]
    assert [(command.kind, command.body) for command in node.commands] == [("guidance", {"ready": True})]


def test_a_desk_that_forgot_or_could_not_store_it_is_told_again(loaded: list[bool]) -> None:
    mark_ready(Part.GUIDANCE)
    node = Node(refused=3)
    asyncio.run(run(node, lambda: node.told))
    assert len(node.commands) == 4
    assert loaded == [True]


@pytest.mark.parametrize(("code", "commands"), [(0, 1), (1, 0)])
def test_what_is_not_compiled_is_compiled_by_another_process(
    code: int, commands: int, loaded: list[bool], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where that fails the desk goes on and guidance stays "preparing"."""
    compiler = tmp_path / "compiler"
    compiler.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\nexit {code}\n')
    compiler.chmod(0o755)
    monkeypatch.setattr(preparing, "COMPILER", (str(compiler), *preparing.COMPILER[1:]))
    node = Node()
    asyncio.run(run(node, lambda: node.told, 1.0))
    assert (tmp_path / "asked").read_text().split() == ["-m", "airpact.node.preparing"]
    assert len(node.commands) == commands
    assert len(loaded) == commands


def test_a_part_is_ready_once_marked() -> None:
    assert not is_ready(Part.WATCH)
    mark_ready(Part.WATCH)
    assert is_ready(Part.WATCH)
    assert not is_ready(Part.GUIDANCE)
