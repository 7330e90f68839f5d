"""The shop's switches, troubles, calls and reports: for tests as JSON, for people as a page.

PUT  /sandbox/shop/usual    {"gateway": "http://127.0.0.1:8080", "account": "…", "relay": "1"}
POST /sandbox/shop/troubles {"kind": "lost", "call": "messages"}
"""

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from fbtool.sandbox.composition import Sandbox
from fbtool.sandbox.http.rendering import render
from fbtool.sandbox.shop.switches import NotASwitch, Policy, Scheme, Script, Switches, read
from fbtool.sandbox.shop.troubles import Trouble, TroubleKind

_SHOWN_CALLS = 15
CALLS = ("script", "status", "ticket", "messages", "events", "close", "pictures")
"""The chat's calls that the page offers for a trouble."""


class _Order(msgspec.Struct, forbid_unknown_fields=True):
    """A trouble to switch on; see `fbtool.sandbox.shop.troubles.Trouble`."""

    kind: TroubleKind
    call: str = ""
    times: int | None = 1
    seconds: float = 1


class ShopControl:
    """The handlers."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[Route]:
        """The control's addresses."""
        return [
            Route("/sandbox/shop", self.panel),
            Route("/sandbox/shop", self.pressed, methods=["POST"]),
            Route("/sandbox/shop/usual", self.set_usual, methods=["PUT"]),
            Route("/sandbox/shop/reports", self.reports),
            Route("/sandbox/shop/reports", self.clear_reports, methods=["DELETE"]),
            Route("/sandbox/shop/calls", self.calls),
            Route("/sandbox/shop/calls", self.clear_calls, methods=["DELETE"]),
            Route("/sandbox/shop/troubles", self.troubles),
            Route("/sandbox/shop/troubles", self.add, methods=["POST"]),
            Route("/sandbox/shop/troubles", self.clear, methods=["DELETE"]),
            Route("/sandbox/shop/troubles/{trouble}", self.clear, methods=["DELETE"]),
        ]

    async def set_usual(self, request: Request) -> Response:
        """``{switch: value, …}``: what holds for every page whose address does not say otherwise."""
        try:
            said = msgspec.json.decode(await request.body(), type=dict[str, str])
            self._sandbox.shop.usual = read(said, Switches(), trusted=True)
        except (NotASwitch, msgspec.DecodeError) as problem:
            return JSONResponse({"error": str(problem)}, 400)
        return JSONResponse({"success": True})

    async def reports(self, request: Request) -> Response:
        """What browsers have complained about."""
        return JSONResponse({"reports": self._sandbox.shop.reports.all()})

    async def clear_reports(self, request: Request) -> Response:
        """Forget it."""
        self._sandbox.shop.reports.clear()
        return JSONResponse({"success": True})

    async def calls(self, request: Request) -> Response:
        """The calls through the relay, oldest first."""
        return JSONResponse({"calls": [asdict(call) for call in self._sandbox.shop.troubles.calls]})

    async def clear_calls(self, request: Request) -> Response:
        """Begin to count anew."""
        self._sandbox.shop.troubles.calls.clear()
        return JSONResponse({"success": True})

    async def troubles(self, request: Request) -> Response:
        """Those that are on."""
        return JSONResponse({"troubles": [_shown(one) for one in self._sandbox.shop.troubles.all()]})

    async def add(self, request: Request) -> Response:
        """Switch one on."""
        try:
            trouble = self._switch_on(msgspec.json.decode(await request.body(), type=_Order))
        except (ValueError, msgspec.DecodeError) as problem:
            return JSONResponse({"error": str(problem)}, 400)
        return JSONResponse(_shown(trouble))

    async def clear(self, request: Request) -> Response:
        """Take one away, or all."""
        wanted = request.path_params.get("trouble", "")
        cleared = self._sandbox.shop.troubles.clear(wanted)
        return JSONResponse({"success": cleared}, 404 if wanted and not cleared else 200)

    async def panel(self, request: Request) -> Response:
        """The page for people: the switches of the shop's page that it was opened from, and the relay."""
        return self._page(request)

    async def pressed(self, request: Request) -> Response:
        """A button of the page."""
        form = {name: str(value) for name, value in (await request.form()).items()}
        action = form.get("action", "")
        troubles = self._sandbox.shop.troubles
        try:
            if action == "open":
                return RedirectResponse(f"/shop/?{urlencode(_without_default(form))}", 303)
            if action == "add":
                times = int(form["times"]) if form.get("times") else None
                self._switch_on(_Order(TroubleKind(form.get("kind", "")), form.get("call", ""), times))
            elif action.startswith("clear"):
                troubles.clear(action.partition(":")[2])
        except ValueError as problem:
            return self._page(request, str(problem))
        return RedirectResponse(str(request.url.replace(scheme="", netloc="")), 303)

    def _switch_on(self, order: _Order) -> Trouble:
        if order.times is not None and order.times < 1:
            raise ValueError("times is at least 1")
        return self._sandbox.shop.troubles.add(Trouble(order.kind, order.call, order.times, order.seconds))

    def _page(self, request: Request, message: str = "") -> Response:
        shop = self._sandbox.shop
        try:
            here = read(request.query_params, shop.usual)
        except NotASwitch as problem:
            here, message = shop.usual, str(problem)
        return render(
            request,
            "shop/panel.html",
            {
                "here": here,
                "back": f"/shop/{here.query(shop.usual)}",
                "scripts": list(Script),
                "policies": list(Policy),
                "schemes": list(Scheme),
                "kinds": list(TroubleKind),
                "names": CALLS,
                "troubles": shop.troubles.all(),
                "calls": list(shop.troubles.calls)[: -_SHOWN_CALLS - 1 : -1],
                "message": message,
            },
        )


def _without_default(form: dict[str, str]) -> dict[str, str]:
    """The switches of the form; a box that is not ticked says nothing, and is off."""
    boxes = {name: form.get(name, "0") for name in ("relay", "turbo", "consent", "frame", "embed")}
    chosen = {name: form[name] for name in ("gateway", "account", "script", "csp", "scheme") if form.get(name)}
    return chosen | boxes


def _shown(trouble: Trouble) -> dict[str, Any]:
    shown = {name: getattr(trouble, name) for name in ("id", "call", "left", "seconds")}
    return shown | {"kind": trouble.kind.value}
