"""The front page and the sandbox's own controls: the world, the clock, redirect addresses, deliveries, files."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fbtool.sandbox import profile_pictures
from fbtool.sandbox.composition import Sandbox
from fbtool.sandbox.http.customers import described
from fbtool.sandbox.http.rendering import STYLE, render


class ControlRoutes:
    """The handlers under ``/sandbox/`` that are about nobody in particular, and the front page."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[Route]:
        """The control's addresses."""
        return [
            Route("/sandbox/world", self.world),
            Route("/sandbox/reset", self.reset, methods=["POST"]),
            Route("/sandbox/apps/{app}/redirect-uris", self.add_redirect_uri, methods=["POST"]),
            Route("/sandbox/clock", self.clock),
            Route("/sandbox/clock", self.advance, methods=["POST"]),
            Route("/sandbox/deliveries", self.deliveries),
            Route("/sandbox/files/{file}", self.file),
            Route("/sandbox/pictures/{subject}.jpg", self.picture),
            Route("/sandbox/style.css", self.style),
        ]

    async def front(self, request: Request) -> Response:
        """``/``: what this is, who lives here and where to go."""
        state = self._sandbox.state
        shown = {"world": state.world, "passwords": state.passwords, "second_factors": state.second_factors}
        return render(request, "front.html", shown)

    async def world(self, request: Request) -> Response:
        """Who and what exists, with passwords and secrets: they are worth nothing outside."""
        world = self._sandbox.world
        apps = [
            {
                "id": app.id,
                "name": app.name,
                "secret": app.secret,
                "client_token": app.client_token,
                "redirect_uris": self._sandbox.state.redirect_uris[app.id],
            }
            for app in world.apps
        ]
        people = [
            {
                "key": person.key,
                "name": person.name,
                "email": person.email,
                "password": self._sandbox.state.passwords[person.key],
                "two_factor_code": self._sandbox.state.second_factors[person.key],
                "ids": {app.id: world.app_scoped_id(app, person) for app in world.apps},
            }
            for person in world.people
        ]
        pages = [{"id": page.id, "name": page.name, "roles": _roles(self._sandbox, page.id)} for page in world.pages]
        customers = [described(self._sandbox, customer) for customer in world.customers]
        return JSONResponse(
            {"name": world.name, "apps": apps, "people": people, "pages": pages, "customers": customers}
        )

    async def reset(self, request: Request) -> Response:
        """Forget everything that has happened."""
        await self._sandbox.reset()
        return JSONResponse({"success": True})

    async def add_redirect_uri(self, request: Request) -> Response:
        """``{"uri": …}``: the dashboard's list of valid OAuth redirect URIs."""
        uris = self._sandbox.state.redirect_uris.get(request.path_params["app"])
        if uris is None:
            return JSONResponse({"error": "there is no such app in this world"}, 404)
        uri = (await _json(request)).get("uri")
        if not isinstance(uri, str) or not uri:
            return JSONResponse({"error": 'the body must be {"uri": "…"}'}, 400)
        if uri not in uris:
            uris.append(uri)
        return JSONResponse({"redirect_uris": uris})

    async def clock(self, request: Request) -> Response:
        """The time of this Facebook, in Unix seconds."""
        return JSONResponse({"now": self._sandbox.clock.now()})

    async def advance(self, request: Request) -> Response:
        """``{"advance": seconds}``: let time pass at once."""
        seconds = (await _json(request)).get("advance")
        if not isinstance(seconds, int | float) or seconds < 0:
            return JSONResponse({"error": 'the body must be {"advance": seconds}'}, 400)
        self._sandbox.clock.advance(seconds)
        return JSONResponse({"now": self._sandbox.clock.now()})

    async def deliveries(self, request: Request) -> Response:
        """The last attempts to deliver webhooks, oldest first."""
        attempts = [
            {
                "time": attempt.time,
                "app": attempt.app_id,
                "pages": attempt.page_ids,
                "fields": attempt.fields,
                "status": attempt.status,
                "attempt": attempt.number,
            }
            for attempt in self._sandbox.webhooks.attempts
        ]
        return JSONResponse({"deliveries": attempts})

    async def picture(self, request: Request) -> Response:
        """The portrait of a person, Page or customer."""
        side = request.query_params.get("side", "100")
        wanted = max(1, min(int(side), 1000)) if side.isdecimal() else 100
        return Response(profile_pictures.portrait(request.path_params["subject"], wanted), media_type="image/jpeg")

    async def file(self, request: Request) -> Response:
        """A file that a Page has sent, as Facebook's CDN would give it."""
        stored = self._sandbox.state.files.get(request.path_params["file"])
        if stored is None:
            return JSONResponse({"error": "there is no such file"}, 404)
        # Never shown in place: a page of somebody else must not run here.
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        return Response(stored.content, 200, headers, stored.content_type)

    async def style(self, request: Request) -> Response:
        """The style sheet of all pages."""
        return Response(STYLE, media_type="text/css")


def _roles(sandbox: Sandbox, page_id: str) -> dict[str, list[str]]:
    roles = sandbox.state.roles.items()
    return {person: [task.value for task in role.all_tasks] for (page, person), role in roles if page == page_id}


async def _json(request: Request) -> dict[str, Any]:
    try:
        value = await request.json()
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
