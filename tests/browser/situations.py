"""Situations for the console as the node would say them: a desk, a picture, alerts. Everybody in them is invented."""

from copy import deepcopy
from math import cos, radians, sin
from typing import Any, Final

Json = dict[str, Any]

NOW_S: Final = 1_795_348_991.0  # Sunday 22 November 2026, 12:03:11 UTC
M_PER_FT: Final = 0.3048
M_PER_NM: Final = 1852.0
MPS_PER_KT: Final = 1852.0 / 3600.0

DESK: Final[Json] = {
    "product_version": "0.1.0",
    "mode": "LIVE",
    "title": "",
    "party": {"id": "NAG", "name": "Northern Air Group"},
    "desk": "desk 2",
    "relay_s": 55,
    "languages": ["en", "ru"],
    "parties": [
        {"id": "NAG", "name": "Northern Air Group", "role": "own"},
        {"id": "CTF", "name": "Coastal Task Force", "role": "peer"},
        {"id": "civil", "name": "Civil traffic", "role": "civil"},
        {"id": "unknown", "name": "Not identified", "role": "unknown"},
    ],
    "procedures": {
        "title": "Border separation",
        "version": "v3",
        "hash": "7f3a",
        "status": "unilateral",
        "unchecked": ["6.1"],
    },
    "unfit": [],
    "alert_policy": {"supervisor_s": 15, "shelve_max_s": 900, "rate_limit_per_h": 6, "flood_per_10min": 10},
    "view": {"lat": 36.17, "lon": 36.3, "span_deg": 1.45},
    "coverage": [{"feed": "NAG radar", "lat": 36.35, "lon": 36.1, "radius_m": 78_000.0, "floor_m": 1524.0}],
    "watchdog_port": 0,
    "attribution": "",
}

# label, party, class, lat, lon, altitude ft (None = no height), track deg, speed kt, climb ft/min, age s
AIRCRAFT: Final = (
    ("HAWK 11", "NAG", "fixed", 36.383, 36.095, 19000, 97, 430, 0, 0.4),
    ("LANCE 07", "CTF", "fixed", 36.412, 36.265, 19000, 229, 415, 0, 0.9),
    ("HAWK 31", "NAG", "fixed", 36.585, 36.43, 26000, 206, 360, 0, 0.5),
    ("HAWK 32", "NAG", "fixed", 36.605, 36.41, 26000, 206, 360, 0, 0.7),
    ("HAWK 40", "NAG", "fixed", 36.32, 36.88, 12000, 301, 240, 900, 1.2),
    ("RESCUE 2", "NAG", "rotor", 36.23, 36.02, 1500, 8, 110, 0, 1.0),
    ("RJA 342", "civil", "fixed", 36.645, 35.81, 8000, 98, 300, -1200, 1.4),
    ("UAV 7A1", "CTF", "uav", 36.605, 36.02, 7300, 92, 85, 0, 2.1),
    ("KVL 908", "civil", "fixed", 36.18, 36.69, 36000, 262, 455, 0, 1.1),
    ("SVN 215", "civil", "fixed", 35.91, 35.73, 34000, 8, 440, 0, 0.6),
    ("LANCE 03", "CTF", "fixed", 35.98, 36.54, 22000, 333, 390, 0, 0.8),
    ("LANCE 22", "CTF", "fixed", 36.05, 36.94, 24000, 275, 405, 0, 38.0),
    ("U 0417", "unknown", "unknown", 35.745, 36.38, None, 62, 140, 0, 1.9),
)

FEEDS: Final[tuple[tuple[str, str, float | None, dict[str, int]], ...]] = (
    ("NAG radar", "in_time", 1.0, {"out of range": 2}),
    ("CTF tracks", "in_time", 1.2, {}),
    ("NAG ADS-B", "in_time", 0.8, {"no position": 31, "future stamp": 1}),
    ("CTF east", "late", 38.0, {}),
    ("Drone ID", "in_time", 3.1, {}),
    ("Low radar", "in_time", 2.4, {}),
)


def desk(**changes: Any) -> Json:
    """Return the desk of the reference picture with some fields changed."""
    return {**deepcopy(DESK), **changes}


