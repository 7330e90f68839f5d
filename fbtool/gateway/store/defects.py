"""What a mistake of ours in a store leaves in the log: its kind and its place, never a value."""

import logging
import traceback

from fbtool.problem import Problem

log = logging.getLogger("fbtool.gateway.store")


def log_defect(error: BaseException) -> None:
    """Note the error, unless it is an answer that somebody is meant to get."""
    if not isinstance(error, Problem):
        # The text of an exception may hold what nobody should see; where it happened does not.
        place = "".join(traceback.format_tb(error.__traceback__)[-3:])
        log.error("defect in the store: %s\n%s", type(error).__name__, place)
