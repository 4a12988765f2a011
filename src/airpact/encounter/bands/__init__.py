"""Manoeuvre bands: which headings, speeds and altitudes keep well clear, and how an aircraft gets back to it."""
