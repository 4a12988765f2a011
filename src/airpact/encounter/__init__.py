"""Numeric kernels: closest approach, minima, turns and the sweep over all pairs; arrays in, arrays out."""

from airpact.encounter.sweep import find_alerts, find_conflicts, find_conflicts_of

__all__ = ["find_alerts", "find_conflicts", "find_conflicts_of"]
