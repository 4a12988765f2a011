"""The three alert levels, in the words and order every stage and screen uses."""

from enum import IntEnum


class Level(IntEnum):
    """How soon a person must act: advisory (know), caution (plan by hotline), warning (call crew or guard now)."""

    ADVISORY = 1
    CAUTION = 2
    WARNING = 3
