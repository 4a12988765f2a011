"""`python -m bench [name ...]`: every measurement, or the named ones; a table here, JSON in bench/out/results.json."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from bench.day import day
from bench.delay import delay
from bench.figures import Figure, figure, show
from bench.guide import guide
from bench.ledger import ledger
from bench.live import BUDGET_PERCENT, measure
from bench.peers import peers
from bench.proof import proof
from bench.release import released
from bench.sky import sky
from bench.sweep import sweep

OUT: Final = Path(__file__).parent / "out" / "results.json"


def consoles() -> Iterator[Figure]:
    """Serve 100 consoles a picture of 2,000 tracks once a second."""
    busy = measure(100, 2_000, 10.0)
    yield figure("100 consoles at 2,000 tracks", [busy["node_percent_of_core"]], "% of a core", BUDGET_PERCENT)


def _delay() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        yield from delay(Path(folder))


BENCHES: Final[dict[str, Callable[[], Iterator[Figure]]]] = {
    "sweep": sweep,
    "guide": guide,
    "day": day,
    "sky": sky,
    "delay": _delay,
    "consoles": consoles,
    "proof": proof,
    "ledger": ledger,
    "release": released,
    "peers": peers,
}


def main(names: list[str]) -> int:
    """Run the named benches, all where none is named; 1 when a bar is missed, 2 for an unknown name."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        sys.stderr.write(f"no bench {', '.join(unknown)}; there are {', '.join(BENCHES)}\n")
        return 2
    figures = [one for name in names or BENCHES for one in BENCHES[name]()]
    return 0 if show(figures, OUT) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
