"""An evaluation as one line of JSON: numbers with 17 significant digits, "inf" and "-inf" as text, NaN as null.

Fields `id, cfg, own, ac[], hdir, hs, vs, alt, conf_ac, per_ac, tiov`; the last seven only where bands were asked for,
`ac[].ltm` only where last times were. Aircraft are called i1, i2, … in their order, or by name: `ac[].id` says it then.
"""

import json
from collections.abc import Iterable
from math import isinf, isnan
from typing import Final

from airpact.encounter.configurations import Region
from airpact.encounter.evaluation import Evaluation
from airpact.encounter.guidance import Band, Guidance
from airpact.node.evaluations.cases import Case

REGIONS: Final = (Region.NEAR, Region.MID, Region.FAR)  # the order of everything that is given per region
METRICS: Final = ("hsep", "vsep", "hclo", "vclo", "hmd", "vmd", "tcpa", "dcpa", "tcoa", "taumod")
DIMENSIONS: Final = ("hdir", "hs", "vs", "alt")


def spelled(value: float) -> str:
    """Return a number as JSON."""
    if isnan(value):
        return "null"
    if isinf(value):
        return '"inf"' if value > 0.0 else '"-inf"'
    return format(value, ".17g")


def answer_line(case: Case, name: str, evaluation: Evaluation, named: bool) -> str:
    """Return the line of one case judged by the configuration `name`."""
    own = _object(s=_numbers(evaluation.own_position), v=_numbers(evaluation.own_velocity))
    aircraft = (_aircraft(evaluation, at, case.scene.ids[at] if named else "") for at in range(len(evaluation.alert)))
    fields = {"id": json.dumps(case.id), "cfg": json.dumps(name), "own": own, "ac": _list(aircraft)}
    if evaluation.guidance is not None:
        fields |= _guidance(evaluation.guidance, case.scene.ids)
    return _object(**fields) + "\n"


def _aircraft(evaluation: Evaluation, at: int, name: str) -> str:
    fields = {"id": json.dumps(name)} if name else {}
    fields |= {
        "s": _numbers(evaluation.positions[at]),
        "v": _numbers(evaluation.velocities[at]),
        "alert": str(int(evaluation.alert[at])),
        "ttcv": spelled(evaluation.corrective_s[at]),
        "lev": _list(map(_numbers, evaluation.levels[at])),
        **{metric: spelled(getattr(evaluation.metrics, metric)[at]) for metric in METRICS},
    }
    if evaluation.last_times is not None:
        fields["ltm"] = _numbers(evaluation.last_times[at])
    return _object(**fields)


def _guidance(guidance: Guidance, ids: tuple[str, ...]) -> dict[str, str]:
    def called(rows: Iterable[int]) -> str:
        return _list(json.dumps(ids[row]) for row in rows)

    peripheral = (_list(map(called, rows)) for rows in guidance.peripheral_aircraft)
    return {
        **{dimension: _band(getattr(guidance, dimension)) for dimension in DIMENSIONS},
        "conf_ac": _by_region(map(called, guidance.conflict_aircraft)),
        "per_ac": _by_region(peripheral),
        "tiov": _list(map(_numbers, guidance.violation_s)),
    }


def _band(band: Band) -> str:
    segments = zip(band.low.tolist(), band.up.tolist(), band.region.tolist(), strict=True)
    recovery = band.recovery
    figures = (recovery.time_s, recovery.n_factor, recovery.horizontal_m, recovery.vertical_m)
    return _object(
        b=_list(f'[{spelled(low)},{spelled(up)},"{Region(region).name}"]' for low, up, region in segments),
        rec=_list((_flag(recovery.computed), _flag(recovery.saturated), *map(spelled, figures))),
        res=_numbers(band.resolution),
        pref=_flag(band.preferred_up),
    )


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _numbers(values: Iterable[float]) -> str:
    return _list(map(spelled, values))


def _list(texts: Iterable[str]) -> str:
    return f"[{','.join(texts)}]"


def _by_region(texts: Iterable[str]) -> str:
    return _object(**{region.name: text for region, text in zip(REGIONS, texts, strict=True)})


def _object(**fields: str) -> str:
    return "{" + ",".join(f'"{name}":{text}' for name, text in fields.items()) + "}"
