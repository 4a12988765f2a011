"""Writes the tables of `docs/edge-cases.md`: what the detection core answers where detectors go wrong.

`python -m tools.edge_cases` asks the sweep about every case and writes its answer beside the one worked out by hand; a
test asks again and compares. The hand answers are arithmetic on the numbers of the case, never taken from a kernel.
"""

import re
from dataclasses import dataclass, replace
from math import nan, sqrt
from pathlib import Path
from typing import Any, Final

import numpy as np

from airpact.encounter import find_alerts, find_conflicts
from airpact.encounter.configurations import CONFIGURATIONS, Region, alerter
from airpact.encounter.sweep import Alerts, Conflicts, Reason
from airpact.encounter.volumes import CYLINDER, TAUMOD, Volume, conflict, interval
from airpact.geo.units import M_PER_FT, M_PER_NM, MPS_PER_FPM, MPS_PER_KT, AltitudeKind

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "edge-cases.md"
BLOCK: Final = re.compile(r"(<!-- (cylinder|well clear) -->\n).*?(<!-- end -->)", re.DOTALL)

D_NM: Final = 5.0
H_FT: Final = 1000.0
LOOKAHEAD_S: Final = 300.0
DTHR_NM: Final = 0.66
ZTHR_FT: Final = 450.0
TTHR_S: Final = 35.0
WELL_CLEAR_LOOKAHEAD_S: Final = CONFIGURATIONS["do365b_p1"].limits.lookahead_s
HOUR_S: Final = 3600.0
MINUTE_S: Final = 60.0


@dataclass(frozen=True)
class Flight:
    """One aircraft of a case."""

    lat_deg: float = 0.0
    lon_deg: float = 0.0
    altitude_ft: float = 10_000.0
    track_deg: float = 0.0
    speed_kt: float = 0.0
    climb_fpm: float = 0.0
    kind: AltitudeKind = AltitudeKind.PRESSURE


@dataclass(frozen=True)
class Answer:
    """A verdict: from when to when in s, if ever; whether heights counted; why it could not be reached."""

    t_in_s: float = nan
    t_out_s: float = nan
    vertical_known: bool = True
    unjudged: Reason | None = None

    @property
    def words(self) -> str:
        """The verdict as the page has it."""
        if self.unjudged is not None:
            return f"not judged: {self.unjudged.text}"
        if np.isnan(self.t_in_s):
            return "no conflict"
        end = "" if self.vertical_known else ", height unknown"
        return f"{self.t_in_s:.2f} s to {self.t_out_s:.2f} s{end}"


@dataclass(frozen=True)
class Hand:
    """An answer worked out by hand, and how."""

    formula: str
    answer: Answer = Answer()


@dataclass(frozen=True)
class Case:
    """Two aircraft, and what must be found of them; `tangent` instead: in the plane, passing at exactly D or DTHR."""

    name: str
    words: str
    flights: tuple[Flight, Flight] | None
    cylinder: Hand
    well_clear: Hand


TANGENT_NM: Final = 10.0  # before the closest point, at the start of the tangent case
TANGENT_KT: Final = 480.0


def deg(distance_nm: float) -> float:
    """Return the degrees of a great circle that a distance is: one minute of arc is one nautical mile."""
    return distance_nm / 60.0


def seconds(t_in_s: float, t_out_s: float, *, known: bool = True) -> Answer:
    """Return a conflict."""
    return Answer(t_in_s, t_out_s, known)


def abeam(distance_nm: float, speed_kt: float = 0.0) -> tuple[Flight, Flight]:
    """Return two aircraft side by side on the equator, both flying north."""
    return Flight(speed_kt=speed_kt), Flight(lon_deg=deg(distance_nm), speed_kt=speed_kt)


