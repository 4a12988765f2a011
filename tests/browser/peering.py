"""Other parties as the node would say them: links, heads, files, refusals, what was said by voice. All invented."""

from copy import deepcopy
from hashlib import sha256
from typing import Any, Final

from airpact.proof.keys import spoken
from tests.browser import situations as say
from tests.browser.situations import NOW_S, Json

OUR_FINGERPRINT: Final = sha256(b"NAG").digest()
THEIR_FINGERPRINT: Final = sha256(b"CTF").digest()
ROOT: Final = "bHZO7IYgAREiM0RVZneImaq7zN3u/wARIjNEVWZ3yHg="


def words(fingerprint: bytes) -> list[str]:
    """Return the spelling words of a fingerprint, as a node gives them to a console."""
    return spoken(fingerprint).replace(",", "").split()


def link(**changes: Any) -> Json:
    """Return the link to CTF, linked and manned."""
    plain: Json = {
        "party": "CTF",
        "name": "Coastal Task Force",
        "how": "linked",
        "state": "linked",
        "since_s": NOW_S - 2227,
        "lost_s": NOW_S - 2342,
        "delay_s": 1.2,
        "clock_offset_s": 0.3,
        "desk": "manned",
        "desk_since_s": NOW_S - 9000,
        "desk_reason": "",
        "presence_s": NOW_S - 660,
        "presence_until_s": NOW_S + 1140,
        "head_seen_s": NOW_S - 13,
        "head_size": 200,
        "cosigned_size": 214,
        "own_size": 214,
        "waiting": 0,
        "not_understood": 1,
        "doubtful": [{"kind": "weather-note", "index": 198, "at_s": NOW_S - 400, "why": "unknown kind"}],
        "refused": 3,
        "lifts_open": 0,
        "lifts_last_hour": 0,
    }
    return {**plain, **changes}


NOTHING_HEARD: Final[Json] = {
    "since_s": None,
    "lost_s": None,
    "delay_s": None,
    "clock_offset_s": None,
    "desk": "unknown",
    "desk_since_s": None,
    "presence_s": None,
    "presence_until_s": None,
    "not_understood": 0,
    "doubtful": [],
    "refused": 0,
}


def by_file(**changes: Any) -> Json:
    """Return a party by file, 23 minutes old."""
    read: Json = {"head_seen_s": NOW_S - 1381, "head_size": 37, "cosigned_size": 180, "waiting": 34}
    who: Json = {"party": "RFU", "name": "Relief Flight Union", "how": "file", "state": "none"}
    return link(**{**NOTHING_HEARD, **who, **read, **changes})


def by_voice(**changes: Any) -> Json:
    """Return a party without a node."""
    read: Json = {"head_seen_s": None, "head_size": 0, "cosigned_size": 0, "waiting": 0}
    who: Json = {"party": "VFS", "name": "Valley Fire Service", "how": "voice", "state": "none"}
    return link(**{**NOTHING_HEARD, **who, **read, **changes})


def lost(**changes: Any) -> Json:
    """Return the link to CTF, lost since 11:24:09, with two statements waiting."""
    gone: Json = {"state": "lost", "lost_s": NOW_S - 2342, "delay_s": None, "clock_offset_s": None, "desk": "unknown"}
    return link(**{**gone, "waiting": 2, "cosigned_size": 212, **changes})


def row(party: str = "CTF", **changes: Any) -> Json:
    """Return one party in full."""
    names = {"CTF": "Coastal Task Force", "RFU": "Relief Flight Union", "VFS": "Valley Fire Service"}
    plain: Json = {
        "party": party,
        "name": names[party],
        "how": {"CTF": "linked", "RFU": "file", "VFS": "voice"}[party],
        "addresses": ["ctf.example:8792"] if party == "CTF" else [],
        "compared": False,
        "own_words": words(OUR_FINGERPRINT),
        "their_words": words(THEIR_FINGERPRINT),
        "own_fingerprint": OUR_FINGERPRINT.hex(),
        "their_fingerprint": THEIR_FINGERPRINT.hex(),
        "certificate": {"state": "pinned", "ends_s": NOW_S + 15_553_000},
        "released": {
            "share": "policy",
            "fields": ["position", "height"],
            "grid_m": 1000.0,
            "floor_m": 1524.0,
            "ceiling_m": None,
            "delay_s": 20.0,
        },
        "clock_limit_s": 2.0,
        "not_understood": [{"kind": "weather-note", "index": 198, "at_s": NOW_S - 400, "why": "unknown kind"}],
    }
    return {**plain, **changes}


