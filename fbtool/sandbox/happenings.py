"""What people do at Facebook outside of the login dialog: change the password, remove the app, take roles away.

Unlike faults these are real: they change the world's state as the person would, and a new login mends them as it
would at Facebook.
"""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fbtool.sandbox import minting
from fbtool.sandbox.sandbox import Sandbox
from fbtool.sandbox.state.grants import EVERYTHING, Choice
from fbtool.sandbox.state.subscriptions import Callbacks
from fbtool.sandbox.webhooks import callbacks
from fbtool.sandbox.world import App, Page, Person, Role

PASSWORD, CHECKPOINT, TWO_FACTOR = "change-password", "checkpoint", "switch-two-factor-on"
REMOVE, DELETE = "remove-app", "delete-data"


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


class Happenings:
    """The handlers."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[Route]:
        """The addresses: about a person, a person and an app, a Page, an app."""
        return [
            Route("/sandbox/people/{person}/{what}", self.about_person, methods=["POST"]),
            Route("/sandbox/people/{person}/apps/{app}/pages", self.tick, methods=["POST"]),
            Route("/sandbox/people/{person}/apps/{app}/withdraw", self.withdraw, methods=["POST"]),
            Route("/sandbox/people/{person}/apps/{app}/{what}", self.about_person, methods=["POST"]),
            Route("/sandbox/pages/{page}/roles", self.set_role, methods=["POST"]),
            Route("/sandbox/pages/{page}/published", self.publish, methods=["POST"]),
            Route("/sandbox/pages/{page}/changes", self.change, methods=["POST"]),
            Route("/sandbox/apps/{app}/callbacks", self.set_callbacks, methods=["POST"]),
        ]

    async def about_person(self, request: Request) -> Response:
        """``change-password``, ``checkpoint``, ``switch-two-factor-on``; of an app: ``remove-app``, ``delete-data``."""
        named = request.path_params
        try:
            return JSONResponse(await happen(self._sandbox, named["what"], named["person"], named.get("app", "")))
        except Impossible as problem:
            return JSONResponse({"error": str(problem)}, 404)

    async def tick(self, request: Request) -> Response:
        """``{"pages": [ids] | "all"}``: the person ticks other Pages for the app; nothing tells the app."""
        try:
            person, app = _person(self._sandbox, request.path_params["person"]), self._app(request)
            pages = msgspec.json.decode(await request.body(), type=_Ticks).pages
        except (Impossible, msgspec.DecodeError) as problem:
            return JSONResponse({"error": str(problem)}, 400)
        grant = self._sandbox.state.grant(app, person)
        if grant is None:
            return JSONResponse({"error": "this person has not connected the app"}, 400)
        grant.pages = Choice(False, frozenset(pages)) if isinstance(pages, list) else EVERYTHING
        return JSONResponse({"success": True})

    async def withdraw(self, request: Request) -> Response:
        """``{"page": id, "permission": name}``: the Page loses one permission of the app, the others stay."""
        try:
            person, app = _person(self._sandbox, request.path_params["person"]), self._app(request)
            order = msgspec.json.decode(await request.body(), type=_Withdrawal)
        except (Impossible, msgspec.DecodeError) as problem:
            return JSONResponse({"error": str(problem)}, 400)
        grant = self._sandbox.state.grant(app, person)
        if grant is None:
            return JSONResponse({"error": "this person has not connected the app"}, 400)
        grant.withdrawn.setdefault(order.permission, set()).add(order.page)
        return JSONResponse({"success": True})

    async def publish(self, request: Request) -> Response:
        """``{"published": true}``: the Page is published, or taken back."""
        try:
            page = self._page(request)
            order = msgspec.json.decode(await request.body(), type=_Published)
        except (Impossible, msgspec.DecodeError) as problem:
            return JSONResponse({"error": str(problem)}, 400)
        (self._sandbox.state.unpublished.discard if order.published else self._sandbox.state.unpublished.add)(page.id)
        return JSONResponse({"success": True})

    async def set_role(self, request: Request) -> Response:
        """``{"person": key, "role": {…} | null}``: give or take a role on the Page."""
        try:
            order = msgspec.json.decode(await request.body(), type=_Roles)
            page = self._page(request)
            self._sandbox.state.set_role(page, _person(self._sandbox, order.person), order.role)
        except (Impossible, msgspec.DecodeError) as problem:
            return JSONResponse({"error": str(problem)}, 400)
        return JSONResponse({"success": True})

    async def change(self, request: Request) -> Response:
        """``{"field": "feed", "value": {…}}``: something happens on the Page outside of Messenger."""
        try:
            page = self._page(request)
            order = msgspec.json.decode(await request.body(), type=_Change)
        except (Impossible, msgspec.DecodeError) as problem:
            return JSONResponse({"error": str(problem)}, 400)
        return JSONResponse({"delivered": await self._sandbox.office.publish_change(page, order.field, order.value)})

    async def set_callbacks(self, request: Request) -> Response:
        """``{"deauthorize": address, "data_deletion": address}``: the dashboard's two fields."""
        try:
            app = self._app(request)
            order = msgspec.json.decode(await request.body(), type=_Callbacks)
        except (Impossible, msgspec.DecodeError) as problem:
            return JSONResponse({"error": str(problem)}, 400)
        self._sandbox.state.callbacks[app.id] = Callbacks(order.deauthorize, order.data_deletion)
        return JSONResponse({"success": True})

    def _page(self, request: Request) -> Page:
        page = self._sandbox.world.page(request.path_params["page"])
        if page is None:
            raise Impossible("there is no such Page in this world")
        return page

    def _app(self, request: Request) -> App:
        return _app(self._sandbox, request.path_params["app"])


async def happen(sandbox: Sandbox, what: str, person_key: str, app_id: str) -> dict[str, Any]:
    """Let the person do it and say what came of it.

    Raises:
        Impossible: if there is no such person, app or deed.
    """
    state, office = sandbox.state, sandbox.office
    person = _person(sandbox, person_key)
    if what == PASSWORD:
        password = minting.device_user_code().lower()
        state.change_password(person, password)
        return {"success": True, "password": password}
    if what == CHECKPOINT:
        state.checkpoints.add(person.key)
        return {"success": True}
    if what == TWO_FACTOR:
        state.second_factors[person.key] = minting.second_factor()
        return {"success": True, "two_factor_code": state.second_factors[person.key]}
    app = _app(sandbox, app_id)
    if what == REMOVE:
        removed = state.remove_app(app, person)
        told = await callbacks.deauthorize(state, office, app, person) if removed else None
        return {"success": removed, "callback": _answer(told)}
    if what == DELETE:
        return {"success": True, "callback": _answer(await callbacks.delete_data(state, office, app, person))}
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
