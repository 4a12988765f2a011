"""Rows of a table of text: columns by name, numbers with limits, every refusal naming file, row and column."""

import csv
from collections.abc import Collection, Iterator, Mapping
from math import inf, isfinite
from typing import Final, NamedTuple

from airpact.node.errors import OperatingError
from airpact.node.evaluations.files import Source

_NUMBER: Final = frozenset("0123456789+-.eE")  # float() would also take 1_000 and the digits of every script


class Row(NamedTuple):
    """One row: the file, its line (1 = the header) and its cells by column."""

    file: str
    line: int
    cells: Mapping[str, str]


class Table(NamedTuple):
    """A header's columns in order, and the rows below it."""

    columns: tuple[str, ...]
    rows: Iterator[Row]


def refused(row: Row, column: str, what: str, remedy: str = "") -> OperatingError:
    """Return the error for one cell, to be raised."""
    return OperatingError(f"{row.file}:{row.line}: {column}: {what}.", remedy=remedy)


def number(row: Row, column: str, least: float = -inf, most: float = inf) -> float:
    """Return the finite number in a column, from `least` to `most`; raises OperatingError for anything else."""
    text = row.cells[column].strip()
    try:
        value = float(text)
    except ValueError:
        raise refused(row, column, f"is {text!r}; must be a number") from None
    if not isfinite(value):
        raise refused(row, column, f"is {text}; must be a finite number: what is unknown cannot be evaluated")
    if not _NUMBER.issuperset(text):
        raise refused(row, column, f"is {text!r}; must be a number of digits, sign, point and exponent only")
    return limited(row, column, value, least, most)


def limited(row: Row, column: str, value: float, least: float = -inf, most: float = inf) -> float:
    """Return the value of a column, which must be from `least` to `most`; raises OperatingError otherwise."""
    if not least <= value <= most:
        limits = f"at least {least:g}" if most == inf else f"from {least:g} to {most:g}"
        raise refused(row, column, f"is {value:g}; must be {limits}")
    return value


def whole(row: Row, column: str) -> int:
    """Return the whole number, 0 or more, in a column; raises OperatingError for anything else."""
    value = number(row, column, 0.0)
    if not value.is_integer():
        raise refused(row, column, f"is {value:g}; must be a whole number")
    return int(value)


def csv_table(source: Source, required: Collection[str]) -> Table:
    """Return the table of a comma-separated file whose header holds all `required` columns, in any order.

    Raises OperatingError naming the columns that are missing or twice there and, as the rows are taken, the row with
    too few or too many cells.
    """
    lines = _cells(source)
    _, header = next(lines, (1, []))
    columns = tuple(name.strip() for name in header)
    missing = [name for name in required if name not in columns]
    if missing:
        raise OperatingError(
            f"{source.name}:1: missing columns: {', '.join(missing)}.",
            remedy=f"The first line names the columns; needed are {', '.join(required)}.",
        )
    check_once(source.name, 1, columns)
    return Table(columns, (row_of(source.name, line, columns, cells) for line, cells in lines))


def check_once(file: str, line: int, columns: Collection[str]) -> None:
    """Raise OperatingError where a header names a column twice."""
    twice = sorted({name for name in columns if list(columns).count(name) > 1})
    if twice:
        raise OperatingError(
            f"{file}:{line}: columns named twice: {', '.join(twice)}.", remedy="Leave one of them out."
        )


def row_of(file: str, line: int, columns: Collection[str], cells: Collection[str]) -> Row:
    """Return a row of cells under its columns; raises OperatingError where their numbers differ."""
    if len(cells) != len(columns):
        raise OperatingError(f"{file}:{line}: {len(cells)} cells under {len(columns)} columns.")
    return Row(file, line, dict(zip(columns, cells, strict=True)))


def _cells(source: Source) -> Iterator[tuple[int, list[str]]]:
    """Yield every line that is not empty with its number."""
    lines = csv.reader(source.lines, strict=True)
    try:
        yield from ((lines.line_num, cells) for cells in lines if cells)
    except csv.Error as error:
        raise OperatingError(f"{source.name}:{lines.line_num}: is not comma-separated text ({error}).") from error
