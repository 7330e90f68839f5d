"""A gateway in a process of its own that is killed and comes back on the same data."""

import signal
from pathlib import Path

from tests.e2e.processes import Background, Computer


class Killable:
    """Starts at once.

    Args:
        folder: its computer's settings and, below ``data``, its data.
        arguments: of ``fbtool gateway run``, besides the usual.
        environment: its settings.
    """

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        self.computer = Computer(folder, {"FBTOOL_DATA_DIR": str(folder / "data")} | environment)
        self._arguments = arguments
        self.start()

    def start(self) -> None:
        """Start it again; its port is another one then."""
        self.process: Background = self.computer.start("gateway", "run", "--port", "0", "--json", *self._arguments)
        self.address = self.process.wait_for(r'"address": "([^"]+)".*\}').group(1)

    def kill(self) -> None:
        """As the kernel does it: nothing of the process runs afterwards."""
        self.process.stop(signal.SIGKILL)

    def stop(self) -> None:
        """End it in peace."""
        self.process.stop()