def head(party: str, size: int, how: str, compared: str, **changes: Any) -> Json:
    """Return the newest head of one log."""
    plain = {"from_size": None, "cosigned_size": None, "seen_s": NOW_S - 13, "root": ROOT}
    origin = f"{party.lower()}.example/log"
    return {"party": party, "origin": origin, "size": size, "how": how, "compared": compared, **plain, **changes}


HEADS: Final = (
    head("NAG", 214, "own", "cosigned", cosigned_size=214),
    head("CTF", 200, "linked", "consistent", from_size=196),
    head("RFU", 37, "file", "consistent", from_size=31, seen_s=NOW_S - 1381),
)
REFUSED: Final[tuple[Json, ...]] = (
    {
        "at_s": NOW_S - 2342,
        "party": "",
        "code": "certificate not pinned",
        "detail": "closed in the handshake",
        "address": "198.51.100.7",
        "evidence": "",
    },
    {
        "at_s": NOW_S - 10_830,
        "party": "CTF",
        "code": "smaller_checkpoint",
        "detail": "199 after 200",
        "address": "",
        "evidence": "ctf-199.json",
    },
    {
        "at_s": NOW_S - 180_191,
        "party": "CTF",
        "code": "wrong_mode",
        "detail": "",
        "address": "",
        "evidence": "ctf-mode.json",
    },
)


def carried(name: str, direction: str, state: str, first: int, stop: int, detail: str) -> Json:
    """Return one file that carried statements."""
    about: Json = {"name": name, "party": "RFU", "direction": direction, "state": state, "detail": detail}
    return {"at_s": NOW_S - 1381, "first": first, "stop": stop, **about}


FILES: Final = (
    carried("nag-to-rfu-0012", "out", "written", 179, 214, "signed for RFU only"),
    carried("rfu-to-nag-0009", "in", "read", 30, 37, "7 signatures, 7 receipts"),
    carried("rfu-to-nag-0008", "in", "again", 27, 31, "28 to 31 already held, nothing lost"),
    carried("rfu-to-nag-0011", "in", "gap", 40, 44, "38 to 40 are missing"),
)


def table(**changes: Any) -> Json:
    """Return what `GET /peers` answers."""
    plain: Json = {
        "party": "NAG",
        "origin": "nag.example/log",
        "comparisons": 412,
        "forks": 0,
        "heads": list(HEADS),
        "peers": [row("CTF"), row("RFU", compared=True), row("VFS", own_words=[], their_words=[])],
        "refused": list(REFUSED),
        "files": list(FILES),
        "home": "/srv/airpact/nag",
    }
    return deepcopy({**plain, **changes})


def voice(text: str, ago_s: float, *, read_back: bool = True, index: int = 1) -> Json:
    """Return one entry of what was said by voice."""
    at_s = NOW_S - ago_s
    who: Json = {"party": "VFS", "by": "duty officer", "signed": False}
    return {"index": index, "noted_s": at_s + 20, "at_s": at_s, "text": text, "read_back": read_back, **who}


VOICE: Final = (
    voice("leaves K1 at 13:00", 130, index=7),
    voice("two flights, FL 050 to FL 070", 1390, read_back=False, index=6),
)


def answer(state: str, **changes: Any) -> Json:
    """Return what the desk of CTF has done with a pair."""
    plain: Json = {"party": "CTF", "state": state, "at_s": NOW_S - 7, "level": 3}
    return {**plain, "withheld": False, "told_s": NOW_S - 8, "refused": False, **changes}


def about(kind: str, **changes: Any) -> Json:
    """Return an alert about CTF."""
    what: Json = {"id": f"CTF/{kind}-{int(NOW_S)}", "key": f"CTF/{kind}", "subject": "peer", "kind": kind}
    nobody: Json = {"a": None, "b": None, "approach": None, "clause": "", "party": "CTF"}
    return {**say.alert(2, "HAWK 11", "LANCE 07"), **what, **nobody, **changes}
