"""What browsers complain about: each thing that a page's Content-Security-Policy has forbidden to it."""

import json
from collections import deque
from typing import Any

_KEPT = 200


class Reports:
    """The last ones, oldest first."""

    def __init__(self) -> None:
        self._reports: deque[dict[str, Any]] = deque(maxlen=_KEPT)

    def take(self, body: bytes) -> None:
        """A browser's report (``application/csp-report``); what is none is passed over."""
        try:
            report = json.loads(body)["csp-report"]
        except (ValueError, KeyError, TypeError):
            return
        if isinstance(report, dict):
            self._reports.append(report)

    def all(self) -> list[dict[str, Any]]:
        """As the browsers have written them."""
        return list(self._reports)

    def clear(self) -> None:
        """Forget them."""
        self._reports.clear()
