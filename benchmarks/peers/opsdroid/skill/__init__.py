"""The least a bot can do: nothing. For the conformance table it writes down what it was handed."""

import os
from pathlib import Path

from opsdroid.matchers import match_always
from opsdroid.skill import Skill

RECEIVED = os.environ.get("RECEIVED")


class Take(Skill):
    """Takes everything."""

    @match_always
    async def take(self, message):
        """Take a message; opsdroid also tells of its own start in this way."""
        if RECEIVED and hasattr(message, "text"):
            with Path(RECEIVED).open("a", encoding="utf-8") as log:
                log.write(message.text + "\n")
