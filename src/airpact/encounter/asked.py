"""What is asked of a sky: columns, groups, minima and alerters as callers give them, checked and made into tables.

Every refusal names the argument and the row. Refused are mistakes of the caller; what is merely not known (NaN) is
kept, and comes back as unjudged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from airpact.encounter.configurations import LEVEL, Levels
from airpact.encounter.grid import HALF_MAX_M, KIND_BITS
from airpact.encounter.pairs import RULE, RULE_ALERTING, RULE_COA, RULE_H, RULE_LOOKAHEAD, RULE_TAU, RULE_V
from airpact.encounter.volumes import CYLINDER, KINDS

Column = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Given = npt.ArrayLike
RULED: Final = ("kind", "horizontal_m", "vertical_m", "tau_s", "coa_s", "alerting_s")  # of a level, as a rule has them
MOST: Final = float(np.finfo(np.float64).max)

LIMITS: Final[dict[str, tuple[float, float, str]]] = {
    "lat_deg": (-90.0, 90.0, "a latitude lies within -90 and 90"),
    "lon_deg": (-360.0, 360.0, "a longitude lies within -360 and 360"),
    "altitude_m": (-MOST, MOST, "a height is finite, or NaN where it is not known"),
    "track_deg": (-720.0, 720.0, "a track lies within -720 and 720"),
    "ground_speed_mps": (0.0, MOST, "a speed is not negative, and finite, or NaN where it is not known"),
    "vertical_speed_mps": (-MOST, MOST, "a vertical speed is finite, or NaN where it is not known"),
    "horizontal_uncertainty_m": (0.0, HALF_MAX_M / 2.0, "an uncertainty lies within 0 and 250,000 m"),
    "vertical_uncertainty_m": (0.0, MOST, "an uncertainty is not negative, and finite"),
}
"""Least and greatest value of each column, and what a refusal says."""


class Sky(NamedTuple):
    """The columns of a sky, one row per track; those after the sixth may have one row for all."""

    lat_deg: Column
    lon_deg: Column
    altitude_m: Column
    track_deg: Column
    ground_speed_mps: Column
    vertical_speed_mps: Column
    horizontal_uncertainty_m: Column
    vertical_uncertainty_m: Column
    altitude_kind: Codes
    group: Codes


@dataclass(frozen=True, slots=True)
class Rules:
    """What is asked of each pair of groups, as the kernels read it."""

    rows: Column
    """(levels, RULE): every level of every pair of groups, least severe first."""
    start: Codes
    """(groups squared + 1): the rows of a pair of groups, first group first."""
    widest: Column
    """(groups, groups, 5): what holds every level: horizontal m, tau s, vertical m, coa s, time s; NaN = not asked."""
    halves: Column
    """(groups, 4): the most any track of a group is asked for: half a distance in m and a time in s, across and in
    height; NaN = with nobody."""


@njit(cache=True)
def _any_beyond(column, least, most):  # type: ignore[no-untyped-def]
    """Return whether any value lies beyond the limits; NaN does not."""
    beyond = False
    for k in range(column.size):
        beyond |= (column[k] < least) | (column[k] > most)
    return beyond


def _array(name: str, given: Given, kinds: str, wanted: str) -> npt.NDArray[Any]:
    array = np.asarray(given)
    if array.dtype.kind not in kinds:
        raise TypeError(f"{name} has dtype {array.dtype}: give {wanted}")
    if array.ndim != 1:
        raise ValueError(f"{name} has shape {array.shape}: give one value per track")
    return array


def _own(array: npt.NDArray[Any], dtype: type[np.generic]) -> npt.NDArray[Any]:
    """Return a contiguous, writeable array, a copy only where needed: kernels know one kind of array."""
    return np.require(array, dtype, ["C", "W", "A"])


def _column(name: str, given: Given) -> Column:
    column: Column = _own(_array(name, given, "fiu", "real numbers"), np.float64)
    least, most, why = LIMITS[name]
    if _any_beyond(column, least, most):
        row = int(np.flatnonzero((column < least) | (column > most))[0])
        raise ValueError(f"{name}[{row}] is {column[row]:g}: {why}")
    return column


def _same_length(name: str, array: npt.NDArray[Any], rows: int) -> None:
    if array.size != rows:
        at = min(array.size, rows)
        raise ValueError(f"{name} has {array.size} rows, lat_deg has {rows}: row {at} is in one of them alone")


def _uncertainty(name: str, given: Given | None, rows: int) -> Column:
    if given is None:
        return np.zeros(1)
    one = np.ndim(given) == 0
    column = _column(name, np.atleast_1d(np.asarray(given)))
    if not one:
        _same_length(name, column, rows)
    if np.isnan(column).any():
        row = int(np.flatnonzero(np.isnan(column))[0])
        raise ValueError(f"{name}[{row}] is NaN: give a bound; a position known to no bound is NaN itself")
    return column


def _codes(name: str, given: Given | None, rows: int, missing: int, most: int) -> Codes:
    if given is None:
        return np.full(1, missing, np.int64)
    codes: Codes = _own(_array(name, given, "iu", "whole numbers"), np.int64)
    _same_length(name, codes, rows)
    if codes.size and not 0 <= codes.min() <= codes.max() <= most:
        row = int(np.flatnonzero((codes < 0) | (codes > most))[0])
        raise ValueError(f"{name}[{row}] is {codes[row]}: there are 0 to {most}")
    return codes


def sky_of(columns: Sequence[Given], options: Sequence[Given | None], groups: int) -> Sky:
    """Return the checked columns of a sky: the six, then what may be left out, in the order of `Sky`.

    Raises:
        TypeError: a column of the wrong dtype. ValueError: of the wrong length, or a value beyond its limits.
    """
    names = Sky._fields[: len(columns)]
    checked = [_column(name, given) for name, given in zip(names, columns, strict=True)]
    rows = checked[0].size
    for name, column in zip(names, checked, strict=True):
        _same_length(name, column, rows)
    wide_h, wide_v, kinds, group = options
    wide = _uncertainty("horizontal_uncertainty_m", wide_h, rows), _uncertainty("vertical_uncertainty_m", wide_v, rows)
    codes = _codes("altitude_kind", kinds, rows, 1, KIND_BITS), _codes("group", group, rows, 0, groups - 1)
    lat, lon, altitude, track, speed, climb = checked
    return Sky(lat, lon, altitude, track, speed, climb, *wide, *codes)


def _tables(levels: list[list[Column]]) -> Rules:
    """Return the tables of rules per (first group, second group), each a (levels, RULE) array, empty = not asked."""
    groups = len(levels)
    flat = [rows for line in levels for rows in line]
    widest = np.full((groups, groups, 5), np.nan)
    for a, line in enumerate(levels):
        for b, rows in enumerate(line):
            if rows.size:
                widest[a, b, :4] = rows[:, (RULE_H, RULE_TAU, RULE_V, RULE_COA)].max(axis=0)
                widest[a, b, 4] = np.minimum(rows[:, RULE_ALERTING], rows[:, RULE_LOOKAHEAD]).max()
    asked = ~np.isnan(widest[:, :, 0])
    horizontal, tau, vertical, coa, time = np.moveaxis(np.where(asked[:, :, None], widest, 0.0), 2, 0)
    most = (0.5 * horizontal, time + tau, 0.5 * vertical, time + coa)
    halves = np.where(asked.any(axis=1)[:, None], np.column_stack([one.max(axis=1) for one in most]), np.nan)
    start = np.concatenate(([0], np.cumsum([len(rows) for rows in flat]))).astype(np.int64)
    return Rules(np.concatenate([*flat, np.empty((0, RULE))]), start, widest, halves)


def _minima(name: str, minima: Column) -> Rules:
    groups = minima.shape[0]
    levels: list[list[Column]] = [[np.empty((0, RULE)) for _ in range(groups)] for _ in range(groups)]
    for a in range(groups):
        for b in range(groups):
            row = minima[a, b]
            where = f"{name}[{a}, {b}]" if groups > 1 or name == "minima" else name
            if np.isnan(row).all():
                continue
            if not ((row > 0.0).all() and row[0] <= HALF_MAX_M and np.isfinite(row[2])):
                raise ValueError(
                    f"{where} is {row.tolist()}: give a horizontal minimum of up to {HALF_MAX_M:,.0f} m, a vertical "
                    "one and a look-ahead, each above 0, or three NaN where nothing is asked"
                )
            if not np.array_equal(row, minima[b, a]):
                raise ValueError(f"{where} differs from {name}[{b}, {a}]: a pair has no order, give both the same")
            levels[a][b] = np.array([[CYLINDER, row[0], row[1], 0.0, 0.0, row[2], row[2]]])
    return _tables(levels)


@lru_cache(maxsize=16)
def _one_rule(horizontal_m: float, vertical_m: float, lookahead_s: float) -> Rules:
    """Return the rules of one set of minima; kept, since a desk asks the same of every report."""
    table = np.array([[[horizontal_m, vertical_m, lookahead_s]]])
    return _minima("(horizontal_m, vertical_m, lookahead_s)", table)


def minima_rules(one: Sequence[float | None], group: Given | None, minima: Given | None) -> Rules:
    """Return the rules of `find_conflicts`: `one` (horizontal m, vertical m, look-ahead s) for all, or a table.

    Raises:
        TypeError, ValueError: neither or both, or a table that is not (groups, groups, 3) and symmetric.
    """
    if minima is None:
        if group is not None:
            raise ValueError("group is given without minima: give minima (groups, groups, 3), or no group")
        if any(value is None for value in one):
            raise ValueError("give horizontal_m, vertical_m and lookahead_s, or group and minima")
        return _one_rule(*(float(value) for value in one if value is not None))
    if any(value is not None for value in one):
        raise ValueError("horizontal_m, vertical_m, lookahead_s and minima are both given: give one of them")
    if group is None:
        raise ValueError("minima is given without group: give the group of each track")
    table = np.asarray(minima)
    if table.dtype.kind not in "fiu":
        raise TypeError(f"minima has dtype {table.dtype}: give real numbers")
    if table.ndim != 3 or table.shape[0] != table.shape[1] or table.shape[2] != 3 or not table.size:
        raise ValueError(f"minima has shape {table.shape}: give (groups, groups, 3)")
    return _minima("minima", table.astype(np.float64))


def _alerter(where: str, levels: Levels | None, lookahead_s: float) -> Column:
    if levels is None:
        return np.empty((0, RULE))
    if getattr(levels, "dtype", None) != LEVEL or levels.ndim != 1:
        raise TypeError(f"{where} is no alerter: give an array of configurations.LEVEL, least severe level first")
    for k, level in enumerate(levels):
        numbers = [float(level[name]) for name in RULED[1:]]
        fits = min(numbers) >= 0.0 and 0.0 < numbers[0] <= HALF_MAX_M and max(numbers[2:]) < MOST
        if not (fits and int(level["kind"]) in KINDS.values()):
            raise ValueError(f"{where}[{k}] is {level}: give a known kind, finite times and minima of 0 or more")
    columns = [levels[name].astype(np.float64) for name in RULED]
    return np.column_stack([*columns, np.full(levels.size, lookahead_s)])


def alerter_rules(
    alerter: Levels | None, lookahead_s: float, group: Given | None, alerters: Sequence[Sequence[Levels | None]] | None
) -> Rules:
    """Return the rules of `find_alerts`: one alerter for all, or one per pair of groups.

    Raises:
        TypeError, ValueError: neither or both, something that is no alerter, or a table not square and symmetric.
    """
    if (alerter is None) == (alerters is None):
        raise ValueError("give one alerter for all, or group and alerters")
    if (alerters is None) != (group is None):
        raise ValueError("group and alerters are given together or not at all")
    if not 0.0 < lookahead_s < MOST:
        raise ValueError(f"lookahead_s is {lookahead_s}: give a time above 0 s")
    if alerters is None:
        return _tables([[_alerter("alerter", alerter, lookahead_s)]])
    groups = len(alerters)
    if not groups or any(len(line) != groups for line in alerters):
        raise ValueError(f"alerters has rows of {[len(line) for line in alerters]}: give a square of groups by groups")
    levels = [
        [_alerter(f"alerters[{a}][{b}]", one, lookahead_s) for b, one in enumerate(line)]
        for a, line in enumerate(alerters)
    ]
    for a in range(groups):
        for b in range(a):
            if not np.array_equal(levels[a][b], levels[b][a]):
                raise ValueError(f"alerters[{a}][{b}] differs from alerters[{b}][{a}]: a pair has no order")
    return _tables(levels)
