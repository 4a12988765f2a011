"""Statements, claims, stories and discussion that the public may read."""
