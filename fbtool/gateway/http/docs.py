"""The API's description: openapi.yaml for programs, and for people a page that scripts/api_page.py makes of it."""

from importlib import resources

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fbtool.gateway.http.common import Html, language_of
from fbtool.html_page import Page


class DocsRoutes:
    """Serves the page and the contract."""

    def routes(self) -> list[Route]:
        """Where the handlers are; no token needed."""
        return [
            Route("/docs", self.page, methods=["GET"]),
            Route("/v1/openapi.yaml", self.contract, methods=["GET"]),
        ]

    async def page(self, request: Request) -> Response:
        """The description for people."""
        language = language_of(request)
        return Html(Page(language, resources.files(__package__).joinpath(f"docs.{language}.html").read_text("utf-8")))

    async def contract(self, request: Request) -> Response:
        """The description for programs."""
        source = resources.files("fbtool.gateway").joinpath("openapi.yaml").read_bytes()
        return Response(source, media_type="application/yaml")
