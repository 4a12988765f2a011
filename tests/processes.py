"""The command line in a process group of its own, as a person starts it, and the ways such a process is treated."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any


def free_port() -> int:
    """Return a free port whose next one is free too, for the watchdog."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            number = int(one.getsockname()[1])
            with contextlib.suppress(OSError, OverflowError):
                two.bind(("127.0.0.1", number + 1))
                return number


class Started:
    """A started `airpact` command with its watchdog and recorder in one group."""

    def __init__(self, *words: object, **streams: Any) -> None:
        command = [sys.executable, "-m", "airpact.cli.main", *map(str, words)]
        self.process = subprocess.Popen(command, start_new_session=True, **streams)

    def kill(self) -> None:
        """Kill the node alone, as a crash would; its watchdog and recorder end by themselves."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        """Hold the node alone, as a hang would: its watchdog runs on."""
        os.kill(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.process.pid, signal.SIGCONT)

    def end(self) -> None:
        """End whatever is left of the whole group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
