"""Sorted unions of intervals with the almost-equality of bands: add one, intersect two (R10.3).

A set is the first `count` rows of a float64[CAPACITY, 2] array, low and up, ascending. `plan` in `steps` admits so few
steps that no set can outgrow it.
"""

from typing import Final

from numba import njit

from airpact.encounter.almost import le_b, lt_b

CAPACITY: Final = 512


@njit(cache=True)
def add(union, count, low, up):  # type: ignore[no-untyped-def]
    """Add [low, up] to the set `union` of `count` intervals in place and return the new count; R10.3."""
    if not lt_b(low, up):
        return count
    first = 0
    while first < count and not le_b(low, union[first, 1]):
        first += 1
    last = first
    while last < count and le_b(union[last, 0], up):
        low, up = min(low, union[last, 0]), max(up, union[last, 1])
        last += 1
    kept = count - last
    if last == first:
        for k in range(kept):
            union[count - k, 0], union[count - k, 1] = union[count - k - 1, 0], union[count - k - 1, 1]
    else:
        for k in range(kept):
            union[first + 1 + k, 0], union[first + 1 + k, 1] = union[last + k, 0], union[last + k, 1]
    union[first, 0], union[first, 1] = low, up
    return first + 1 + kept


@njit(cache=True)
def intersect(held, held_count, new, new_count, out):  # type: ignore[no-untyped-def]
    """Write the intersection of set `held` with set `new` to `out` and return its count; not symmetric (R10.3)."""
    i = j = count = 0
    while i < held_count and j < new_count:
        a, b, c, d = held[i, 0], held[i, 1], new[j, 0], new[j, 1]
        if not lt_b(max(a, c), min(b, d)):
            if b < d:
                i += 1
            else:
                j += 1
            continue
        if le_b(c, a):
            low, held_ends = a, le_b(b, d)
        else:
            low, held_ends = c, not le_b(d, b)
        up = b if held_ends else d
        if held_ends:
            i += 1
        else:
            j += 1
        if count > 0 and low <= out[count - 1, 1]:
            out[count - 1, 1] = max(up, out[count - 1, 1])
        else:
            out[count, 0], out[count, 1] = low, up
            count += 1
    return count