def picture(now_s: float, *, mode: str = "LIVE", seq: int = 1, copies: int = 1, **changes: Any) -> Json:
    """Return one picture frame at `now_s`; `copies` repeats the traffic to the south for a crowded sky."""
    rows = [(k, *row) for k in range(copies) for row in AIRCRAFT]
    flown_s = now_s - NOW_S
    columns: Json = {
        "id": [f"{i:06x}" for i in range(len(rows))],
        "label": [label if k == 0 else f"{label} {k}" for k, label, *_ in rows],
        "party": [row[2] for row in rows],
        "class": [row[3] for row in rows],
        "lat": [row[4] - 0.31 * row[0] + _north_deg(row, flown_s) for row in rows],
        "lon": [row[5] + 0.11 * row[0] + _east_deg(row, flown_s) for row in rows],
        "altitude_m": [None if row[6] is None else row[6] * M_PER_FT for row in rows],
        "altitude_kind": ["unknown" if row[6] is None else "pressure" if row[6] > 7500 else "qnh" for row in rows],
        "track_deg": [float(row[7]) for row in rows],
        "speed_mps": [row[8] * MPS_PER_KT for row in rows],
        "vertical_mps": [row[9] * M_PER_FT / 60.0 for row in rows],
        "age_s": [row[10] for row in rows],
        "state": ["stale" if row[10] > 15 else "fresh" for row in rows],
        "quality": ["good"] * len(rows),
        "uncertainty_m": [93.0] * len(rows),
        "source": ["adsb"] * len(rows),
        "feed": ["CTF east" if row[10] > 15 else "NAG radar" for row in rows],
        "squawk": [""] * len(rows),
        "radius_m": [None] * len(rows),
        "delay_s": [0.0] * len(rows),
    }
    frame: Json = {
        "type": "picture",
        "seq": seq,
        "now_s": now_s,
        "tick": seq * 5,
        "mode": mode,
        "as_of_s": now_s,
        **columns,
        "feeds": [feed(*values) for values in FEEDS],
        "counts": counts(tracks=len(rows)),
        "rate": {"last_hour": 4, "bins": [1, 0, 2, 1, 0, 1, 3], "flood": False},
        "storage": {"late_s": 0},
        "sound": {"proven_s": NOW_S - 3600},
        "guidance": {"ready": True},
        "peers": [],
        "presence": presence("unknown", None),
        "telling": {"waiting": 0, "superseded": 0, "left_out": 0},
        "transport": None,
    }
    return {**frame, **changes}


def _north_deg(row: tuple[Any, ...], flown_s: float) -> float:
    return float(row[8] * cos(radians(row[7])) * flown_s / 3600.0 / 60.0)


def _east_deg(row: tuple[Any, ...], flown_s: float) -> float:
    return float(row[8] * sin(radians(row[7])) * flown_s / 3600.0 / 60.0 / cos(radians(36.2)))


def presence(state: str, until_s: float | None, **changes: Any) -> Json:
    """Return what this desk says of itself, and until when."""
    confirmed_s = None if until_s is None else until_s - 1800
    return {"state": state, "reason": "", "since_s": None, "confirmed_s": confirmed_s, "until_s": until_s, **changes}


def counts(**changes: Any) -> Json:
    """Return the counts of a picture with nothing set aside."""
    none: Json = {"unjudged": {}, "unjudged_pairs": [], "duplicates": [], "suppressed": {}, "suppressed_pairs": []}
    return {"tracks": 13, "stale": 1, "without_height": 1, **none, **changes}


def feed(name: str, state: str, age_s: float | None, rejected: dict[str, int]) -> Json:
    """Return one feed of a picture."""
    return {
        "name": name,
        "state": state,
        "age_s": age_s,
        "reports": 1000,
        "rejected": rejected,
        "doubtful": {"gscp: not given": 616} if name == "NAG ADS-B" else {},
        "clock_offset_s": 0.0,
        "error": "",
    }


def aircraft(label: str) -> Json:
    """Return one side of an alert, from the traffic of the picture."""
    index, row = next((i, row) for i, row in enumerate(AIRCRAFT) if row[0] == label)
    height = None if row[5] is None else row[5] * M_PER_FT
    kind = "unknown" if height is None else "pressure"
    values = {"id": f"{index:06x}", "label": label, "party": row[1], "class": row[2]}
    return {**values, "altitude_m": height, "altitude_kind": kind}