def head_on(
    distance_nm: float, speed_kt: float, *, at_ft: float = 10_000.0, above_ft: float = 0.0, west_deg: float = 0.0
) -> tuple[Flight, Flight]:
    """Return two aircraft that fly at each other along the equator, each at `speed_kt`; apart when it is negative."""
    east, west = (90.0, 270.0) if speed_kt >= 0.0 else (270.0, 90.0)
    speed_kt = abs(speed_kt)
    return (
        Flight(0.0, west_deg, at_ft, east, speed_kt),
        Flight(0.0, west_deg + deg(distance_nm), at_ft + above_ft, west, speed_kt),
    )


# --- by hand ---------------------------------------------------------------------------------------------------------


def closing_in(distance_nm: float, closure_kt: float) -> Hand:
    """The cylinder head-on: from (r - D) / c to (r + D) / c, within the look-ahead."""
    first, last = (distance_nm - D_NM) / closure_kt * HOUR_S, (distance_nm + D_NM) / closure_kt * HOUR_S
    return Hand(
        f"({distance_nm:g} ∓ {D_NM:g}) NM / {closure_kt:g} kt", seconds(max(0.0, first), min(last, LOOKAHEAD_S))
    )


def tau_range_nm(closure_kt: float) -> float:
    """Return the range at which modified tau is TTHR head-on: (x2 - DTHR2) / (x c) = TTHR solved for x."""
    ahead_nm = closure_kt * TTHR_S / HOUR_S
    return (ahead_nm + sqrt(ahead_nm**2 + 4.0 * DTHR_NM**2)) / 2.0


def well_clear_in(distance_nm: float, closure_kt: float) -> Hand:
    """Modified tau head-on: from (r - x) / c to (r + DTHR) / c, where x is the range at which tau is TTHR."""
    x_nm = tau_range_nm(closure_kt)
    first, last = (distance_nm - x_nm) / closure_kt * HOUR_S, (distance_nm + DTHR_NM) / closure_kt * HOUR_S
    return Hand(
        f"x = {x_nm:.3f}; ({distance_nm:g} − x) NM / {closure_kt:g} kt, ({distance_nm:g} + {DTHR_NM:g}) NM / the same",
        seconds(max(0.0, first), min(last, WELL_CLEAR_LOOKAHEAD_S)),
    )


def crossing_levels(below_ft: float, half_ft: float, rate_fpm: float, lookahead_s: float) -> Hand:
    """A level crossed within the minima: from (h - H) / rate to (h + H) / rate."""
    first, last = (below_ft - half_ft) / rate_fpm * MINUTE_S, (below_ft + half_ft) / rate_fpm * MINUTE_S
    return Hand(f"({below_ft:g} ∓ {half_ft:g}) ft / {rate_fpm:g} fpm", seconds(first, min(last, lookahead_s)))


def throughout(distance_nm: float, limit_nm: float, lookahead_s: float) -> Hand:
    """No relative motion, inside."""
    return Hand(f"no relative motion, {distance_nm:g} < {limit_nm:g} NM", seconds(0.0, lookahead_s))


def outside(distance_nm: float, limit_nm: float) -> Hand:
    """No relative motion, outside."""
    return Hand(f"no relative motion, {distance_nm:g} > {limit_nm:g} NM")


def leaving(distance_nm: float, limit_nm: float, speed_kt: float) -> Hand:
    """Inside and parting: until (D - r) / speed."""
    last = (limit_nm - distance_nm) / speed_kt * HOUR_S
    return Hand(f"0, ({limit_nm:g} − {distance_nm:g}) NM / {speed_kt:g} kt", seconds(0.0, last))


def unknown(reason: Reason) -> Hand:
    """Not to be judged."""
    return Hand("cannot be judged, never “no conflict”", Answer(unjudged=reason))


def height_unknown(hand: Hand) -> Hand:
    """The same horizontally; the heights cannot be compared."""
    return Hand(hand.formula + ", heights left out", seconds(hand.answer.t_in_s, hand.answer.t_out_s, known=False))


