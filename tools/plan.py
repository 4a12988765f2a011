"""What set-up does, as a table of steps: each names its inputs, what it leaves, and the ways to do it, best first.

Pure: a way looks only at the `Machine` it is given. A step is done again when the content of its inputs changes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from tools.machine import ENVIRONMENT, ENVIRONMENT_PYTHON, OWN_UV, Machine

Command = tuple[str, ...]
Ways = tuple["Way", ...]

RUN_LOCK: Final = "requirements.lock"
DEV_LOCK: Final = "requirements-dev.lock"
UV_LOCK: Final = "tools/requirements-uv.lock"
NODE_LOCK: Final = "tools/requirements-node.lock"
PIP_INSTALL: Final = ("-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input", "install")
HASHED: Final = ("--require-hashes", "--only-binary", ":all:")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to do a step: what to tell the person, and the commands that must all succeed."""

    label: str
    commands: tuple[Command, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of set-up; `output` must exist afterwards, `remedy` is the one command to type when every way failed."""

    name: str
    inputs: tuple[str, ...]  # files and folders, relative to the root; what is not there counts as empty
    output: str
    ways: Callable[[Machine], Ways]
    remedy: Callable[[Machine], str]


def uv_ways(machine: Machine) -> Ways:
    """Return every way to a uv, best first: the pinned one beside the project, put there by any pip, then PATH's."""
    if machine.own_uv:
        return (Way(machine.own_uv),)
    pips = ((ENVIRONMENT_PYTHON, machine.environment_pip), (machine.python, machine.has_pip))
    target = ("--no-deps", "--upgrade", "--target", OWN_UV.removesuffix("/bin/uv"), "-r", UV_LOCK)
    beside = [Way(OWN_UV, ((python, *PIP_INSTALL, *HASHED, *target),)) for python, usable in pips if usable]
    return (*beside, *_way(machine.uv, Way(machine.uv)))


def environment_ways(machine: Machine) -> Ways:
    """Return the ways to a `.venv` of this Python: the one that is there, venv, or uv."""
    check = f"import sys; sys.exit('%d.%d' % sys.version_info[:2] != '{machine.python_version}')"
    keep = Way("keep .venv", ((ENVIRONMENT_PYTHON, "-c", check),))
    venv = Way("python -m venv", ((machine.python, "-m", "venv", "--clear", ENVIRONMENT),))
    make = ("venv", "--quiet", "--clear", "--python", machine.python, ENVIRONMENT)
    by_uv = (
        Way(f"{uv.label} venv", (*uv.commands, (uv.label, *make)))
        for uv in uv_ways(machine)
        if not any(command[0] == ENVIRONMENT_PYTHON for command in uv.commands)  # it may be what is broken
    )
    return (*_way(machine.environment, keep), *_way(machine.has_venv, venv), *by_uv)


def package_ways(lock: str) -> Callable[[Machine], Ways]:
    """Return the ways to bring `.venv` to exactly what a lock file names."""
    return lambda machine: _install(machine, ("sync", *HASHED, lock), (*HASHED, "-r", lock))


def project_ways(machine: Machine) -> Ways:
    """Return the ways to put airpact itself into `.venv`, editable, built by the backend that the lock brought."""
    bare = ("--no-deps", "--no-build-isolation", "--editable", ".")
    return _install(machine, ("install", *bare), bare)


def node_ways(machine: Machine) -> Ways:
    """Return the ways to Node: the one found, else the pinned wheel beside the project."""
    wheel = (*HASHED, "--target", ".tools/node", "-r", NODE_LOCK)
    return (Way(machine.node),) if machine.node else _install(machine, ("install", *wheel), wheel)


def web_package_ways(machine: Machine) -> Ways:
    """Return the ways to the console's packages, by the same lock file.

    `npm ci` refuses a lock file where the registry lacks a package for some other platform (npm/cli#9846);
    `npm install` takes what the lock names for this one.
    """
    npm = (*machine.npm, "--prefix", "web")
    return (
        Way("npm ci", ((*npm, "ci", "--loglevel=silent"),)),
        Way("npm install --no-save", ((*npm, "install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"),)),
    )


def console_ways(machine: Machine) -> Ways:
    """Return the one way to the built console."""
    return (Way("npm run build", ((*machine.npm, "--prefix", "web", "run", "--silent", "build"),)),)


def kernel_ways(_: Machine) -> Ways:
    """Return the one way to warm kernels: the product's own command, so that the product's cache key is used."""
    return (Way("airpact warm", ((ENVIRONMENT_PYTHON, "-m", "airpact.cli.main", "warm"),)),)


def _way(usable: object, way: Way) -> Ways:
    return (way,) if usable else ()


def _install(machine: Machine, uv_arguments: Iterable[str], pip_arguments: Iterable[str]) -> Ways:
    """Return the ways to change `.venv`: any uv, the environment's own pip, this Python's pip from outside."""
    uv_options = ("--quiet", "--python", ENVIRONMENT_PYTHON)
    by_uv = (
        Way(f"{uv.label} pip", (*uv.commands, (uv.label, "pip", *uv_arguments, *uv_options))) for uv in uv_ways(machine)
    )
    inside = Way("pip", ((ENVIRONMENT_PYTHON, *PIP_INSTALL, *pip_arguments),))
    from_outside = ("-m", "pip", "--python", ENVIRONMENT_PYTHON, *PIP_INSTALL[2:], *pip_arguments)
    outside = Way("pip from outside", ((machine.python, *from_outside),))
    return (*by_uv, *_way(machine.environment_pip, inside), *_way(machine.has_pip, outside))


def _make_setup(_: Machine) -> str:
    return "make setup"


def _venv_remedy(machine: Machine) -> str:
    return "sudo apt-get install -y python3-venv" if machine.apt else "python3 -m ensurepip --upgrade"


def _node_remedy(machine: Machine) -> str:
    python = ENVIRONMENT_PYTHON if machine.environment_pip else "python3"
    return f"{python} -m pip install --require-hashes --target .tools/node -r {NODE_LOCK}"


ENVIRONMENT_STEP: Final = Step("environment", (), ENVIRONMENT_PYTHON, environment_ways, _venv_remedy)
RUN_PACKAGES: Final = Step("packages", (RUN_LOCK,), ENVIRONMENT_PYTHON, package_ways(RUN_LOCK), _make_setup)
DEV_PACKAGES: Final = Step(
    "packages-dev", (RUN_LOCK, DEV_LOCK), ".venv/bin/pytest", package_ways(DEV_LOCK), _make_setup
)
PROJECT: Final = Step("project", ("pyproject.toml",), ".venv/bin/airpact", project_ways, _make_setup)
NODE: Final = Step("node", (NODE_LOCK,), ENVIRONMENT, node_ways, _node_remedy)
WEB_PACKAGES: Final = Step(
    "web-packages",
    ("web/package.json", "web/package-lock.json", "web/.npmrc"),
    "web/node_modules",
    web_package_ways,
    _make_setup,
)
CONSOLE: Final = Step(
    "console",
    ("web", "locale"),
    "src/airpact/node/console/index.html",
    console_ways,
    _make_setup,
)
KERNELS: Final = Step(
    "kernels", ("src/airpact/encounter", "src/airpact/picture", RUN_LOCK), ENVIRONMENT_PYTHON, kernel_ways, _make_setup
)

RUN_STEPS: Final = (ENVIRONMENT_STEP, RUN_PACKAGES, PROJECT, NODE, WEB_PACKAGES, CONSOLE, KERNELS)
CHECK_STEPS: Final = (ENVIRONMENT_STEP, DEV_PACKAGES, PROJECT, NODE, WEB_PACKAGES)
DEV_STEPS: Final = (*CHECK_STEPS, CONSOLE, KERNELS)


@dataclass(frozen=True, slots=True)
class Goal:
    """What `make NAME` sets up and then becomes; `command` takes the person's own arguments after it."""

    steps: tuple[Step, ...]
    command: Command = ()


GOALS: Final = {
    "setup": Goal(DEV_STEPS),
    "run": Goal(RUN_STEPS, (".venv/bin/airpact", "demo")),
    # The console and the kernels are built by the first check, so that a broken build does not hide the other checks.
    "test": Goal(CHECK_STEPS, (ENVIRONMENT_PYTHON, "-m", "tools.check")),
    "nightly": Goal(CHECK_STEPS, (ENVIRONMENT_PYTHON, "-m", "tools.check", "--nightly")),
    "bench": Goal(RUN_STEPS, (ENVIRONMENT_PYTHON, "-m", "bench")),
    "lock": Goal((ENVIRONMENT_STEP,), (ENVIRONMENT_PYTHON, "-m", "tools.lock")),
}


def steps_of(goal: str, *, developer: bool) -> tuple[Step, ...]:
    """Return the steps of a goal; where a developer's packages are in, `run` leaves them in."""
    steps = GOALS[goal].steps
    return DEV_STEPS if developer and steps is RUN_STEPS else steps
