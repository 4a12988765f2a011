"""The state of a running desk and what goes in and out of one step.

A `World` is consumed by `step`: its arrays may be updated in place and the caller never touches the old one.
"""