def both(name: str, words: str, flights: tuple[Flight, Flight], distance_nm: float, closure_kt: float) -> Case:
    """A head-on case: both volumes by their formulas."""
    return Case(name, words, flights, closing_in(distance_nm, closure_kt), well_clear_in(distance_nm, closure_kt))


TANGENT_S: Final = TANGENT_NM / TANGENT_KT * HOUR_S
POLAR: Final = (Flight(89.95, 0.0, speed_kt=240.0), Flight(89.95, 180.0, speed_kt=240.0))
HEAD_ON: Final = head_on(20.0, 240.0)


def with_second(flights: tuple[Flight, Flight], **changes: Any) -> tuple[Flight, Flight]:
    """Return the flights, the second one changed."""
    return flights[0], replace(flights[1], **changes)


CASES: Final = (
    Case(
        "equal velocity, inside",
        "0.5 NM abeam, both 250 kt north, level",
        abeam(0.5, speed_kt=250.0),
        throughout(0.5, D_NM, LOOKAHEAD_S),
        throughout(0.5, DTHR_NM, WELL_CLEAR_LOOKAHEAD_S),
    ),
    Case(
        "equal velocity, outside",
        "6 NM abeam, both 250 kt north, level",
        abeam(6.0, speed_kt=250.0),
        outside(6.0, D_NM),
        outside(6.0, DTHR_NM),
    ),
    Case(
        "hover, inside",
        "0.5 NM apart, both at rest",
        abeam(0.5),
        throughout(0.5, D_NM, LOOKAHEAD_S),
        throughout(0.5, DTHR_NM, WELL_CLEAR_LOOKAHEAD_S),
    ),
    Case("hover, outside", "6 NM apart, both at rest", abeam(6.0), outside(6.0, D_NM), outside(6.0, DTHR_NM)),
    Case(
        "same position",
        "one place and height, both 250 kt north",
        abeam(0.0, speed_kt=250.0),
        throughout(0.0, D_NM, LOOKAHEAD_S),
        throughout(0.0, DTHR_NM, WELL_CLEAR_LOOKAHEAD_S),
    ),
    Case(
        "same position, parting",
        "one place and height, 100 kt east and 100 kt west",
        head_on(0.0, -100.0),
        leaving(0.0, D_NM, 200.0),
        leaving(0.0, DTHR_NM, 200.0),
    ),
    Case(
        "touching the zone",
        f"in the plane: passing at {TANGENT_KT:g} kt at exactly D (or DTHR), closest after {TANGENT_NM:g} NM",
        None,
        Hand("Δ = D²v² − (s × v)² = 0: the cylinder is open"),
        Hand(
            f"closed, and modified tau is x / c there: 35 s before {TANGENT_NM:g} NM / {TANGENT_KT:g} kt, until it",
            seconds(TANGENT_S - TTHR_S, TANGENT_S),
        ),
    ),
    Case(
        "exactly at the vertical limit of the cylinder",
        "20 NM head-on, 240 kt each, level, exactly 1000 ft apart",
        head_on(20.0, 240.0, above_ft=H_FT),
        Hand("1000 ft is not less than 1000 ft: the cylinder is open"),
        Hand("1000 > 450 ft"),
    ),
    Case(
        "exactly at the vertical limit of the well-clear volume",
        "20 NM head-on, 240 kt each, level at 0 ft and 450 ft",
        head_on(20.0, 240.0, at_ft=0.0, above_ft=ZTHR_FT),
        closing_in(20.0, 480.0),
        well_clear_in(20.0, 480.0),
    ),
    Case(
        "the same, where metres round",
        "20 NM head-on, 240 kt each, level at 10,000 ft and 10,450 ft",
        head_on(20.0, 240.0, above_ft=ZTHR_FT),
        closing_in(20.0, 480.0),
        Hand(f"3185.16 − 3048 = {10_450 * M_PER_FT - 10_000 * M_PER_FT:.14f} > 137.16 m in doubles, compared exactly"),
    ),
    Case(
        "vertical only",
        "one place, both 250 kt north, 2000 ft apart, the upper one descending at 2000 fpm",
        with_second(abeam(0.0, speed_kt=250.0), altitude_ft=12_000.0, climb_fpm=-2000.0),
        crossing_levels(2000.0, H_FT, 2000.0, LOOKAHEAD_S),
        crossing_levels(2000.0, ZTHR_FT, 2000.0, WELL_CLEAR_LOOKAHEAD_S),
    ),
    both(
        "antimeridian",
        "20 NM head-on along the equator across 180°, 240 kt each",
        head_on(20.0, 240.0, west_deg=180.0 - deg(10.0)),
        20.0,
        480.0,
    ),
    both("pole", "0.05° from the pole on opposite meridians, both 240 kt towards it", POLAR, 6.0, 480.0),
    Case(
        "past, outside",
        "6 NM apart, parting at 480 kt",
        head_on(6.0, -240.0),
        Hand("6 > 5 NM and growing"),
        Hand("6 > 0.66 NM and growing"),
    ),
    Case(
        "past, still inside",
        "2 NM apart, parting at 480 kt",
        head_on(2.0, -240.0),
        leaving(2.0, D_NM, 480.0),
        Hand("2 > 0.66 NM and growing"),
    ),
    both("already inside", "4 NM head-on, 240 kt each", head_on(4.0, 240.0), 4.0, 480.0),
    both("very fast", "60 NM head-on, 7200 kt each", head_on(60.0, 7200.0), 60.0, 14_400.0),
    Case(
        "very slow",
        "5.05 NM apart, one at rest, the other 1 kt towards it",
        with_second(head_on(5.05, 1.0), speed_kt=0.0),
        closing_in(5.05, 1.0),
        Hand(f"x = {tau_range_nm(1.0):.3f} NM is reached after hours"),
    ),
    Case(
        "climbing through",
        "0.5 NM abeam, both 250 kt north, one 3000 ft above, the other climbing at 1500 fpm",
        with_second(abeam(0.5, speed_kt=250.0), altitude_ft=7000.0, climb_fpm=1500.0),
        crossing_levels(3000.0, H_FT, 1500.0, LOOKAHEAD_S),
        crossing_levels(3000.0, ZTHR_FT, 1500.0, WELL_CLEAR_LOOKAHEAD_S),
    ),
    Case(
        "climbing through, elsewhere",
        "40 NM head-on, 240 kt each, one 3000 ft above, the other climbing at 1500 fpm",
        with_second(head_on(40.0, 240.0), altitude_ft=7000.0, climb_fpm=1500.0),
        Hand("across from 262.5 s, in height from 80 to 160 s"),
        Hand("across beyond the look-ahead, in height from 102 to 138 s"),
    ),
    Case(
        "height not a number",
        "20 NM head-on, 240 kt each, one height NaN",
        with_second(HEAD_ON, altitude_ft=nan),
        height_unknown(closing_in(20.0, 480.0)),
        height_unknown(well_clear_in(20.0, 480.0)),
    ),
    Case(
        "heights of two kinds",
        "20 NM head-on, 240 kt each, 3000 ft apart, one height barometric, the other geometric",
        with_second(head_on(20.0, 240.0, above_ft=3000.0), kind=AltitudeKind.GEOMETRIC),
        height_unknown(closing_in(20.0, 480.0)),
        height_unknown(well_clear_in(20.0, 480.0)),
    ),
    Case(
        "track not a number",
        "20 NM apart, 240 kt each, one track NaN",
        with_second(HEAD_ON, track_deg=nan),
        unknown(Reason.VELOCITY_UNKNOWN),
        unknown(Reason.VELOCITY_UNKNOWN),
    ),
    Case(
        "position not a number",
        "240 kt each, one latitude NaN",
        with_second(HEAD_ON, lat_deg=nan),
        unknown(Reason.POSITION_UNKNOWN),
        unknown(Reason.POSITION_UNKNOWN),
    ),
)


