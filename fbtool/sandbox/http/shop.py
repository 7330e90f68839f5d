"""The shop's pages: a list of goods, a product, the cart; each with the chat's script tag as its address wants it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fbtool.sandbox.composition import Sandbox
from fbtool.sandbox.http.rendering import TEMPLATES, language_of, render
from fbtool.sandbox.shop import goods, policy
from fbtool.sandbox.shop.switches import NotASwitch, Policy, Script, Switches, read

_OTHER_NAME = {"localhost": "127.0.0.1", "127.0.0.1": "localhost"}
"""The same server under its other name is another origin for a browser."""
TOGGLE, STATUS = "service", "service-status"
"""The ids of the page's own elements for the chat."""


class ShopPages:
    """The handlers."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[Route]:
        """The shop's addresses."""
        return [
            Route("/shop/", self.goods),
            Route("/shop/products/{product}", self.product),
            Route("/shop/cart", self.cart),
            Route("/shop/reports", self.report, methods=["POST"]),
            Route(policy.SCRIPT, _file("shop.js", "text/javascript")),
            Route(policy.STYLE, _file("shop.css", "text/css")),
            Route(policy.ICON, _file("icon.svg", "image/svg+xml")),
        ]

    async def goods(self, request: Request) -> Response:
        """All goods."""
        return self._page(request, "goods.html")

    async def product(self, request: Request) -> Response:
        """One product."""
        found = goods.product(request.path_params["product"])
        if found is None:
            return render(request, "gone.html", status=404)
        return self._page(request, "product.html", {"product": found})

    async def cart(self, request: Request) -> Response:
        """The cart; ``cart=…`` in the address says what is in it, because the shop keeps nothing in a browser."""
        return self._page(request, "cart.html")

    async def report(self, request: Request) -> Response:
        """What a browser says that the page's policy has forbidden."""
        self._sandbox.shop.reports.take(await request.body())
        return Response(status_code=204)

    def _page(self, request: Request, template: str, values: dict[str, Any] | None = None) -> Response:
        usual = self._sandbox.shop.usual
        try:
            here = read(request.query_params, usual)
        except NotASwitch as problem:
            return render(request, "shop/not-a-switch.html", {"problem": str(problem)}, status=400)
        gateway = _relay(request) if here.relay else here.gateway
        shown: dict[str, Any] = {
            "here": here,
            "tags": _tags(here, gateway),
            "goods": goods.GOODS,
            "in_cart": goods.product(here.cart),
            "price": lambda cents: goods.price(cents, language_of(request)),
            "link": lambda path, **changed: f"/shop/{path}{here.query(usual, **changed)}",
            "panel": f"/sandbox/shop{here.query(usual)}",
            "toggle": TOGGLE,
            "status": STATUS,
        }
        if here.frame:
            shown["inner"] = request.url.path + replace(here, frame=False).query(replace(usual, frame=False))
            template = "shop/frame.html"
        else:
            template = f"shop/{template}"
        answer = render(request, template, shown | (values or {}))
        # As most shops: a page may be kept for the way back.
        answer.headers["Cache-Control"] = "no-cache"
        if here.csp is Policy.STRICT:
            answer.headers["Content-Security-Policy"] = policy.strict(
                f"{request.url.scheme}://{request.url.netloc}", gateway, turbo=here.turbo, framed=here.frame
            )
        return answer


def _relay(request: Request) -> str:
    """The relay's origin: this server, under a name that makes it another origin than the shop's."""
    host, port = request.url.hostname or "", request.url.port
    return f"{request.url.scheme}://{_OTHER_NAME.get(host, host)}{f':{port}' if port else ''}"


def _tags(here: Switches, gateway: str) -> dict[str, list[list[tuple[str, str]]]]:
    """The attributes of the chat's script tags at the head and at the end of a page."""
    if not gateway or not here.account:
        return {"head": [], "end": []}
    more = [(f"data-{name}", value) for name, value in here.data]
    if here.embed:
        more += [("data-toggle", TOGGLE), ("data-status", STATUS)]
    if here.consent:
        more.append(("data-identify", "consent"))
    if here.fixed:
        more.append(("data-account", here.account))
        if here.integrity:
            more += [("integrity", here.integrity), ("crossorigin", "anonymous")]
    file = here.fixed or f"{here.account}.js"
    tag = [("src", f"{gateway}/webchat/{file}"), *more]
    return {
        "head": [tag] if here.script in (Script.HEAD, Script.TWICE) else [],
        "end": [tag] if here.script in (Script.END, Script.TWICE) else [],
    }


def _file(name: str, kind: str) -> Callable[[Request], Response]:
    content = (TEMPLATES / "shop" / name).read_bytes()

    def served(_: Request) -> Response:
        return Response(content, media_type=kind)

    return served
