"""Every limit of the gateway, with its number, in one place.

The first group never needs a change and is constant. The second depends on the machine and its neighbours, and can
be set in the settings file.
"""

from dataclasses import dataclass, field

from fbtool.language import N_

WEBHOOK_BYTES = 8 * 1024 * 1024
"""Longest webhook: Facebook may put 1,000 updates into one delivery (documented); 5 MB is a tested case."""
API_BYTES = 256 * 1024
"""Longest JSON body of the CRM's, the tool's and the operator's API."""
GREETING_LENGTH = 1999
"""Longest greeting, in UTF-16 units: what the strictest channel takes (Facebook)."""
HEADER_BYTES = 16 * 1024
"""Longest head of a request."""
HEADERS = 100
"""Most header lines of a request, and most trailers."""
PIPELINED = 16
"""Most requests of one connection that wait for the one before; nobody's HTTP client sends more than one at a time."""
FRAGMENTS = 64
"""Most parts of one WebSocket message; ours are so short that nobody parts them."""
UNPROVEN_BYTES = 64 * 1024
"""A webhook longer than this takes one of few places until its signature is checked; usual ones have less than 1 kB."""
UNPROVEN_PLACES = 4
"""So many of the longer ones are read at the same moment, 8 MB each; the others wait."""
UNPROVEN_PLACES_OF_ONE = 2
"""... and so many of one client."""
HEADER_SECONDS = 5.0
"""From the first byte, or from the connection, until the head is complete."""
BODY_SECONDS = 10.0
"""From the head until the body is complete. Not prolonged by bytes that drip in."""
UPLOAD_BYTES_PER_SECOND = 64 * 1024
"""A longer body gets the time it takes at this pace, if its length was announced."""
UPLOAD_SECONDS = 600.0
"""... but never more than this."""
GRAPH_CONNECTIONS = 100
"""Most answers and other calls of our own that are under way to Facebook."""
REQUEST_CONNECTIONS, REQUEST_CONNECTIONS_PER_ACCOUNT = 100, 25
"""Most calls for which a CRM waits (a name, typing), in all and of one account."""
UPLOAD_CONNECTIONS, UPLOAD_CONNECTIONS_PER_ACCOUNT = 100, 20
"""Most files on their way to Facebook: how long they take is the sender's choice."""
FILE_CONNECTIONS, FILE_CONNECTIONS_PER_ACCOUNT = 100, 20
"""Most files on their way from Facebook: how long they take is the reader's choice."""
CONNECTION_WAIT_SECONDS = 60.0
"""How long a call or a file may wait for a connection. It is no part of the time that sending may take."""
READING_SECONDS = 30.0
"""How long a reader may leave a full buffer of an answer untouched."""
IDLE_SECONDS = 65
"""How long a connection may be idle between requests: longer than a reverse proxy's 60 s, so that it closes first."""
SENDS_FINISH_SECONDS = 3.0
"""At a stop: how long answers under way to Facebook may take; the fate of later ones is told as unclear."""
READY_SECONDS = 2.0
"""The store has to answer within this to be ready."""


@dataclass(frozen=True)
class Limits:
    """What depends on the machine. Settings file, section ``limits``."""

    sockets: int = field(
        default=1024,
        metadata={
            "why": N_(
                "Most open connections of CRMs, webhooks and all others but visitors; a further one is answered 503."
            )
        },
    )
    sockets_per_address: int = field(
        default=64,
        metadata={"why": N_("Most open connections of one address; the trusted proxies are exempt.")},
    )
    visitor_sockets: int = field(
        default=4000,
        metadata={
            "why": N_("Most open connections of visitors of a web chat; a further one is answered 503. CRMs lose none.")
        },
    )
    visitor_sockets_per_address: int = field(
        # The same part of the whole as above. A company or a mobile network has many visitors behind one address.
        default=256,
        metadata={"why": N_("Most open connections of visitors with one address; the trusted proxies are exempt.")},
    )
    failed_signatures_per_minute: int = field(
        default=20,
        metadata={
            "why": N_(
                "Deliveries with a wrong signature that one address may send in a minute before it is answered 429. "
                "Deliveries that are signed well are never limited."
            )
        },
    )
    free_disk_mb: int = field(
        default=256,
        metadata={"why": N_("Below this much free space (in MB) the gateway reports itself as not ready.")},
    )
