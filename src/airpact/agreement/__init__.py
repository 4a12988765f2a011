"""Procedures files, their clauses, and the parameters that monitors obey."""
