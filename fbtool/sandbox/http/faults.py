"""The faults by HTTP and on a page for people.

POST /sandbox/faults {"kind": "unavailable", "page": "…", "call": "POST */messages", "times": 3}
"""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from fbtool.sandbox.composition import Sandbox
from fbtool.sandbox.http.account_actions import Impossible, happen
from fbtool.sandbox.http.rendering import render
from fbtool.sandbox.state.faults import Fault, FaultKind

_SHOWN_ATTEMPTS = 15


class _Order(msgspec.Struct, forbid_unknown_fields=True):
    """A fault to switch on; see `fbtool.sandbox.state.faults.Fault`."""

    kind: str
    person: str = ""
    page: str = ""
    call: str = ""
    times: int | None = None
    seconds: float = 10
    size: int = 2


class FaultRoutes:
    """The handlers."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[Route]:
        """The faults' addresses."""
        return [
            Route("/sandbox/faults", self.list_all),
            Route("/sandbox/faults", self.add, methods=["POST"]),
            Route("/sandbox/faults", self.clear_all, methods=["DELETE"]),
            Route("/sandbox/faults/{fault}", self.clear, methods=["DELETE"]),
            Route("/sandbox/webhooks/release", self.release, methods=["POST"]),
            Route("/sandbox/control", self.page),
            Route("/sandbox/control", self.pressed, methods=["POST"]),
        ]

    async def list_all(self, request: Request) -> Response:
        """Those that are on, and the names of all there are."""
        faults = [_shown(fault) for fault in self._sandbox.state.faults.all()]
        return JSONResponse({"faults": faults, "kinds": [kind.label for kind in FaultKind]})

    async def add(self, request: Request) -> Response:
        """Switch one on."""
        try:
            fault = self._switch_on(msgspec.json.decode(await request.body(), type=_Order))
        except (msgspec.DecodeError, ValueError) as problem:
            return JSONResponse({"error": str(problem)}, 400)
        return JSONResponse(_shown(fault))

    async def clear_all(self, request: Request) -> Response:
        """Switch all off."""
        self._sandbox.state.faults.clear_all()
        return JSONResponse({"success": True})

    async def clear(self, request: Request) -> Response:
        """Switch one off."""
        cleared = self._sandbox.state.faults.clear(request.path_params["fault"])
        return JSONResponse({"success": cleared}, 200 if cleared else 404)

    async def release(self, request: Request) -> Response:
        """Send the webhooks that are held back for being collected or reversed."""
        return JSONResponse({"released": await self._sandbox.webhooks.release()})

    async def page(self, request: Request) -> Response:
        """The control page."""
        return self._page(request)

    async def pressed(self, request: Request) -> Response:
        """A button of the control page."""
        form = {name: str(value) for name, value in (await request.form()).items()}
        action = form.get("action", "")
        state = self._sandbox.state
        try:
            if action == "add":
                self._switch_on(_from_form(form))
            elif action == "clear-all":
                state.faults.clear_all()
            elif action.startswith("clear:"):
                state.faults.clear(action.removeprefix("clear:"))
            elif action == "advance":
                self._sandbox.clock.advance(float(form.get("hours", "0")) * 3600)
            elif action == "happen":
                await happen(self._sandbox, form.get("what", ""), form.get("person", ""), form.get("app", ""))
        except (ValueError, Impossible) as problem:
            return self._page(request, str(problem))
        return RedirectResponse("/sandbox/control", 303)

    def _page(self, request: Request, message: str = "") -> Response:
        sandbox = self._sandbox
        return render(
            request,
            "control.html",
            {
                "world": sandbox.world,
                "faults": sandbox.state.faults.all(),
                "kinds": list(FaultKind),
                "attempts": list(sandbox.webhooks.attempts)[: -_SHOWN_ATTEMPTS - 1 : -1],
                "message": message,
            },
        )

    def _switch_on(self, order: _Order) -> Fault:
        world = self._sandbox.world
        kind = FaultKind.named(order.kind)
        if kind is None:
            raise ValueError(f"there is no fault {order.kind}")
        if order.person and world.person(order.person) is None:
            raise ValueError(f"there is no person {order.person} in this world")
        if order.page and world.page(order.page) is None:
            raise ValueError(f"there is no Page {order.page} in this world")
        if order.times is not None and order.times < 1:
            raise ValueError("times is at least 1")
        scope = {name: getattr(order, name) for name in ("person", "page", "call", "seconds", "size")}
        return self._sandbox.state.faults.add(Fault("", kind, self._sandbox.clock.now(), left=order.times, **scope))


def _from_form(form: dict[str, str]) -> _Order:
    return _Order(
        kind=form.get("kind", ""),
        person=form.get("person", ""),
        page=form.get("page", ""),
        call=form.get("call", "").strip(),
        times=int(form["times"]) if form.get("times") else None,
    )


def _shown(fault: Fault) -> dict[str, Any]:
    shown = {name: getattr(fault, name) for name in ("id", "person", "page", "call", "left", "since")}
    return shown | {"kind": fault.kind.label}
