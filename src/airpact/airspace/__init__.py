"""Declared zones, hazard notices, activity blocks and flight intents."""
