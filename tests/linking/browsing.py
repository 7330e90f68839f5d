"""A browser that is a few lines long, and the gateway's side of a sign-in."""

import http.client
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from tests.linking.standin import Answer, Request

TOKEN: dict[str, Any] = {
    "access_token": "EAAUSER",
    "token_type": "bearer",
    "expires_in": 5_000_000,
    "person": {"id": "42", "name": "Erika Muster"},
}


def browse(url: str) -> bool:
    """Follow redirects to the last page."""
    while True:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=5)
        connection.request("GET", f"{parts.path}?{parts.query}")
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status not in {302, 303}:
            return True
        url = urljoin(url, answer.headers["Location"])


def returning(**query: str) -> Callable[[Request], Answer]:
    """The gateway's authorize endpoint, after everything has happened at Facebook."""

    def script(request: Request) -> Answer:
        back = urlencode({**query, "state": request.query["state"]})
        return Answer(302, b"", "text/html", {"Location": f"{request.query['redirect_uri']}?{back}"})

    return script
