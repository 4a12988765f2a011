"""When and how loudly alerts come: the desk's own policy, set in `desk.yaml`, never part of an agreement.

Sources: EEMUA 191 and ISA-18.2 for alarm rates and shelving; "proposal" marks our own choice, to be confirmed by
the desk's alarm review. No value here may hide, drop or delay a warning or a loss already present.
"""

from typing import Final

import msgspec

SHELVE_S_LIMIT: Final = 900.0  # 15 min: ISA-18.2 wants shelving bounded; the bound is a project rule no desk may raise


class AlertPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Alert timing and alarm-rate figures of one desk (seconds, counts, plain factors)."""

    on_delay_hits: int = 2  # of `on_delay_window` judgements with a new report: one bad plot raises nothing (proposal)
    on_delay_window: int = 3
    clear_factor: float = 1.2  # gone only beyond minima x 1.2 ...
    # ... for 10 s: two radar turns of 5 s, so that an edge case does not chatter; a fall of level waits too (proposal)
    clear_hold_s: float = 10.0
    realert_factor: float = 0.5  # an acknowledged warning sounds again when its time or distance halves (proposal)
    supervisor_s: float = 15.0  # unacknowledged for this long goes to the supervisor line (proposal)
    shelve_s_max: float = SHELVE_S_LIMIT
    relay_margin_s: float = 30.0  # a caution is due at least relay_s + this before predicted loss (proposal)
    rate_limit_per_h: float = 6.0  # EEMUA 191: one alarm in 10 minutes is manageable; a measurement, never a filter
    flood_count: int = 10  # EEMUA 191: more than 10 in 10 minutes is a flood
    flood_window_s: float = 600.0
