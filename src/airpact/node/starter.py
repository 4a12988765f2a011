"""The settings files that a new home begins with, and the one line that a party accepted later adds to them.

A person owns these files. The program writes them once where there are none; later it adds a party to the rules only
while they still begin with the mark it left there.
"""

import json
import re
from typing import Final

from airpact.agreement.document import DocumentError
from airpact.node.desk import EXERCISE
from airpact.picture.rules import read_rules

MARK: Final = "# Made by airpact init."
LISTEN: Final = "127.0.0.1:8792"  # this machine only, until a person names the address peers may call

DESK: Final = """\
{mark} Every field stands in docs/procedures.md; keys and peers are in docs/peers.md.
party: {party}
desk: desk 1
mode: {mode}
{mode_lines}
languages: [en, ru]
# A file beside this one, or the name of a shipped profile. This one is an example, not an agreement.
procedures: close-pass-0.3nm-400ft
rules: rules.yaml
{feed_lines}
# The port for other parties, mutual TLS only. 127.0.0.1 is this machine alone: give the address peers shall call.
peers: {{listen: "{listen}"}}
"""
EXERCISE_LINES: Final = "title: {title}   # for the banner that says nothing here is real"
LIVE_LINES: Final = """\
# To be filled in: seconds from detection to crew action, as your drills measured them.
# relay_s: 45"""
NO_FEEDS: Final = """\
# What this desk listens to; an exercise may begin with none.
# feeds:
#   - {name: north, kind: readsb, url: "http://127.0.0.1:8080/data/aircraft.json"}"""
LIVE_FEEDS: Final = NO_FEEDS.replace("What this desk listens to; an exercise may begin with none.", "To be filled in.")
RULES: Final = """\
{mark}
# airpact peer accept adds parties to this list while the line above stands.
parties:
  - {{id: {party}, name: {name}, role: own}}
# Whose aircraft are whose, first fit wins; without a rule an aircraft is civil. docs/procedures.md has every condition.
# rules:
#   - {{party: {party}, callsign: ["{party}*"]}}
"""


def desk_text(party: str, name: str, mode: str, listen: str = LISTEN) -> str:
    """Return a first desk.yaml: an exercise starts with it, a live desk says which lines are missing."""
    exercise = mode == EXERCISE
    return DESK.format(
        mark=MARK,
        party=party,
        mode=mode,
        mode_lines=EXERCISE_LINES.format(title=_quoted(f"Exercise of {name}")) if exercise else LIVE_LINES,
        feed_lines=NO_FEEDS if exercise else LIVE_FEEDS,
        listen=listen,
    )


def rules_text(party: str, name: str) -> str:
    """Return a first rules.yaml: the own party, and nobody's aircraft."""
    return RULES.format(mark=MARK, party=party, name=_quoted(name))


def party_line(party: str, name: str) -> str:
    """Return the line that makes another party known to the rules."""
    return f"  - {{id: {party}, name: {_quoted(name)}, role: peer}}"


def with_party(rules: str, party: str, name: str) -> str | None:
    """Return rules made by `rules_text` with one more party; None where a person must add it."""
    head, found, rest = rules.partition("\nparties:\n")
    if not rules.startswith(MARK) or not found:
        return None
    entries = re.match(r"(?:  - [^\n]*\n)+", rest)
    if entries is None:
        return None
    more = f"{head}{found}{entries[0]}{party_line(party, name)}\n{rest[entries.end() :]}"
    try:
        parties = [each.id for each in read_rules(more).parties]
    except DocumentError:
        return None
    return more if parties.count(party) == 1 else None


def _quoted(text: str) -> str:
    """Return text in quotes as YAML and JSON both read it."""
    return json.dumps(text, ensure_ascii=False)
