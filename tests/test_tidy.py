"""Reads the repository and holds it to the house rules that no linter knows; every failure names place and remedy.

Each rule is a function from one file (or the whole tree) to problems, and is itself proven on a piece that breaks it.
"""

import ast
import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCE: Final = "src/airpact/"

FUNCTION_LINES_MAX: Final = 60  # ARCHITECTURE §8; a longer one does two things
MODULE_LINES_MAX: Final = 500

GENERATED: Final = frozenset(
    {".git", ".venv", ".tools", ".airpact", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache"}
    | {".import_linter_cache", "build", "console", "coverage", "dist", "node_modules", "out", "test-results"}
    | {"__pycache__"}
)
TEXT: Final = frozenset(
    (".py", ".ts", ".tsx", ".mjs", ".css", ".html", ".md", ".toml", ".yaml", ".yml", ".ftl", ".json", ".lock", ".sh")
)

# Layers that may do I/O, and the root that must place Numba's cache before any stage loads it; everything else under
# src/airpact is a stage. The step and the peer protocol in node are as pure as a stage.
SHELL: Final = ("node", "sim", "cli", "__init__.py")
PURE_IN_NODE: Final = (
    "src/airpact/node/pipeline.py",
    *(
        f"src/airpact/node/peers/{name}.py"
        for name in ("actions", "link", "linktable", "messages", "mirroring", "offering", "refusals", "taking")
    ),
)

BUILTINS: Final = {
    "open": "let node read it and hand in the bytes",
    "print": "return the text; cli prints",
    "input": "take it as an argument; cli asks",
    "exec": "write a function",
    "eval": "write a function",
    "__import__": "import at the head of the file",
}
CLOCK: Final = "take `now` (Unix seconds) as an argument"
CHANCE: Final = "take a seed, salt or identifier as an argument"
NAMES: Final = {
    **dict.fromkeys(
        ("utcnow", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "time_ns", "sleep"), CLOCK
    ),
    **dict.fromkeys(("uuid1", "uuid3", "uuid4", "uuid5", "uuid6", "uuid7", "uuid8", "urandom", "default_rng"), CHANCE),
    **dict.fromkeys(("getrandbits", "token_bytes", "token_hex", "SystemRandom", "RandomState"), CHANCE),
    **dict.fromkeys(("environ", "getenv"), "take the setting as an argument; node reads the environment"),
}
CLOCK_CALLS: Final = frozenset(("now", "today"))  # as in datetime.now(); `now` itself is our word for the argument

# One letter in brackets keeps each pattern from finding itself.
MARKS: Final = re.compile(r"\b(?:T[O]DO|F[I]XME|X[X]X|H[A]CK)\b")
HOSTS: Final = re.compile(
    r"\b(?:py[p]i\.org|python[h]osted\.org|npm[j]s\.(?:org|com)|yarn[p]kg\.com|crates[.]io|deb[.]debian)"
)
PATHS: Final = re.compile(r"(?<![\w.$}~])/(?:work|root|home|Users)/\w")

# What a screen may never say of the sky, and words that make the other party an opponent; either language.
REASSURING: Final = re.compile(
    r"\b(?:safe|safely|clear|clears|cleared|all-clear|hazard-free"
    r"|безопас(?:ен|н[аоы]|н(?:ый|ая|ое|ые|ого|ой|ую|ым|ых|ом))|чист(?:о|ый|ая|ое|ые)|свобод(?:ен|н[аоы]|ное|ный)"
    r"|(?:угроз|опасности) нет|нет (?:угроз\w*|опасности))\b",
    re.IGNORECASE,
)
HOSTILE: Final = re.compile(r"\b(?:enemy|enemies|threats?|hostile|враг\w*|противник\w*|угроз\w*)\b", re.IGNORECASE)


DEFINITIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class File(NamedTuple):
    """One file of the repository: its path from the root, with forward slashes, and its text."""

    path: str
    text: str


class Problem(NamedTuple):
    """One broken rule: where, what, and what to do about it."""

    path: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}. Remedy: {self.remedy}."


Rule = Callable[[File], Iterator[Problem]]