# --- ours ------------------------------------------------------------------------------------------------------------

ALERTER: Final = alerter(
    (
        TAUMOD, DTHR_NM * M_PER_NM, ZTHR_FT * M_PER_FT, TTHR_S, 0.0,
        WELL_CLEAR_LOOKAHEAD_S, WELL_CLEAR_LOOKAHEAD_S, Region.NEAR,
    )
)  # fmt: skip


def columns(flights: tuple[Flight, Flight]) -> tuple[np.ndarray, ...]:
    """Return the two aircraft as the sweep takes them: lat, lon, altitude, track, ground speed, vertical speed."""
    rows = np.array([
        (
            each.lat_deg, (each.lon_deg + 180.0) % 360.0 - 180.0, each.altitude_ft * M_PER_FT,
            each.track_deg, each.speed_kt * MPS_PER_KT, each.climb_fpm * MPS_PER_FPM,
        )
        for each in flights
    ])  # fmt: skip
    return tuple(np.ascontiguousarray(column) for column in rows.T)


def answer_of(found: Conflicts | Alerts) -> Answer:
    """Return the one verdict of a sweep over two aircraft."""
    if len(found.first):
        return Answer(float(found.t_in_s[0]), float(found.t_out_s[0]), bool(found.vertical_known[0]))
    if len(found.unjudged.first):
        return Answer(unjudged=Reason(int(found.unjudged.reason[0])))
    return Answer()


