"""How long an account or an address waits after wrong passwords; pure, so that a test needs no clock.

An account that is not known waits like one that is: whoever guesses learns nothing from the wait. Only passwords are
shut out, never passkeys: nobody can be kept from the desk by a stranger who types wrong passwords for them.
"""

from collections import OrderedDict
from ipaddress import IPv6Address, ip_address
from typing import Final, NamedTuple

# Five tries cover a forgotten keyboard layout; NIST SP 800-63B-4 §3.2.2 wants no more than 100 in a row.
WRONG_MAX: Final = 5
WAIT_S: Final = 900.0
WAIT_S_MAX: Final = 4 * 3600.0  # half a watch: longer would be an outage by itself
FORGET_S: Final = 24 * 3600.0  # wrong passwords older than this no longer count

# A whole desk may come from one address; beyond ten wrong passwords each try costs a growing wait, at most a minute.
ADDRESS_WRONG_MAX: Final = 10
ADDRESS_WAIT_S: Final = 1.0
ADDRESS_WAIT_S_MAX: Final = 60.0
ADDRESSES_KEPT: Final = 4096
IPV6_NETWORK_BITS: Final = 64  # one customer's network; each has more single addresses than anyone counts


class Tries(NamedTuple):
    """Wrong passwords in a row, when the last was, and until when no more is taken (Unix s)."""

    wrong: int = 0
    last_s: float = 0.0
    until_s: float = 0.0


def one_more(tries: Tries, now_s: float) -> Tries:
    """Return the tries after one more wrong password."""
    wrong = (tries.wrong if now_s - tries.last_s < FORGET_S else 0) + 1
    return Tries(wrong, now_s, now_s + wait_s(wrong))


def wait_s(wrong: int) -> float:
    """Return the wait after so many wrong passwords in a row: none up to four, 15 min at five, doubling."""
    return doubled(wrong - WRONG_MAX, WAIT_S, WAIT_S_MAX)


def doubled(times: int, first_s: float, most_s: float) -> float:
    """Return `first_s` doubled so many times, at most `most_s`; 0 for a negative number of times."""
    return 0.0 if times < 0 else min(first_s * 2.0 ** min(times, 64), most_s)


def network(address: str) -> str:
    """Return what of an address counts as one place: an IPv4 address whole, of IPv6 the network."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(IPv6Address(int(found) >> IPV6_NETWORK_BITS << IPV6_NETWORK_BITS))
    return str(found)


class Addresses:
    """Wrong passwords by address, in memory: bounded, and forgotten with the process."""

    def __init__(self) -> None:
        self._tries: OrderedDict[str, Tries] = OrderedDict()

    def until_s(self, address: str, now_s: float) -> float:
        """Return until when this address waits (Unix s), 0 when it need not."""
        until_s = self._tries.get(network(address), Tries()).until_s
        return until_s if until_s > now_s else 0.0

    def wrong(self, address: str, now_s: float) -> None:
        """Count one wrong password."""
        place = network(address)
        tries = self._tries.pop(place, Tries())
        wrong = (tries.wrong if now_s - tries.last_s < WAIT_S else 0) + 1
        wait = doubled(wrong - ADDRESS_WRONG_MAX, ADDRESS_WAIT_S, ADDRESS_WAIT_S_MAX)
        self._tries[place] = Tries(wrong, now_s, now_s + wait if wait else 0.0)
        if len(self._tries) > ADDRESSES_KEPT:
            self._tries.popitem(last=False)

    def right(self, address: str) -> None:
        """Forget an address after a right password."""
        self._tries.pop(network(address), None)
