"""Errors that are nobody's mistake in the program: the disk, the network, a file, a port.

An `OperatingError` is written for the person who runs the desk. The command line prints it and exits with 2; the
node shows it. It never says more than is known, and always says what to do.
"""


class LocalError(Exception):
    """A part of this node asked for what must never happen, such as forgetting a head it signed; nothing was done."""


class StorageError(Exception):
    """The order could not make an entry durable; nothing was acknowledged."""


class KeyReusedError(Exception):
    """An idempotency key came again with a different command."""


class OperatingError(Exception):
    """What is wrong (naming the file, port or address), what that means for the desk, and what to do about it."""

    def __init__(self, what: str, *, effect: str = "", remedy: str = "") -> None:
        """Keep the three sentences apart; `effect` and `remedy` may be empty where `what` says it all."""
        super().__init__(what, effect, remedy)
        self.what = what
        self.effect = effect
        self.remedy = remedy

    def __str__(self) -> str:
        """Return the sentences in order, one a line."""
        return "\n".join(sentence for sentence in (self.what, self.effect, self.remedy) if sentence)