def tangent(volume: Volume, lookahead_s: float) -> Answer:
    """Return what the detector says of a line that touches the circle of the volume."""
    s = (-TANGENT_NM * M_PER_NM, volume.horizontal_m, 0.0)
    t_in, t_out = interval(volume, s, (TANGENT_KT * MPS_PER_KT, 0.0, 0.0), (0.0, 0.0, 0.0), 0.0, lookahead_s)
    return Answer(t_in, t_out) if conflict(t_in, t_out) else Answer()


def cylinder_answer(case: Case) -> Answer:
    """Return our verdict by the cylinder."""
    if case.flights is None:
        return tangent(Volume(CYLINDER, D_NM * M_PER_NM, H_FT * M_PER_FT, 0.0, 0.0), LOOKAHEAD_S)
    return answer_of(
        find_conflicts(
            *columns(case.flights),
            horizontal_m=D_NM * M_PER_NM,
            vertical_m=H_FT * M_PER_FT,
            lookahead_s=LOOKAHEAD_S,
            altitude_kind=np.array([each.kind for each in case.flights]),
        )
    )


def well_clear_answer(case: Case) -> Answer:
    """Return our verdict by the well-clear volume."""
    if case.flights is None:
        one = Volume(TAUMOD, DTHR_NM * M_PER_NM, ZTHR_FT * M_PER_FT, TTHR_S, 0.0)
        return tangent(one, WELL_CLEAR_LOOKAHEAD_S)
    kinds = np.array([each.kind for each in case.flights])
    return answer_of(find_alerts(*columns(case.flights), alerter=ALERTER, altitude_kind=kinds))


# --- page ------------------------------------------------------------------------------------------------------------


def table(volume: str) -> str:
    """Return the rows of a volume."""
    lines = ["| case | two aircraft | by hand | gives | ours |", "|---|---|---|---|---|"]
    for case in CASES:
        hand = case.cylinder if volume == "cylinder" else case.well_clear
        ours = cylinder_answer(case) if volume == "cylinder" else well_clear_answer(case)
        lines.append(f"| {case.name} | {case.words} | {hand.formula} | {hand.answer.words} | {ours.words} |")
    return "\n".join(lines) + "\n"


def written(page: str) -> str:
    """Return the page with its tables written anew."""
    return BLOCK.sub(lambda found: found[1] + table(found[2]) + found[3], page)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
