"""Manoeuvre bands: which headings, speeds and altitudes keep well clear, and how an aircraft gets back to it.

A compiled kernel contains, optimised once more, the machine code of every kernel it calls. So towers of calls are kept
low here: plain Python asks the questions in order, and functions that one kernel calls once or that are a line or two
are inlined before compilation.
"""
