"""`airpact evaluate`: a file of encounters through the detection core, and what it says of each."""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from airpact.encounter.configurations import CONFIGURATIONS, Configuration
from airpact.node.errors import OperatingError
from airpact.node.evaluations.answers import answer_line
from airpact.node.evaluations.cases import read_cases
from airpact.node.evaluations.daa import is_daa, read_daa
from airpact.node.evaluations.detectors import ANSWERS, answers, read_questions
from airpact.node.evaluations.files import STDOUT, Source, open_sink, open_source
from airpact.node.evaluations.judging import Options, judged

SHOW_EACH: Final = 16  # cases between two looks at the progress

File = Annotated[
    Path, typer.Argument(help="Encounters as comma-separated rows, or recorded states (.daa); plain or gzip.")
]
Profile = Annotated[str, typer.Option(help="Configuration to judge by; docs/evaluate.md lists them.", metavar="NAME")]
Out = Annotated[str, typer.Option(help="File to write, packed if it ends with .gz; - is standard output.")]
Bands = Annotated[bool, typer.Option("--bands/--no-bands", help="Bands, recovery and resolutions as well as alerts.")]
LastTimes = Annotated[bool, typer.Option("--last-times", help="The last time to manoeuvre in every dimension as well.")]
Hysteresis = Annotated[
    bool, typer.Option("--hysteresis/--no-hysteresis", help="Keep the memory of a run from step to step.")
]
Detectors = Annotated[bool, typer.Option("--detectors", help="Every volume over a table of states and thresholds.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the summary as one line of JSON.")]

Item = TypeVar("Item")


def evaluate(
    file: File,
    out: Out,
    profile: Profile = "",
    bands: Bands = True,
    last_times: LastTimes = False,
    hysteresis: Hysteresis = True,
    detectors: Detectors = False,
    as_json: AsJson = False,
) -> None:
    """Judge encounters one by one as the DO-365 reference does, and write all it says of each.

    Example: airpact evaluate pairs.csv.gz --profile do365b_p1 --out answers.jsonl

    One JSON object a line for each encounter, in the order of the file. Encounters with ids such as S00@12 are the
    steps of one run and share its memory. With --detectors the file is a table of states and thresholds, and five rows
    come out for each. docs/evaluate.md describes the columns, the units and the fields.

    Exit code 0: done. 2: a file, a column, a number or the profile is wrong (the message says which and where); nothing
    is written then.
    """
    target = Path(out)
    if out != STDOUT and target.exists() and file.exists() and target.samefile(file):
        raise OperatingError(f"--out: {out} is the file to be read.", remedy="Name another file.")
    if detectors:
        _check_detectors(profile, last_times)
        said = _volumes(file, out)
    else:
        said = _encounters(file, out, _configuration(profile), Options(bands, last_times, hysteresis))
    if said["unused"]:
        typer.echo(f"note: nothing is taken from these columns: {', '.join(said['unused'])}", err=True)
    _summary({"file": str(file), "out": out, **said}, as_json)


def _configuration(profile: str) -> Configuration:
    if profile in CONFIGURATIONS:
        return CONFIGURATIONS[profile]
    near = get_close_matches(profile, CONFIGURATIONS, 1)
    meant = f" Did you mean {near[0]}?" if near else ""
    names = "\n".join(f"  {one.name}: {one.source}" for one in CONFIGURATIONS.values())
    what = f"there is no profile {profile!r}.{meant}" if profile else "is missing."
    raise OperatingError(f"--profile: {what}", effect=f"Profiles:\n{names}", remedy="Name one of them.")


def _check_detectors(profile: str, last_times: bool) -> None:
    given = [name for name, value in (("--profile", profile), ("--last-times", last_times)) if value]
    if given:
        raise OperatingError(
            f"{given[0]}: has no meaning with --detectors, whose rows bring their own thresholds.",
            remedy="Leave one of the two out.",
        )


def _encounters(file: Path, out: str, configuration: Configuration, options: Options) -> dict[str, Any]:
    """Judge and write every case; return what the summary says."""
    count, alerts = 0, Counter[int]()
    with open_source(file) as source, open_sink(out) as sink:
        found = (read_daa if is_daa(file) else read_cases)(source)
        for case, evaluation in judged(source.name, _shown(source, found.cases), configuration, options):
            sink.write(answer_line(case, configuration.name, evaluation, found.named))
            count += 1
            alerts.update(evaluation.alert.tolist())
    levels = {str(level): alerts[level] for level in range(len(configuration.levels) + 1)}
    return {"profile": configuration.name, "encounters": count, "alerts": levels, "unused": found.unused}


def _volumes(file: Path, out: str) -> dict[str, Any]:
    """Answer and write every row of a detector table; return what the summary says."""
    count, conflicts = 0, Counter[str]()
    with open_source(file) as source, open_sink(out) as sink:
        asked = read_questions(source)
        writer = csv.writer(sink, lineterminator="\n")
        writer.writerow(ANSWERS)
        for row in chain.from_iterable(map(answers, _shown(source, asked.rows))):
            writer.writerow(row)
            count += 1
            conflicts[row[1]] += int(row[2])
    return {"rows": count, "conflicts": dict(conflicts), "unused": asked.unused}


def _shown(source: Source, items: Iterable[Item]) -> Iterator[Item]:
    """Yield the items, showing on a terminal how far the file is read."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[count]:,}"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task(
            "preparing, the first time for half a minute", total=source.size_bytes or None, count=0
        )
        for count, item in enumerate(items, start=1):
            yield item
            if count % SHOW_EACH == 1:
                name = Path(source.name).name
                progress.update(task, description=name, completed=source.read_bytes(), count=count)


def _summary(said: dict[str, Any], as_json: bool) -> None:
    """Print what was done, on standard error where the answers went to standard output."""
    console = Console(stderr=said["out"] == STDOUT)
    if as_json:
        console.print(json.dumps(said), soft_wrap=True, highlight=False, markup=False)
        return
    table = Table(show_header=False, title=said["file"], title_style="")
    for name, value in _figures(said):
        table.add_row(name, value)
    console.print(table)


def _figures(said: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if "rows" in said:
        yield "rows written", f"{said['rows']:,}"
        yield from ((f"in conflict, {name}", f"{count:,}") for name, count in said["conflicts"].items())
    else:
        yield "profile", said["profile"]
        yield "encounters", f"{said['encounters']:,}"
        yield from ((f"aircraft at level {level}", f"{count:,}") for level, count in said["alerts"].items())
    yield "written to", "standard output" if said["out"] == STDOUT else said["out"]