# --- reading ---------------------------------------------------------------------------------------------------------


def repository(root: Path) -> Iterator[File]:
    """Yield every text file a person wrote."""
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in GENERATED]
        for path in (Path(folder, name) for name in names):
            if path.suffix in TEXT or path.name == "Makefile" or path.parent.name == ".ci":
                yield File(path.relative_to(root).as_posix(), path.read_bytes().decode())


def is_stage(path: str) -> bool:
    """Return whether a file must be free of I/O, clock and chance."""
    layer = path.removeprefix(SOURCE).partition("/")[0]
    return path in PURE_IN_NODE or (path.startswith(SOURCE) and layer not in SHELL and path.endswith(".py"))


def lines_matching(file: File, pattern: re.Pattern[str], what: str, remedy: str) -> Iterator[Problem]:
    """Yield a problem for every line in which the pattern is found."""
    for number, line in enumerate(file.text.splitlines(), start=1):
        if found := pattern.search(line):
            yield Problem(file.path, number, f"{what} `{found[0]}`", remedy)


def messages(file: File) -> Iterator[tuple[int, str, str]]:
    """Yield (line, message or attribute id, words a person reads) of a Fluent catalogue."""
    current = ""
    for number, line in enumerate(file.text.splitlines(), start=1):
        if line.startswith("#") or not line.strip():
            continue
        entry = re.match(r"\s*(\.?-?[A-Za-z][\w-]*)\s*=\s?", line)
        if entry:
            attribute = entry[1].startswith(".")
            current = current.partition(".")[0] + entry[1] if attribute else entry[1]
        words = line[entry.end() :] if entry else line
        words = re.sub(r"\{[^}]*->|^\s*\*?\[[^\]]*\]", " ", words)  # selectors and variant keys are not read by anyone
        yield number, current, re.sub(r"\{[^}\"]*\}", " ", words)


# --- rules on one file -----------------------------------------------------------------------------------------------


def short_functions(file: File) -> Iterator[Problem]:
    """No function over 60 lines."""
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES_MAX:
                what = f"`{node.name}` has {length} lines, at most {FUNCTION_LINES_MAX}"
                yield Problem(file.path, node.lineno, what, "name its parts and make each a function")


def short_modules(file: File) -> Iterator[Problem]:
    """No module over 500 lines."""
    length = file.text.count("\n")
    if file.path.endswith((".py", ".ts", ".tsx", ".css")) and length > MODULE_LINES_MAX:
        what = f"{length} lines, at most {MODULE_LINES_MAX}"
        yield Problem(file.path, MODULE_LINES_MAX + 1, what, "split it by what its parts are about")


def pure_stages(file: File) -> Iterator[Problem]:
    """No I/O builtin, clock or chance in a stage, under whatever name it was imported."""
    if not is_stage(file.path):
        return
    for node in ast.walk(parsed(file)):
        for line, name, remedy in forbidden_names(node):
            yield Problem(file.path, line, f"a stage uses `{name}`", remedy)


