"""The dialog's HTTP side: each screen is a page with one form, and works without JavaScript."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from fbtool.language import N_
from fbtool.sandbox import minting
from fbtool.sandbox.dialog import replies
from fbtool.sandbox.dialog.request import Blocked, DialogRequest, Wall, for_device, read
from fbtool.sandbox.dialog.steps import answer
from fbtool.sandbox.dialog.walk import Screen, Walk, offered_businesses, offered_pages
from fbtool.sandbox.sandbox import Sandbox
from fbtool.sandbox.sheets import render
from fbtool.sandbox.state.browsers import Browser
from fbtool.sandbox.state.devices import Outcome
from fbtool.sandbox.state.faults.kinds import DialogTrouble
from fbtool.sandbox.state.grants import EVERYTHING, Status
from fbtool.sandbox.world import LoginProduct, Mode, Person
from fbtool.sandbox.world.permissions import PERMISSIONS

COOKIE = "sandbox_browser"
_UNKNOWN_CODE = N_("This code is not right, or it has expired.")


def routes(sandbox: Sandbox) -> list[Route]:
    """The dialog's addresses, with and without a version in front."""
    dialog = Dialog(sandbox)
    return [
        Route("/dialog/oauth", dialog.begin),
        Route("/{version:str}/dialog/oauth", dialog.begin),
        Route("/device", dialog.device),
        Route("/device", dialog.device_code, methods=["POST"]),
        Route("/dialog/walk/{walk}", dialog.show),
        Route("/dialog/walk/{walk}", dialog.step, methods=["POST"]),
    ]


