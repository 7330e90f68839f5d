"""The page on which an admin sets up a widget: static files, and a page beside it that shows the real widget.

The page keeps the token in a variable only, so everything about it is strict: nothing runs that is not a file of ours,
nothing is asked but this gateway, and nobody may frame it.
"""

from functools import cache
from importlib import resources
from string import Template
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fbtool.gateway.problems import NothingHere
from fbtool.html_page import COLOURS
from fbtool.palette import DARK, LIGHT
from fbtool.webchat import joiner

PATH = "/webchat/configurator"
_TYPES = MappingProxyType({"js": "text/javascript", "css": "text/css", "json": "application/json"})
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_PREVIEW_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
"""The widget in the preview runs, and can reach nobody: what it asks is answered in the page."""


class ConfiguratorRoutes:
    """Serves the page and its files; no token needed, because nothing of an account is in them."""

    def routes(self) -> list[BaseRoute]:
        """Where the handlers are."""
        return [
            Route(PATH, self.page, methods=["GET"]),
            Route(f"{PATH}/preview", self.preview, methods=["GET"]),
            Route(f"{PATH}/{{file:str}}", self.file, methods=["GET"]),
        ]

    async def page(self, request: Request) -> Response:
        """The configurator."""
        return Response(_text("index.html"), media_type="text/html", headers={"Content-Security-Policy": _POLICY})

    async def preview(self, request: Request) -> Response:
        """A shop's page with the widget on it."""
        text = Template(_text("preview.html")).substitute(widget=f"../{joiner.file_name()}")
        return Response(text, media_type="text/html", headers={"Content-Security-Policy": _PREVIEW_POLICY})

    async def file(self, request: Request) -> Response:
        """A file of either page."""
        name = request.path_params["file"]
        kind = _TYPES.get(name.rpartition(".")[2])
        if kind is None or name not in _names():
            raise NothingHere
        text = _text(name)
        return Response(COLOURS + _surfaces() + text if name == "style.css" else text, media_type=kind)


def _surfaces() -> str:
    """The tones' surfaces, which other pages have no use for."""
    light, dark = (
        "".join(f"--{tone.value}-surface:{paint.surface};" for tone, paint in palette.tones.items())
        for palette in (LIGHT, DARK)
    )
    return f":root {{ {light} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"


@cache
def _names() -> frozenset[str]:
    return frozenset(file.name for file in resources.files("fbtool.webchat").joinpath("configurator").iterdir())


@cache
def _text(name: str) -> str:
    return resources.files("fbtool.webchat").joinpath("configurator", name).read_text("utf-8")