def forbidden_names(node: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Yield (line, name, remedy) of what this one syntax node may not do in a stage."""
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in BUILTINS:
            yield node.lineno, f"{name}()", BUILTINS[name]
        case ast.Call(func=ast.Attribute(attr=name)) if name in CLOCK_CALLS:
            yield node.lineno, f".{name}()", CLOCK
        case ast.Attribute(attr=name) | ast.Name(id=name) if name in NAMES:
            yield node.lineno, name, NAMES[name]
        case ast.ImportFrom(names=aliases):
            yield from ((node.lineno, alias.name, NAMES[alias.name]) for alias in aliases if alias.name in NAMES)
        case _:
            pass


def documented(file: File) -> Iterator[Problem]:
    """Every public function and class of the product says what it is for; a layer says so in one line."""
    if not (file.path.startswith(SOURCE) and file.path.endswith(".py")):
        return
    tree = parsed(file)
    for node in tree.body:
        if not isinstance(node, DEFINITIONS) or node.name.startswith("_") or ast.get_docstring(node):
            continue
        remedy = "say in one sentence what it gives, with shapes, units, errors and source"
        yield Problem(file.path, node.lineno, f"`{node.name}` has no docstring", remedy)
    words = ast.get_docstring(tree) or ""
    is_layer = re.fullmatch(rf"{SOURCE}\w+/__init__\.py", file.path)
    if not words or (is_layer and "\n" in words.strip()):
        what = "a layer's docstring is one line" if is_layer else "the file has no head"
        yield Problem(file.path, 1, what, "say what it is for and which standard it follows")


def finished(file: File) -> Iterator[Problem]:
    """No unfinished marks."""
    return lines_matching(file, MARKS, "unfinished mark", "finish it, or write the limit down as a sentence")


def even_lines(file: File) -> Iterator[Problem]:
    """Lines end in a bare newline, the last one too, and carry no trailing blanks."""
    remedy = "let the editor strip trailing blanks and use LF"
    yield from lines_matching(
        File(file.path, file.text.replace("\r", "\\r")), re.compile(r"\\r$"), "line ending", remedy
    )
    if not file.path.endswith(".md"):
        yield from lines_matching(file, re.compile(r"[ \t]+$"), "trailing blanks", remedy)
    if file.text and not file.text.endswith("\n"):
        yield Problem(file.path, file.text.count("\n") + 1, "no newline at the end", remedy)


def portable(file: File) -> Iterator[Problem]:
    """No package registry host and no path of one machine."""
    hosts = (
        "leave the index to each machine's settings (web/.npmrc: omit-lockfile-registry-resolved; pip: no --index-url)"
    )
    yield from lines_matching(file, HOSTS, "package registry host", hosts)
    yield from lines_matching(file, PATHS, "path of one machine", "make it relative to the repository, or a setting")


def honest_words(file: File) -> Iterator[Problem]:
    """A catalogue never reassures about the sky, never makes an opponent of the other party, never shouts."""
    if not (file.path.startswith("locale/") and file.path.endswith(".ftl")):
        return
    for line, name, words in messages(file):
        for pattern, remedy in (
            (REASSURING, "say what was watched and what was found, or use another verb (remove, over, ended)"),
            (HOSTILE, "name the party, the aircraft or the hazard"),
            (re.compile("!"), "end the sentence with a full stop"),
        ):
            if found := pattern.search(words):
                yield Problem(file.path, line, f"`{name}` says `{found[0]}`", remedy)


def parsed(file: File) -> ast.Module:
    """Return the syntax tree of a Python file, an empty one for any other."""
    return ast.parse(file.text if file.path.endswith(".py") else "", file.path)


# --- rules on the whole tree -----------------------------------------------------------------------------------------


def orphans(files: Mapping[str, File]) -> Iterator[Problem]:
    """Every module of the product is imported, started or named by another one, by the bench, or is an entry point."""
    modules = {module_name(path): path for path in files if path.startswith(SOURCE) and path.endswith(".py")}
    used = {entry.partition(":")[0] for entry in entry_points(files["pyproject.toml"].text)}
    for name, path in modules.items():
        used |= names_used(parsed(files[path])) - {name}
    for path, file in files.items():
        if path.startswith("bench/"):
            used |= names_used(parsed(file))
    for name, path in sorted(modules.items()):
        if name not in used and not path.endswith(("/__init__.py", "/__main__.py")):
            yield Problem(path, 1, "nothing imports this module", "wire it in or delete it")


def module_name(path: str) -> str:
    """Return the dotted name of a file under src."""
    return path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def entry_points(pyproject: str) -> list[str]:
    """Return what the project's scripts point at, as "module:function"."""
    return list(tomllib.loads(pyproject).get("project", {}).get("scripts", {}).values())


def names_used(tree: ast.Module) -> set[str]:
    """Return every dotted name a module imports, or hands as text to a process it starts."""
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=aliases):
                names |= {alias.name for alias in aliases}
            case ast.ImportFrom(module=str(module), names=aliases):
                names |= {module} | {f"{module}.{alias.name}" for alias in aliases}
            case ast.Constant(value=str(text)) if re.fullmatch(r"airpact(\.\w+)+(:\w+)?", text):
                names.add(text.partition(":")[0])
            case _:
                pass
    return names


