"""The logs of a node: its own, which it signs, and those of its peers, which it mirrors and witnesses."""
