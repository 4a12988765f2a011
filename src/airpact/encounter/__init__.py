"""Numeric kernels: closest approach, minima, turns and the sweep over all pairs; arrays in, arrays out."""