def same_catalogues(files: Mapping[str, File]) -> Iterator[Problem]:
    """Every language says the same things: same files, same messages, same variables in them."""
    entries = {path: entries_of(file) for path, file in files.items() if re.fullmatch(r"locale/\w+/.+\.ftl", path)}
    languages = sorted({path.split("/")[1] for path in entries})
    for path, here in sorted(entries.items()):
        _, language, name = path.split("/", 2)
        for other in (f"locale/{code}/{name}" for code in languages if code != language):
            there = entries.get(other, {})
            for entry, (line, variables) in here.items():
                if entry not in there:
                    yield Problem(path, line, f"`{entry}` is missing in {other}", "write it there, or remove it here")
                elif there[entry][1] != variables:
                    what = f"`{entry}` uses {sorted(variables)}, {other} uses {sorted(there[entry][1])}"
                    yield Problem(path, line, what, "name the same variables in every language")


def entries_of(file: File) -> dict[str, tuple[int, frozenset[str]]]:
    """Return each message or attribute of a catalogue with its line and the variables it names."""
    found: dict[str, tuple[int, frozenset[str]]] = {}
    lines = file.text.splitlines()
    for number, name, _ in messages(file):
        line, variables = found.get(name, (number, frozenset()))
        found[name] = (line, variables | frozenset(re.findall(r"\$[\w-]+", lines[number - 1])))
    return found


# --- the tests -------------------------------------------------------------------------------------------------------

FILE_RULES: Final[tuple[Rule, ...]] = (
    short_functions,
    short_modules,
    pure_stages,
    documented,
    finished,
    even_lines,
    portable,
    honest_words,
)
TREE_RULES: Final = (orphans, same_catalogues)


@pytest.fixture(scope="module")
def files() -> dict[str, File]:
    """Return the repository as it lies on disk."""
    return {file.path: file for file in repository(ROOT)}


