"""What people do at Facebook outside of the login dialog: change the password, remove the app, take roles away.

Unlike faults these are real: they change the world's state as the person would, and a new login mends them as it
would at Facebook.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fbtool.sandbox import ids
from fbtool.sandbox.composition import Sandbox
from fbtool.sandbox.state.grants import EVERYTHING, Choice, Grant
from fbtool.sandbox.state.subscriptions import Callbacks
from fbtool.sandbox.webhooks import callbacks
from fbtool.sandbox.world import App, Page, Person, Role

PASSWORD, CHECKPOINT, TWO_FACTOR = "change-password", "checkpoint", "switch-two-factor-on"
REMOVE, DELETE = "remove-app", "delete-data"


_Order = TypeVar("_Order")
_Named = Mapping[str, str]
"""The parts of the address."""
_Json = dict[str, Any]


class Impossible(Exception):
    """The world has nobody and nothing of that name."""


class _Roles(msgspec.Struct, forbid_unknown_fields=True):
    person: str
    role: Role | None = None


class _Change(msgspec.Struct, forbid_unknown_fields=True):
    field: str
    value: Any


class _Ticks(msgspec.Struct, forbid_unknown_fields=True):
    pages: list[str] | str


class _Withdrawal(msgspec.Struct, forbid_unknown_fields=True):
    page: str
    permission: str


class _Published(msgspec.Struct, forbid_unknown_fields=True):
    published: bool


class _Callbacks(msgspec.Struct, forbid_unknown_fields=True):
    deauthorize: str = ""
    data_deletion: str = ""


class AccountActionRoutes:
    """The handlers."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[Route]:
        """The addresses: about a person, a person and an app, a Page, an app."""
        return [
            Route("/sandbox/people/{person}/{what}", self.about_person, methods=["POST"]),
            _route("/sandbox/people/{person}/apps/{app}/pages", _Ticks, self._tick),
            _route("/sandbox/people/{person}/apps/{app}/withdraw", _Withdrawal, self._withdraw),
            Route("/sandbox/people/{person}/apps/{app}/{what}", self.about_person, methods=["POST"]),
            _route("/sandbox/pages/{page}/roles", _Roles, self._set_role),
            _route("/sandbox/pages/{page}/published", _Published, self._publish),
            _route("/sandbox/pages/{page}/changes", _Change, self._change),
            _route("/sandbox/apps/{app}/callbacks", _Callbacks, self._set_callbacks),
        ]

    async def about_person(self, request: Request) -> Response:
        """``change-password``, ``checkpoint``, ``switch-two-factor-on``; of an app: ``remove-app``, ``delete-data``."""
        named = request.path_params
        try:
            return JSONResponse(await happen(self._sandbox, named["what"], named["person"], named.get("app", "")))
        except Impossible as problem:
            return JSONResponse({"error": str(problem)}, 404)

    async def _tick(self, named: _Named, order: _Ticks) -> _Json:
        """``{"pages": [ids] | "all"}``: the person ticks other Pages for the app; nothing tells the app."""
        pages = order.pages
        self._grant(named).pages = Choice(False, frozenset(pages)) if isinstance(pages, list) else EVERYTHING
        return {"success": True}

    async def _withdraw(self, named: _Named, order: _Withdrawal) -> _Json:
        """``{"page": id, "permission": name}``: the Page loses one permission of the app, the others stay."""
        self._grant(named).withdrawn.setdefault(order.permission, set()).add(order.page)
        return {"success": True}

    async def _publish(self, named: _Named, order: _Published) -> _Json:
        """``{"published": true}``: the Page is published, or taken back."""
        unpublished = self._sandbox.state.unpublished
        (unpublished.discard if order.published else unpublished.add)(self._page(named).id)
        return {"success": True}

    async def _set_role(self, named: _Named, order: _Roles) -> _Json:
        """``{"person": key, "role": {…} | null}``: give or take a role on the Page."""
        self._sandbox.state.set_role(self._page(named), _person(self._sandbox, order.person), order.role)
        return {"success": True}

    async def _change(self, named: _Named, order: _Change) -> _Json:
        """``{"field": "feed", "value": {…}}``: something happens on the Page outside of Messenger."""
        page = self._page(named)
        return {"delivered": await self._sandbox.webhooks.publish_change(page, order.field, order.value)}

    async def _set_callbacks(self, named: _Named, order: _Callbacks) -> _Json:
        """``{"deauthorize": address, "data_deletion": address}``: the dashboard's two fields."""
        app = _app(self._sandbox, named["app"])
        self._sandbox.state.callbacks[app.id] = Callbacks(order.deauthorize, order.data_deletion)
        return {"success": True}

    def _page(self, named: _Named) -> Page:
        page = self._sandbox.world.page(named["page"])
        if page is None:
            raise Impossible("there is no such Page in this world")
        return page

    def _grant(self, named: _Named) -> Grant:
        person, app = _person(self._sandbox, named["person"]), _app(self._sandbox, named["app"])
        grant = self._sandbox.state.grant(app, person)
        if grant is None:
            raise Impossible("this person has not connected the app")
        return grant


def _route(path: str, kind: type[_Order], change: Callable[[_Named, _Order], Awaitable[_Json]]) -> Route:
    async def take(request: Request) -> Response:
        try:
            order = msgspec.json.decode(await request.body(), type=kind)
            return JSONResponse(await change(request.path_params, order))
        except (Impossible, msgspec.DecodeError) as problem:
            return JSONResponse({"error": str(problem)}, 400)

    return Route(path, take, methods=["POST"])


async def happen(sandbox: Sandbox, what: str, person_key: str, app_id: str) -> dict[str, Any]:
    """Let the person do it and say what came of it.

    Raises:
        Impossible: if there is no such person, app or deed.
    """
    state, webhooks = sandbox.state, sandbox.webhooks
    person = _person(sandbox, person_key)
    if what == PASSWORD:
        password = ids.device_user_code().lower()
        state.change_password(person, password)
        return {"success": True, "password": password}
    if what == CHECKPOINT:
        state.checkpoints.add(person.key)
        return {"success": True}
    if what == TWO_FACTOR:
        state.second_factors[person.key] = ids.second_factor()
        return {"success": True, "two_factor_code": state.second_factors[person.key]}
    app = _app(sandbox, app_id)
    if what == REMOVE:
        removed = state.remove_app(app, person)
        told = await callbacks.deauthorize(state, webhooks, app, person) if removed else None
        return {"success": removed, "callback": _answer(told)}
    if what == DELETE:
        return {"success": True, "callback": _answer(await callbacks.delete_data(state, webhooks, app, person))}
    raise Impossible(f"nobody knows how to {what}")


def _answer(answer: callbacks.CallbackAnswer | None) -> dict[str, Any] | None:
    return {"status": answer.status, "body": answer.body} if answer else None


def _person(sandbox: Sandbox, key: str) -> Person:
    person = sandbox.world.person(key)
    if person is None:
        raise Impossible(f"there is no person {key} in this world")
    return person


def _app(sandbox: Sandbox, app_id: str) -> App:
    app = sandbox.world.app(app_id)
    if app is None:
        raise Impossible(f"there is no app {app_id} in this world")
    return app