class Dialog:
    """Shows the next screen of a walk and takes its answers."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def begin(self, request: Request) -> Response:
        """``/dialog/oauth``: check what is asked and start a walk."""
        state = self._sandbox.state
        try:
            wanted = read(state, request.query_params)
        except Blocked as blocked:
            return _wall(request, blocked.wall, blocked.detail)
        return self._start(request, wanted)

    async def device(self, request: Request) -> Response:
        """``/device``: the page on which the code of a device is typed."""
        return render(request, "device.html", {"screen": "device", "message": ""})

    async def device_code(self, request: Request) -> Response:
        """The typed code, which starts a walk for the device."""
        typed = str((await request.form()).get("code", "")).replace("-", "").replace(" ", "").upper()
        state = self._sandbox.state
        waiting = (one for one in state.devices if one.user_code == typed and one.outcome is Outcome.PENDING)
        login = next((one for one in waiting if not one.expired(state.clock.now())), None)
        if login is None:
            return render(request, "device.html", {"screen": "device", "message": _UNKNOWN_CODE})
        return self._start(request, for_device(state, login))

    def _start(self, request: Request, wanted: DialogRequest) -> Response:
        state = self._sandbox.state
        name = request.cookies.get(COOKIE, "")
        if name not in state.browsers:
            name = minting.browser_cookie()
        walk = Walk(minting.browser_cookie(), wanted)
        state.browsers.setdefault(name, Browser()).walks[walk.id] = walk
        locale = request.query_params.get("locale")
        answer = RedirectResponse(
            f"/dialog/walk/{walk.id}" + (f"?locale={locale}" if locale in ("de_DE", "en_US") else ""), 303
        )
        answer.set_cookie(COOKIE, name, httponly=True, samesite="lax")
        return answer

    async def show(self, request: Request) -> Response:
        """The screen that is next."""
        browser, walk = self._find(request)
        if browser is None or walk is None:
            return render(request, "gone.html", status=404)
        return self._advance(request, browser, walk)

    async def step(self, request: Request) -> Response:
        """An answer to the screen that is shown."""
        browser, walk = self._find(request)
        if browser is None or walk is None:
            return render(request, "gone.html", status=404)
        form = await request.form()
        screen = walk.next_screen(self._sandbox.state, browser)
        # A form that was left open in another tab must not answer a screen that it does not show.
        if screen is None or form.get("screen") != screen.value:
            return RedirectResponse(f"/dialog/walk/{walk.id}", 303)
        if form.get("action") == "cancel":
            browser.walks.pop(walk.id, None)
            return self._refuse(request, walk)
        message = answer(self._sandbox.state, walk, browser, screen, form)
        if message:
            return self._sheet(request, browser, walk, screen, message)
        return self._advance(request, browser, walk, after_form=True)

    def _find(self, request: Request) -> tuple[Browser | None, Walk | None]:
        browser = self._sandbox.state.browsers.get(request.cookies.get(COOKIE, ""))
        walk = browser.walks.get(request.path_params["walk"]) if browser else None
        return browser, walk

    def _advance(self, request: Request, browser: Browser, walk: Walk, *, after_form: bool = False) -> Response:
        state = self._sandbox.state
        screen = walk.next_screen(state, browser)
        if screen is None:
            person = walk.person(state, browser)
            assert person is not None, "a walk ends only for somebody who has signed in"  # noqa: S101
            browser.walks.pop(walk.id, None)
            return self._refuse(request, walk) if self._denies(walk, person) else self._grant(request, walk, person)
        if after_form:
            return RedirectResponse(f"/dialog/walk/{walk.id}", 303)
        return self._sheet(request, browser, walk, screen)

    def _grant(self, request: Request, walk: Walk, person: Person) -> Response:
        state = self._sandbox.state
        grant = walk.conclude(state, person)
        if device := walk.request.device:
            device.outcome, device.person = Outcome.ALLOWED, person.key
            return render(request, "device-done.html", {"app": walk.request.app, "allowed": True})
        return RedirectResponse(replies.granted(state, walk.request, person, grant), 303)

    def _refuse(self, request: Request, walk: Walk) -> Response:
        if device := walk.request.device:
            device.outcome = Outcome.DECLINED
            return render(request, "device-done.html", {"app": walk.request.app, "allowed": False})
        return RedirectResponse(replies.refused(walk.request), 303)

    def _denies(self, walk: Walk, person: Person) -> bool:
        """Whether the login ends in access_denied although nobody cancelled.

        Apps with Login for Business in development mode finish their screens and then do so (field reports).
        """
        fault = self._sandbox.state.faults.for_dialog(DialogTrouble.DENIED_AT_THE_END, person.key)
        if fault:
            self._sandbox.state.faults.spend(fault)
            return True
        app = walk.request.app
        return app.login is LoginProduct.BUSINESS and app.mode is Mode.DEVELOPMENT

    def _sheet(self, request: Request, browser: Browser, walk: Walk, screen: Screen, message: str = "") -> Response:
        state = self._sandbox.state
        if screen is Screen.NOT_ACTIVE:
            return _wall(request, Wall.NOT_ACTIVE)
        if screen is Screen.INVALID_SCOPES:
            return _wall(request, Wall.INVALID_SCOPES, ", ".join(walk.request.unknown_scopes))
        person = walk.person(state, browser)
        if blank := state.faults.for_dialog(DialogTrouble.BLANK, person.key if person else ""):
            state.faults.spend(blank)
            return HTMLResponse("")
        shown = self._shown(walk, person, screen) if person else {}
        values = {"screen": screen.value, "app": walk.request.app, "person": person, "message": message}
        return render(request, f"{screen.value}.html", values | shown)

    def _shown(self, walk: Walk, person: Person, screen: Screen) -> dict[str, object]:
        """What the pickers and the review show besides the person and the app."""
        state = self._sandbox.state
        grant = walk.remembered(state, person)
        if screen is Screen.PAGES:
            return {"items": offered_pages(state, person), "choice": (grant and grant.pages) or EVERYTHING}
        if screen is Screen.BUSINESSES:
            choice = (grant and grant.businesses) or EVERYTHING
            return {"items": offered_businesses(state, person), "choice": choice}
        if screen is Screen.REVIEW:
            names = walk.open_permissions(state, person)
            kept = [name for name in names if grant and grant.permissions.get(name) is Status.DECLINED]
            switched_off = kept if "rerequest" not in walk.request.auth_types else []
            return {
                "permissions": [PERMISSIONS[name] for name in names],
                "may_decline": walk.may_decline,
                "switched_off": switched_off,
            }
        return {}


def _wall(request: Request, wall: Wall, detail: str = "") -> Response:
    return render(request, "wall.html", {"screen": wall.value, "detail": detail}, status=400)
