"""What a mistake of ours leaves in the log: its kind and its place, never a value."""

import logging
import traceback


def log_defect(log: logging.Logger, error: BaseException) -> None:
    """Note what went wrong where."""
    # The text of an exception may hold what nobody should see; where it happened does not.
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    place = "".join(traceback.format_tb(error.__traceback__)[-3:])
    log.error("defect: %s\n%s", type(error).__name__, place)
