"""Tracks of all parties: quality, party assignment, duplicates."""
