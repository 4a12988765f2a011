"""Random numbers without a state: each is a function of a key and a count, so any of them can be drawn alone.

Splitmix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014) as a counter-based
generator; normals by Box and Muller (1958). Good enough for sensor noise, not for secrets.
"""

from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]

GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
STEPS: Final = ((30, np.uint64(0xBF58476D1CE4E5B9)), (27, np.uint64(0x94D049BB133111EB)))
UNIT: Final = 2.0**-53


def key_of(seed: int, name: str) -> int:
    """Return the 64-bit key of a name under a seed, the same on every machine."""
    return int.from_bytes(blake2b(f"{seed}/{name}".encode(), digest_size=8).digest(), "big")


def uniforms(keys: Keys, counts: Ints) -> Floats:
    """Return one number in (0, 1) for each key and count (equal shapes)."""
    mixed = keys + GOLDEN * (counts.astype(np.uint64) + np.uint64(1))
    for shift, factor in STEPS:
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * factor
    mixed ^= mixed >> np.uint64(31)
    return ((mixed >> np.uint64(11)).astype(np.float64) + 0.5) * UNIT


def normals(keys: Keys, counts: Ints) -> tuple[Floats, Floats]:
    """Return two independent standard normal numbers for each key and count (equal shapes)."""
    radius = np.sqrt(-2.0 * np.log(uniforms(keys, 2 * counts)))
    angle = 2.0 * np.pi * uniforms(keys, 2 * counts + 1)
    return radius * np.cos(angle), radius * np.sin(angle)


def drifting(keys: Keys, at_s: Floats, knot_s: float) -> tuple[Floats, Floats]:
    """Return two independent standard normal numbers that drift: drawn anew every `knot_s`, blended between."""
    knot = np.floor(at_s / knot_s).astype(np.int64)
    part = at_s / knot_s - knot
    size = np.hypot(1.0 - part, part)  # keeps the deviation at 1 between the knots
    before, after = normals(keys, knot), normals(keys, knot + 1)
    first, second = (((1.0 - part) * one + part * two) / size for one, two in zip(before, after, strict=True))
    return first, second
