"""Scenarios, a simulated world, faults and a judge: seeds in, reports out."""
