"""The numbers of keeping and forgetting, in one place."""

HOUR_MS = 3600 * 1000
DAY_MS = 24 * HOUR_MS

SEEN_MS = 7 * DAY_MS
"""How long a fingerprint is kept. Facebook repeats a failed delivery for at most 36 hours (documented)."""
WINDOW_MS = 7 * DAY_MS
"""A reply window is forgotten when not even a human may answer any more, and so are the messages sent in it."""
GREETED_MS = 365 * DAY_MS
"""Who comes back after a year is greeted again."""
ASIDE_MS = 7 * DAY_MS
"""How long a delivery that cannot be understood is kept for somebody to look at."""
KEY_MS = 2 * DAY_MS
"""How long an Idempotency-Key is remembered."""
EVENT_MS = 14 * DAY_MS
"""The hard limit: an event that nobody acknowledged for so long is dropped, and that is told.

Twice the time in which a person may answer, so that a long holiday of the CRM costs nothing that is of use.
"""
LEASE_MS = 180_000
"""How long a gateway may be busy with one answer; longer than it waits for a connection, sends it, and
checks the link after a no. If the gateway dies, the answer's fate is unclear after that."""
REPEATED_MS = 10_000
"""The same where a channel may be given an answer twice: whoever waits for it at a screen does not wait longer."""
GROUP = 256
"""Most jobs in one transaction: bounds how long the first of them waits."""
MOST_WAITING = 100_000
"""Events of one account. Beyond it deliveries for its sources are refused with 503 and Facebook repeats them, for about
an hour; then it takes the subscription away."""
