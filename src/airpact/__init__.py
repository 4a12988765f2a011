"""airpact: a safety desk for organisations that share the sky but not a controller."""

__version__ = "0.1.0"
