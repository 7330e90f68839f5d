"""The dialog's HTTP side: each screen is a page with one form, and works without JavaScript."""

from weakref import WeakKeyDictionary

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from fbtool.language import N_
from fbtool.sandbox import ids
from fbtool.sandbox.composition import Sandbox
from fbtool.sandbox.dialog import redirects
from fbtool.sandbox.dialog.flow import LoginFlow, Screen, offered_businesses, offered_pages
from fbtool.sandbox.dialog.forms import answer
from fbtool.sandbox.dialog.request import Blocked, DialogRequest, ErrorPage, for_device, read
from fbtool.sandbox.http.rendering import render
from fbtool.sandbox.state.faults.kinds import DialogTrouble
from fbtool.sandbox.state.grants import EVERYTHING, PermissionStatus
from fbtool.sandbox.state.sign_ins import Browser, DeviceLoginOutcome
from fbtool.sandbox.world import LoginProduct, Mode, Person
from fbtool.sandbox.world.permissions import PERMISSIONS

COOKIE = "sandbox_browser"
_UNKNOWN_CODE = N_("This code is not right, or it has expired.")


class LoginDialogRoutes:
    """Shows the next screen of a login and takes its answers."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._flows: WeakKeyDictionary[Browser, dict[str, LoginFlow]] = WeakKeyDictionary()
        """The open dialogs of each browser, by their id."""

    def routes(self) -> list[Route]:
        """The dialog's addresses, with and without a version in front."""
        return [
            Route("/dialog/oauth", self.begin),
            Route("/{version:str}/dialog/oauth", self.begin),
            Route("/device", self.device),
            Route("/device", self.device_code, methods=["POST"]),
            Route("/dialog/flow/{flow}", self.show),
            Route("/dialog/flow/{flow}", self.step, methods=["POST"]),
        ]

    async def begin(self, request: Request) -> Response:
        """``/dialog/oauth``: check what is asked and start a login."""
        state = self._sandbox.state
        try:
            wanted = read(state, request.query_params)
        except Blocked as blocked:
            return _error_page(request, blocked.page, blocked.detail)
        return self._start(request, wanted)

    async def device(self, request: Request) -> Response:
        """``/device``: the page on which the code of a device is typed."""
        return render(request, "device.html", {"screen": "device", "message": ""})

    async def device_code(self, request: Request) -> Response:
        """The typed code, which starts a login for the device."""
        typed = str((await request.form()).get("code", "")).replace("-", "").replace(" ", "").upper()
        state = self._sandbox.state
        waiting = (one for one in state.devices if one.user_code == typed and one.outcome is DeviceLoginOutcome.PENDING)
        login = next((one for one in waiting if not one.expired(state.clock.now())), None)
        if login is None:
            return render(request, "device.html", {"screen": "device", "message": _UNKNOWN_CODE})
        return self._start(request, for_device(state, login))

    def _start(self, request: Request, wanted: DialogRequest) -> Response:
        state = self._sandbox.state
        name = request.cookies.get(COOKIE, "")
        if name not in state.browsers:
            name = ids.browser_cookie()
        flow = LoginFlow(ids.browser_cookie(), wanted)
        self._flows.setdefault(state.browsers.setdefault(name, Browser()), {})[flow.id] = flow
        locale = request.query_params.get("locale")
        answer = RedirectResponse(
            f"/dialog/flow/{flow.id}" + (f"?locale={locale}" if locale in ("de_DE", "en_US") else ""), 303
        )
        answer.set_cookie(COOKIE, name, httponly=True, samesite="lax")
        return answer

    async def show(self, request: Request) -> Response:
        """The screen that is next."""
        browser, flow = self._find(request)
        if browser is None or flow is None:
            return render(request, "gone.html", status=404)
        return self._advance(request, browser, flow)

    async def step(self, request: Request) -> Response:
        """An answer to the screen that is shown."""
        browser, flow = self._find(request)
        if browser is None or flow is None:
            return render(request, "gone.html", status=404)
        form = await request.form()
        screen = flow.next_screen(self._sandbox.state, browser)
        # A form that was left open in another tab must not answer a screen that it does not show.
        if screen is None or form.get("screen") != screen.value:
            return RedirectResponse(f"/dialog/flow/{flow.id}", 303)
        if form.get("action") == "cancel":
            self._flows[browser].pop(flow.id, None)
            return self._refuse(request, flow)
        message = answer(self._sandbox.state, flow, browser, screen, form)
        if message:
            return self._page(request, browser, flow, screen, message)
        return self._advance(request, browser, flow, after_form=True)

    def _find(self, request: Request) -> tuple[Browser | None, LoginFlow | None]:
        browser = self._sandbox.state.browsers.get(request.cookies.get(COOKIE, ""))
        flow = self._flows.get(browser, {}).get(request.path_params["flow"]) if browser else None
        return browser, flow

    def _advance(self, request: Request, browser: Browser, flow: LoginFlow, *, after_form: bool = False) -> Response:
        state = self._sandbox.state
        screen = flow.next_screen(state, browser)
        if screen is None:
            person = flow.person(state, browser)
            assert person is not None, "a login ends only for somebody who has signed in"  # noqa: S101
            self._flows[browser].pop(flow.id, None)
            return self._refuse(request, flow) if self._denies(flow, person) else self._grant(request, flow, person)
        if after_form:
            return RedirectResponse(f"/dialog/flow/{flow.id}", 303)
        return self._page(request, browser, flow, screen)

    def _grant(self, request: Request, flow: LoginFlow, person: Person) -> Response:
        state = self._sandbox.state
        grant = flow.conclude(state, person)
        if device := flow.request.device:
            device.outcome, device.person = DeviceLoginOutcome.ALLOWED, person.key
            return render(request, "device-done.html", {"app": flow.request.app, "allowed": True})
        return RedirectResponse(redirects.granted(state, flow.request, person, grant), 303)

    def _refuse(self, request: Request, flow: LoginFlow) -> Response:
        if device := flow.request.device:
            device.outcome = DeviceLoginOutcome.DECLINED
            return render(request, "device-done.html", {"app": flow.request.app, "allowed": False})
        return RedirectResponse(redirects.refused(flow.request), 303)

    def _denies(self, flow: LoginFlow, person: Person) -> bool:
        """Whether the login ends in access_denied although nobody cancelled.

        Apps with Login for Business in development mode finish their screens and then do so (field reports).
        """
        fault = self._sandbox.state.faults.for_dialog(DialogTrouble.DENIED_AT_THE_END, person.key)
        if fault:
            self._sandbox.state.faults.spend(fault)
            return True
        app = flow.request.app
        return app.login is LoginProduct.BUSINESS and app.mode is Mode.DEVELOPMENT

    def _page(self, request: Request, browser: Browser, flow: LoginFlow, screen: Screen, message: str = "") -> Response:
        state = self._sandbox.state
        if screen is Screen.NOT_ACTIVE:
            return _error_page(request, ErrorPage.NOT_ACTIVE)
        if screen is Screen.INVALID_SCOPES:
            return _error_page(request, ErrorPage.INVALID_SCOPES, ", ".join(flow.request.unknown_scopes))
        person = flow.person(state, browser)
        if blank := state.faults.for_dialog(DialogTrouble.BLANK, person.key if person else ""):
            state.faults.spend(blank)
            return HTMLResponse("")
        shown = self._shown(flow, person, screen) if person else {}
        values = {"screen": screen.value, "app": flow.request.app, "person": person, "message": message}
        return render(request, f"{screen.value}.html", values | shown)

    def _shown(self, flow: LoginFlow, person: Person, screen: Screen) -> dict[str, object]:
        """What the pickers and the review show besides the person and the app."""
        state = self._sandbox.state
        grant = state.grant(flow.request.app, person)
        if screen is Screen.PAGES:
            return {"items": offered_pages(state, person), "choice": (grant and grant.pages) or EVERYTHING}
        if screen is Screen.BUSINESSES:
            choice = (grant and grant.businesses) or EVERYTHING
            return {"items": offered_businesses(state, person), "choice": choice}
        if screen is Screen.REVIEW:
            names = flow.open_permissions(state, person)
            kept = [name for name in names if grant and grant.permissions.get(name) is PermissionStatus.DECLINED]
            switched_off = kept if "rerequest" not in flow.request.auth_types else []
            return {
                "permissions": [PERMISSIONS[name] for name in names],
                "may_decline": flow.may_decline,
                "switched_off": switched_off,
            }
        return {}


def _error_page(request: Request, page: ErrorPage, detail: str = "") -> Response:
    return render(request, "error-page.html", {"screen": page.value, "detail": detail}, status=400)
