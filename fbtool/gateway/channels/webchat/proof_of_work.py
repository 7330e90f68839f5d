"""Work that a page does before its visitor's first message where many new conversations come at once.

It costs a browser a second or so and whoever opens conversations by the thousand a computer's time: no riddle, and
nobody else is asked. What is looked for is a number behind the ticket by which their SHA-256 begins with zero bits.
"""

import hashlib
import re

_WORK = re.compile(r"[0-9]{1,20}")


def is_done(ticket: str, work: str, bits: int) -> bool:
    """Whether ``work`` is what the ticket asks for."""
    if not bits:
        return True
    if not _WORK.fullmatch(work):
        return False
    digest = hashlib.sha256(f"{ticket}:{work}".encode()).digest()
    return int.from_bytes(digest, "big") >> (256 - bits) == 0