def approach(now_s: float, in_s: float, **changes: Any) -> Json:
    """Return the geometry of HAWK 11 and LANCE 07, closest `in_s` seconds from `now_s`."""
    plain: Json = {
        "horizontal_m": 9.0 * M_PER_NM,
        "vertical_m": 0.0,
        "closing_mps": 772 * MPS_PER_KT,
        "t_in_s": now_s + in_s - 14,
        "t_out_s": now_s + in_s + 14,
        "t_cpa_s": now_s + in_s,
        "cpa_horizontal_m": 0.8 * M_PER_NM,
        "cpa_vertical_m": 0.0,
        "asked_horizontal_m": 3.0 * M_PER_NM,
        "asked_vertical_m": 1000.0 * M_PER_FT,
        "asked_tau_s": 0.0,
        "horizontal_uncertainty_m": 0.1 * M_PER_NM,
        "vertical_uncertainty_m": 75 * M_PER_FT,
        "turning": False,
        "a_cpa": [36.373, 36.192],
        "b_cpa": [36.36, 36.195],
    }
    return {**plain, **changes}


def alert(level: int, a: str, b: str, now_s: float = NOW_S, in_s: float = 42, **changes: Any) -> Json:
    """Return an alert about two aircraft of the picture, active since 8 s."""
    one, two = aircraft(a), aircraft(b)
    plain: Json = {
        "id": f"{one['id']}-{two['id']}-{int(now_s)}",
        "key": f"{one['id']}|{two['id']}",
        "subject": "pair",
        "kind": "predicted",
        "level": level,
        "state": "active",
        "first_s": now_s - 8,
        "shown_s": now_s - 8,
        "a": one,
        "b": two,
        "clause": "4.1",
        "document": "7f3a",
        "duplicate": False,
        "recorded": True,
        "detail": "",
        "acknowledged": None,
        "shelved": None,
        "supervisor_s": now_s + 7 if level == 3 else None,
        "escalated": False,
        "approach": approach(now_s, in_s),
        "guidance": None,
        "party": "",
        "peer": None,
    }
    return {**plain, **changes}


REASONS: Final = (
    "preparing",
    "no_velocity",
    "stale",
    "degraded",
    "snapped",
    "delayed",
    "inputs_differ",
    "height_unknown",
    "turning",
    "not_addressed",
    "not_needed",
    "too_late",
    "no_way_out",
)


def answer(
    audience: str, dimension: str = "", sense: str = "hold", to: float | None = None, by: float | None = None
) -> Json:
    """Return one part of an answer; without a dimension it proposes nothing."""
    return {"audience": audience, "dimension": dimension, "sense": sense, "to": to, "by": by}


LEFT: Final = answer("instruction", "track", "left", 67.0, 30.0)
ASKED: Final = answer("request", "track", "left", 199.0, 30.0)


def proposal(a: Json = LEFT, b: Json = ASKED, **changes: Any) -> Json:
    """Return a joint answer that holds until 12:03:55."""
    times = {"issued_s": NOW_S - 4, "for_s": NOW_S + 9, "good_until_s": NOW_S + 44}
    least = {"least_m": 3.4 * M_PER_NM, "least_without_m": 0.8 * M_PER_NM}
    return {"kind": "manoeuvre", "reason": "", **times, **least, "a": a, "b": b, **changes}


def withheld(reason: str, a: str = "instruction", b: str = "request") -> Json:
    """Return guidance that offers no manoeuvre, for a reason."""
    unknown = dict.fromkeys(("for_s", "good_until_s", "least_m", "least_without_m"))
    parts = {"a": answer(a), "b": answer(b)}
    return {"kind": "information", "reason": reason, "issued_s": NOW_S - 4, **unknown, **parts}


