"""Says in the log when a trouble begins and when it is over, however often it is met in between."""

import logging


class OutageLog:
    """One kind of trouble. Harmless from several threads: at worst a line is written twice.

    Args:
        log: where to.
        begins: the line for the beginning, with one ``%s`` for what was met.
        ends: the line for the end.
    """

    def __init__(self, log: logging.Logger, begins: str, ends: str) -> None:
        self._log = log
        self._begins = begins
        self._ends = ends
        self._lasts = False

    def met(self, what: str) -> None:
        """The trouble is there."""
        if not self._lasts:
            self._lasts = True
            self._log.error(self._begins, what)

    def over(self) -> None:
        """What it hindered has just worked."""
        if self._lasts:
            self._lasts = False
            self._log.error(self._ends)
