"""Frequencies card, distress calls, hotline log and watch log."""
