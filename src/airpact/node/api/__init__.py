"""The HTTP API and the live socket of docs/stream.md, and the console's files, as one ASGI application."""