def guidances() -> dict[str, Json]:
    """Return every state of guidance by name: what can be proposed to whom, struck out, and each reason for nothing."""
    up_m, fast_mps = 500 * M_PER_FT, 20 * MPS_PER_KT
    proposed: dict[str, Json] = {
        "turns": proposal(),
        "one turns": proposal(b=answer("request", "track", "hold", 229.0, 0.0)),
        "nobody asked": proposal(b=answer("information")),
        "speeds": proposal(
            answer("instruction", "speed", "slower", 410 * MPS_PER_KT, fast_mps),
            answer("request", "speed", "faster", 435 * MPS_PER_KT, fast_mps),
        ),
        "rates": proposal(
            answer("instruction", "vertical_speed", "up", 5.08, 5.08),
            answer("request", "vertical_speed", "down", -5.08, 5.08),
        ),
        "heights": proposal(
            answer("instruction", "altitude", "up", 19500 * M_PER_FT, up_m),
            answer("request", "altitude", "down", 18500 * M_PER_FT, up_m),
        ),
        "struck": proposal(issued_s=NOW_S - 60, good_until_s=NOW_S - 6),
    }
    return {**proposed, **{reason: withheld(reason) for reason in REASONS}}


def warning(**changes: Any) -> Json:
    """Return the warning of the reference picture: HAWK 11 and LANCE 07, both proposed to turn left."""
    return alert(3, "HAWK 11", "LANCE 07", **{"guidance": proposal(), **changes})


def caution(**changes: Any) -> Json:
    """Return the caution of the reference picture, already acknowledged."""
    geometry = approach(
        NOW_S,
        108,
        horizontal_m=8.4 * M_PER_NM,
        vertical_m=700 * M_PER_FT,
        cpa_horizontal_m=1.6 * M_PER_NM,
        cpa_vertical_m=700 * M_PER_FT,
        a_cpa=[36.63, 36.02],
        b_cpa=[36.603, 36.03],
    )
    answered = {"state": "acknowledged", "acknowledged": {"by": "local", "at_s": NOW_S - 91}}
    proposed = proposal(
        answer("information"),
        answer("request", "altitude", "down", 6800 * M_PER_FT, 500 * M_PER_FT),
        good_until_s=NOW_S + 79,
        least_m=2.0 * M_PER_NM,
        least_without_m=1.6 * M_PER_NM,
    )
    said: Json = {"approach": geometry, "clause": "4.2", "guidance": proposed}
    return alert(2, "RJA 342", "UAV 7A1", **{**said, **answered, **changes})


def advisory(**changes: Any) -> Json:
    """Return an advisory about two aircraft that come near, acknowledged."""
    geometry = approach(
        NOW_S,
        78,
        horizontal_m=14.0 * M_PER_NM,
        vertical_m=2000 * M_PER_FT,
        cpa_horizontal_m=4.6 * M_PER_NM,
        cpa_vertical_m=900 * M_PER_FT,
        asked_horizontal_m=5.0 * M_PER_NM,
        a_cpa=[36.09, 36.47],
        b_cpa=[36.05, 36.6],
    )
    answered = {"state": "acknowledged", "acknowledged": {"by": "local", "at_s": NOW_S - 76}}
    said: Json = {"approach": geometry, "clause": "4.3", "guidance": withheld("stale", "request", "request")}
    return alert(1, "LANCE 03", "LANCE 22", **{**said, **answered, **changes})


def formation(**changes: Any) -> Json:
    """Return a shelved advisory, back in 8 minutes."""
    shelf = {"by": "local", "until_s": NOW_S + 480, "reason": "formation"}
    return alert(1, "HAWK 31", "HAWK 32", **{"state": "shelved", "shelved": shelf, **changes})


def feed_lost(**changes: Any) -> Json:
    """Return the alert of a feed that fell silent."""
    about: Json = {"id": f"feed:CTF east-{int(NOW_S)}", "key": "CTF east", "subject": "feed", "kind": "feed_lost"}
    nobody: Json = {"a": None, "b": None, "approach": None, "clause": ""}
    return {**alert(2, "HAWK 11", "LANCE 07"), **about, **nobody, **changes}


def watch() -> list[Json]:
    """Return the alerts of the reference picture."""
    return [warning(), caution(), advisory(), formation()]


def timeline(now_s: float) -> Json:
    """Return two hours of marks and one gap."""
    marks = [
        {"id": f"m{i}", "level": level, "t_s": now_s - ago_s, "label": "HAWK 11 and LANCE 07"}
        for i, (level, ago_s) in enumerate(((1, 6300), (2, 4430), (1, 3710), (1, 1560), (1, 300), (2, 100), (3, 8)))
    ]
    gaps = [{"from_s": now_s - 2350, "to_s": now_s - 2230, "feed": "CTF east"}]
    return {"from_s": now_s - 7200, "to_s": now_s, "marks": marks, "gaps": gaps}
