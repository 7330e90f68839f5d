"""The front page: what this server is, for whoever opens its bare address."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fbtool.gateway.http.common import Html, language_of
from fbtool.gateway.http.download import PATH as DOWNLOAD
from fbtool.gateway.operation.downloads import Downloads
from fbtool.html_page import message
from fbtool.language import say


class LandingRoutes:
    """The page at ``/``. It tells strangers nothing about who uses the gateway."""

    def __init__(self, downloads: Downloads) -> None:
        self._downloads = downloads

    def routes(self) -> list[Route]:
        """Where the handler is."""
        return [Route("/", self.front, methods=["GET"])]

    async def front(self, request: Request) -> Response:
        """The page for people."""
        # Relative, because a reverse proxy may have put the gateway under a path.
        links = [(say("For developers: how a system is connected"), "docs")]
        if await run_in_threadpool(self._downloads.newest):
            links.append((say("For admins: the Facebook tool for Windows"), DOWNLOAD.lstrip("/")))
        page = message(
            language_of(request),
            say("A gateway for Facebook messages"),
            [
                say("This server carries messages between the Facebook Pages of a company and the company's own "
                    "customer-service system. It keeps no conversations, and there is nothing to sign in to here."),
            ],
            say("You wanted to write to somebody? Open their Page at Facebook."),
            links=links,
        )  # fmt: skip
        return Html(page)
