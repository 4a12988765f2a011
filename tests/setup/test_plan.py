"""Set-up picks the best way that a machine allows, and always ends in one command to type."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.check import checks
from tools.machine import ENVIRONMENT_PYTHON, OWN_UV, Machine
from tools.plan import (
    DEV_STEPS,
    GOALS,
    RUN_LOCK,
    RUN_STEPS,
    Step,
    Ways,
    environment_ways,
    node_ways,
    package_ways,
    steps_of,
)

BARE = Machine(python="/usr/bin/python3", python_version="3.11")
FULL = replace(BARE, has_venv=True, has_pip=True, node="/usr/bin/node", npm=("/usr/bin/npm",))

machines = st.builds(
    Machine,
    python=st.just("/usr/bin/python3"),
    python_version=st.sampled_from(["3.11", "3.14"]),
    has_venv=st.booleans(),
    has_pip=st.booleans(),
    environment=st.booleans(),
    environment_pip=st.booleans(),
    uv=st.sampled_from(["", "/usr/bin/uv"]),
    own_uv=st.sampled_from(["", OWN_UV]),
    node=st.sampled_from(["", "/usr/bin/node"]),
    npm=st.just(("/usr/bin/npm",)),
    apt=st.booleans(),
)


def labels(ways: Ways) -> list[str]:
    return [way.label for way in ways]


def test_venv_comes_first_where_it_is_whole() -> None:
    assert labels(environment_ways(FULL))[0] == "python -m venv"


def test_without_venv_uv_is_put_beside_the_project_and_makes_the_environment() -> None:
    (way,) = environment_ways(replace(FULL, has_venv=False))
    fetch, make = way.commands
    assert fetch[:3] == ("/usr/bin/python3", "-m", "pip")
    assert "--require-hashes" in fetch
    assert make[:2] == (OWN_UV, "venv")


def test_without_venv_and_pip_the_uv_on_path_makes_the_environment() -> None:
    (way,) = environment_ways(replace(BARE, uv="/opt/uv"))
    assert way.commands == (("/opt/uv", "venv", "--quiet", "--clear", "--python", "/usr/bin/python3", ".venv"),)


def test_an_environment_of_this_python_is_kept_before_another_is_made() -> None:
    keep, *others = environment_ways(replace(FULL, environment=True))
    assert keep.commands[0][0] == ENVIRONMENT_PYTHON
    assert others


def test_a_broken_environment_is_never_asked_to_make_itself() -> None:
    broken = replace(FULL, environment=True, environment_pip=True, has_pip=False, has_venv=False)
    assert labels(environment_ways(broken)) == ["keep .venv"]


def test_nothing_to_make_an_environment_with_leaves_no_way() -> None:
    assert environment_ways(BARE) == ()


def test_packages_fall_back_from_uv_to_pip() -> None:
    ways = package_ways(RUN_LOCK)(replace(FULL, environment=True, environment_pip=True))
    assert labels(ways) == [f"{OWN_UV} pip", f"{OWN_UV} pip", "pip", "pip from outside"]


def test_an_environment_without_pip_is_filled_from_outside() -> None:
    ways = package_ways(RUN_LOCK)(replace(FULL, environment=True))
    assert labels(ways) == [f"{OWN_UV} pip", "pip from outside"]


def test_a_recent_node_is_used_as_it_is() -> None:
    (way,) = node_ways(FULL)
    assert way.commands == ()


def test_without_node_the_pinned_wheel_is_installed_beside_the_project() -> None:
    ways = node_ways(replace(FULL, node="", npm=(), own_uv=OWN_UV))
    assert ways
    assert all(".tools/node" in way.commands[-1] and "--require-hashes" in way.commands[-1] for way in ways)


def test_run_needs_no_developer_packages_and_test_does() -> None:
    assert steps_of("run", developer=False) == RUN_STEPS
    assert steps_of("setup", developer=False) == DEV_STEPS
    assert {"packages-dev"} <= {step.name for step in steps_of("test", developer=False)}


def test_a_build_that_may_break_is_a_check_and_not_a_condition_of_checking() -> None:
    assert not {"console", "kernels"} & {step.name for step in steps_of("test", developer=False)}
    assert checks(("npm",), nightly=False, seed="")[0].command[-2:] == ("tools.bootstrap", "setup")


def test_run_leaves_a_developers_packages_in() -> None:
    assert steps_of("run", developer=True) == DEV_STEPS


@given(machines)
def test_every_installing_command_checks_hashes(machine: Machine) -> None:
    steps = [step for step in RUN_STEPS + DEV_STEPS if step.name != "project"]  # airpact itself has no hash
    commands = [command for step in steps for way in step.ways(machine) for command in way.commands]
    installs = [command for command in commands if {"install", "sync"} & set(command) and command[0] != "/usr/bin/npm"]
    assert all("--require-hashes" in command for command in installs)


@given(machines, st.sampled_from(sorted(GOALS)))
def test_every_step_has_one_remedy_that_can_be_typed(machine: Machine, goal: str) -> None:
    for step in steps_of(goal, developer=False):
        remedy = step.remedy(machine)
        assert remedy.split()[0] in {"make", "sudo", "python3", ENVIRONMENT_PYTHON}
        assert "\n" not in remedy


@pytest.mark.parametrize("steps", [RUN_STEPS, DEV_STEPS])
def test_the_environment_comes_first_and_step_names_are_unique(steps: tuple[Step, ...]) -> None:
    names = [step.name for step in steps]
    assert names[0] == "environment"
    assert len(set(names)) == len(names)