@pytest.mark.parametrize("rule", FILE_RULES, ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(files: dict[str, File], rule: Rule) -> None:
    problems = [problem for file in files.values() for problem in rule(file)]
    assert not problems, "\n" + "\n".join(map(str, sorted(problems)))


@pytest.mark.parametrize("rule", TREE_RULES, ids=lambda rule: rule.__name__)
def test_the_tree_keeps_the_rule(
    files: dict[str, File], rule: Callable[[Mapping[str, File]], Iterator[Problem]]
) -> None:
    problems = list(rule(files))
    assert not problems, "\n" + "\n".join(map(str, problems))


def test_every_layer_of_the_architecture_is_there(files: dict[str, File]) -> None:
    contracts = tomllib.loads(files["pyproject.toml"].text)["tool"]["importlinter"]["contracts"]
    layers = {name for line in contracts[0]["layers"] for name in line.split(" | ")}
    assert {f"{SOURCE}{layer}/__init__.py" for layer in layers} <= files.keys()


def whole(text: str) -> str:
    """Return an example whose parts stand apart here, so that this file keeps the rule it tests."""
    return text.replace("~", "")


STAGE: Final = "src/airpact/monitors/example.py"
HEAD: Final = '"""Head."""\n'
BROKEN: Final = [
    (short_functions, "tools/x.py", "def f():\n" + "    pass\n" * FUNCTION_LINES_MAX, 1),
    (short_modules, "web/src/x.ts", "x\n" * (MODULE_LINES_MAX + 1), MODULE_LINES_MAX + 1),
    (pure_stages, STAGE, "x = open('f')\n", 1),
    (pure_stages, STAGE, "def f():\n    print('x')\n", 2),
    (pure_stages, STAGE, "from uuid import uuid7 as fresh\n", 1),
    (pure_stages, STAGE, "import uuid\nx = uuid.uuid7()\n", 2),
    (pure_stages, STAGE, "import datetime as d\nx = d.datetime.now(d.UTC)\n", 2),
    (pure_stages, STAGE, "from numpy.random import default_rng\n", 1),
    (pure_stages, PURE_IN_NODE[0], "import time\nx = time.monotonic()\n", 2),
    (documented, STAGE, HEAD + "def f():\n    return 1\n", 2),
    (documented, STAGE, "x = 1\n", 1),
    (documented, "src/airpact/geo/__init__.py", '"""One.\n\nTwo."""\n', 1),
    (finished, "docs/x.md", whole("fine\nTO~DO later\n"), 2),
    (even_lines, "docs/x.md", "one\r\ntwo\n", 1),
    (even_lines, "web/src/x.ts", "one \n", 1),
    (even_lines, "web/src/x.ts", "one", 1),
    (portable, "requirements.lock", whole("--index-url https://py~pi.org/simple\n"), 1),
    (portable, "web/package-lock.json", whole('"resolved": "https://registry.npm~js.org/x"\n'), 1),
    (portable, "docs/x.md", whole("see /ro~ot/x\n"), 1),
    (honest_words, "locale/en/a.ftl", "sky = The sky is\n    clear of traffic\n", 2),
    (honest_words, "locale/en/a.ftl", "a = Go\n    .title = You are safe now\n", 2),
    (honest_words, "locale/ru/a.ftl", "sky = Здесь безопасно\n", 1),
    (honest_words, "locale/ru/a.ftl", "sky = Угрозы нет\n", 1),
    (honest_words, "locale/en/a.ftl", "a = Act now!\n", 1),
]
KEPT: Final = [
    (short_functions, "tools/x.py", "def f():\n" + "    pass\n" * (FUNCTION_LINES_MAX - 1)),
    (pure_stages, STAGE, "def f(now: float) -> float:\n    return now\n"),
    (pure_stages, "src/airpact/node/clock.py", "import time\nx = time.monotonic()\n"),
    (documented, STAGE, HEAD + "def _f():\n    return 1\n"),
    (portable, "docs/api.md", "GET /api/v1/work/items at https://example.org/home/x\n"),
    (honest_words, "locale/en/a.ftl", "clear-filters = Remove filters { $clear }\n# safe in a comment\n"),
    (honest_words, "locale/en/a.ftl", "state = { $state ->\n    [cleared] over\n   *[other] open\n}\n"),
    (honest_words, "locale/ru/a.ftl", "a = Служба безопасности полётов\n"),
]


@pytest.mark.parametrize(("rule", "path", "text", "line"), BROKEN)
def test_a_rule_finds_what_breaks_it_at_its_line(rule: Rule, path: str, text: str, line: int) -> None:
    problems = list(rule(File(path, text)))
    assert [problem.line for problem in problems] == [line]
    assert problems[0].path == path
    assert problems[0].remedy


@pytest.mark.parametrize(("rule", "path", "text"), KEPT)
def test_a_rule_leaves_what_keeps_it_alone(rule: Rule, path: str, text: str) -> None:
    assert list(rule(File(path, text))) == []


def test_a_module_that_nothing_imports_is_an_orphan() -> None:
    tree = {
        "pyproject.toml": '[project.scripts]\na = "airpact.cli.main:main"\n',
        "src/airpact/cli/main.py": "from airpact.geo import units\nstart = 'airpact.node.watchdog:main'\n",
        "src/airpact/geo/units.py": "",
        "src/airpact/node/watchdog.py": "",
        "src/airpact/geo/lonely.py": "import airpact.geo.lonely\n",
    }
    problems = list(orphans({path: File(path, text) for path, text in tree.items()}))
    assert [problem.path for problem in problems] == ["src/airpact/geo/lonely.py"]


def test_catalogues_that_differ_in_a_message_or_a_variable_are_found() -> None:
    tree = {
        "locale/en/a.ftl": "one = One { $n }\ntwo = Two\n    .title = Hint\n",
        "locale/ru/a.ftl": "one = Один { $m }\ntwo = Два\n",
    }
    problems = sorted(same_catalogues({path: File(path, text) for path, text in tree.items()}))
    assert [(problem.path, problem.line) for problem in problems] == [
        ("locale/en/a.ftl", 1),
        ("locale/en/a.ftl", 3),
        ("locale/ru/a.ftl", 1),
    ]
