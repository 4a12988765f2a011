"""Canonical bytes and digests: what a party can later prove it said."""
