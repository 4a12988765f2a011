"""Alerters: levels with a volume and an alerting time each, by a shipped name or written out, and their memory.

A shipped name stands for its numbers: the document's identity is that of the numbers, so what two parties agreed on
does not change with the product. Rules: detect-and-avoid part 2, sections 6.1 and 9.
"""

from typing import Final

from airpact.agreement.fields import Field
from airpact.agreement.lengths import (
    HORIZONTAL_M_MAX,
    LENGTHS,
    LOOKAHEAD_S_MAX,
    VERTICAL_M_MAX,
    horizontal_m,
    vertical_m,
)
from airpact.agreement.parameters import PairMemory, Rung
from airpact.encounter.alerting import QUEUE_MAX
from airpact.encounter.configurations import CONFIGURATIONS, Configuration, Region
from airpact.encounter.levels import Level
from airpact.encounter.volumes import KINDS
from airpact.proof.canonical import Json

LEVELS: Final = {level.name.lower(): level for level in Level}
LEVEL_OF: Final = {
    Region.NONE: Level.ADVISORY,  # DO-365B: preventive, paints no band
    Region.FAR: Level.ADVISORY,
    Region.MID: Level.CAUTION,  # corrective
    Region.NEAR: Level.WARNING,
}
CLOSING_S_MAX: Final = 300.0  # of TTHR and TCOA; the longest in use is 35 s
MEMORY_S_MAX: Final = 60.0  # of hysteresis and persistence; the longest in use is 5 s
MEMORY_S_MIN: Final = 2.0  # a moment is counted each second: a shorter memory would forget every one
_LEVEL_KEYS: Final = ("level", "volume", *LENGTHS, "tau_s", "coa_s", "alerting_s", "early_s")
_WITHOUT_TIMES: Final = "cylinder"


def read_alerter(at: Field) -> tuple[tuple[Rung, ...], PairMemory]:
    """Return the levels of an alerter as rungs, one for each level, and its memory; problems go to the form."""
    if at.is_scalar:
        return shipped(at.choice(CONFIGURATIONS))
    if not at.expect(("levels", "m_of_n", "hysteresis_s", "persistence_s")):
        return (), PairMemory()
    rungs = tuple(_read_level(level) for level in at.get("levels").items(at_least=1))
    at.get("levels").refuse_repeats([rung.level.name.lower() for rung in rungs])
    return rungs, _read_memory(at)


def shipped(one: Configuration) -> tuple[tuple[Rung, ...], PairMemory]:
    """Return the alerter of a shipped configuration."""
    names = {kind: name for name, kind in KINDS.items()}
    rungs = tuple(
        Rung(
            level=LEVEL_OF[Region(int(level["region"]))],
            horizontal_m=float(level["horizontal_m"]),
            vertical_m=float(level["vertical_m"]),
            lookahead_s=float(level["alerting_s"]),
            volume=names[int(level["kind"])],
            tau_s=float(level["tau_s"]),
            coa_s=float(level["coa_s"]),
            early_s=float(level["early_s"]),
        )
        for level in one.levels
    )
    memory = one.memory
    return rungs, PairMemory(memory.m, memory.n, memory.hysteresis_s, memory.persistence_s)


def plain_alerter(rungs: tuple[Rung, ...], memory: PairMemory) -> dict[str, Json]:
    """Return an alerter as it would be written out in full, in metres and seconds."""
    return {
        "levels": [_plain_level(rung) for rung in rungs],
        "m_of_n": [memory.m, memory.n] if memory.n else [],
        "hysteresis_s": memory.hysteresis_s,
        "persistence_s": memory.persistence_s,
    }


def _plain_level(rung: Rung) -> dict[str, Json]:
    times = {} if rung.volume == _WITHOUT_TIMES else {"tau_s": rung.tau_s, "coa_s": rung.coa_s}
    return {
        "level": rung.level.name.lower(),
        "volume": rung.volume,
        "horizontal_m": rung.horizontal_m,
        "vertical_m": rung.vertical_m,
        **times,
        "alerting_s": rung.lookahead_s,
        "early_s": rung.early_s,
    }


def _read_level(at: Field) -> Rung:
    if not at.expect(_LEVEL_KEYS):
        return Rung(Level.WARNING, HORIZONTAL_M_MAX, VERTICAL_M_MAX, 0.0)
    volume = at.get("volume").choice({name: name for name in KINDS})
    if volume == _WITHOUT_TIMES:
        for key in ("tau_s", "coa_s"):
            if at.get(key).given:
                at.get(key).refuse("is given for a cylinder", "leave it out, or name another volume")
    alerting_s = at.get("alerting_s").number(high=LOOKAHEAD_S_MAX, unit="seconds (0 = now)")
    return Rung(
        level=at.get("level").choice(LEVELS),
        horizontal_m=horizontal_m(at),
        vertical_m=vertical_m(at),
        lookahead_s=alerting_s,
        volume=volume,
        tau_s=0.0 if volume == _WITHOUT_TIMES else at.get("tau_s").number(high=CLOSING_S_MAX, unit="seconds"),
        coa_s=0.0 if volume == _WITHOUT_TIMES else at.get("coa_s").number(0.0, high=CLOSING_S_MAX, unit="seconds"),
        early_s=at.get("early_s").number(alerting_s, low=alerting_s, high=LOOKAHEAD_S_MAX, unit="seconds"),
    )


def _read_memory(at: Field) -> PairMemory:
    hysteresis_s = at.get("hysteresis_s").number(0.0, high=MEMORY_S_MAX, unit="seconds")
    if 0.0 < hysteresis_s < MEMORY_S_MIN:
        at.get("hysteresis_s").refuse(f"is {hysteresis_s:g}", f"0, or {MEMORY_S_MIN:g} s and more")
    counts = at.get("m_of_n").items()
    if counts and len(counts) != 2:
        at.get("m_of_n").refuse(f"has {len(counts)} numbers", "give two, as in [2, 4]: so many of the last so many")
        counts = ()
    n = counts[1].count(1, low=1, high=QUEUE_MAX) if counts else 0
    memory = PairMemory(
        m=counts[0].count(1, low=1, high=n) if counts else 0,
        n=n,
        hysteresis_s=hysteresis_s,
        persistence_s=at.get("persistence_s").number(0.0, high=MEMORY_S_MAX, unit="seconds"),
    )
    if hysteresis_s == 0.0 and (memory.n or memory.persistence_s):
        at.refuse("has a memory that lasts no time", f"give hysteresis_s, {MEMORY_S_MIN:g} s and more")
    return memory
