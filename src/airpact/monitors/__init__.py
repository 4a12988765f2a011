"""The picture held against the agreement: one monitor per file, findings out."""
