"""What each screen's form means: an answer is noted in the login's flow, or a sentence says what is wrong with it."""

from collections.abc import Callable

from starlette.datastructures import FormData

from fbtool.language import N_
from fbtool.sandbox.dialog.flow import LoginFlow, Screen, offered_businesses, offered_pages
from fbtool.sandbox.state import WorldState
from fbtool.sandbox.state.grants import EVERYTHING, Choice
from fbtool.sandbox.state.sign_ins import Browser
from fbtool.sandbox.world import Person, Policy

_WRONG_PASSWORD = N_("The email or the password is not right.")
_WRONG_CODE = N_("This code is not right.")


def answer(state: WorldState, flow: LoginFlow, browser: Browser, screen: Screen, form: FormData) -> str:
    """Take the answer to ``screen``; returns what the person is told if it is not accepted."""
    if screen is Screen.LOG_IN:
        return _log_in(state, flow, browser, form)
    person = flow.person(state, browser)
    step = _STEPS.get(screen)
    return step(state, flow, browser, person, form) if step and person else ""


def _log_in(state: WorldState, flow: LoginFlow, browser: Browser, form: FormData) -> str:
    email, password = str(form.get("email", "")).strip().lower(), str(form.get("password", ""))
    person = next((one for one in state.world.people if one.email.lower() == email), None)
    if person is None or state.passwords[person.key] != password:
        return _WRONG_PASSWORD
    if state.second_factors[person.key]:
        browser.person, browser.half_signed_in = "", person.key
    else:
        browser.person, browser.half_signed_in = person.key, ""
    flow.passed.add(Screen.LOG_IN)
    return ""


def _second_factor(state: WorldState, flow: LoginFlow, browser: Browser, person: Person, form: FormData) -> str:
    if str(form.get("code", "")).replace(" ", "") != state.second_factors[person.key]:
        return _WRONG_CODE
    browser.person, browser.half_signed_in = person.key, ""
    return ""


def _checkpoint(state: WorldState, flow: LoginFlow, browser: Browser, person: Person, form: FormData) -> str:
    if form.get("action") == "confirm":
        state.checkpoints.discard(person.key)
    return ""


def _continue(state: WorldState, flow: LoginFlow, browser: Browser, person: Person, form: FormData) -> str:
    if form.get("action") == "switch-account":
        browser.person = ""
        flow.passed.clear()
        flow.editing = False
        return ""
    flow.editing = form.get("action") == "edit-settings"
    flow.passed |= {Screen.CONTINUE, Screen.RECONNECT}
    return ""


def _pages(state: WorldState, flow: LoginFlow, browser: Browser, person: Person, form: FormData) -> str:
    offered = [page.id for page in offered_pages(state, person)]
    flow.pages = _picked(form, offered, flow.request.app.future_pages)
    flow.passed.add(Screen.PAGES)
    return ""


def _businesses(state: WorldState, flow: LoginFlow, browser: Browser, person: Person, form: FormData) -> str:
    offered = [business.id for business in offered_businesses(state, person)]
    flow.businesses = _picked(form, offered, Policy.ALLOWED)
    flow.passed.add(Screen.BUSINESSES)
    return ""


def _review(state: WorldState, flow: LoginFlow, browser: Browser, person: Person, form: FormData) -> str:
    allowed = {str(name) for name in form.getlist("permission")}
    flow.declined = frozenset(name for name in flow.open_permissions(state, person) if name not in allowed)
    flow.passed.add(Screen.REVIEW)
    return ""


_STEPS: dict[Screen, Callable[[WorldState, LoginFlow, Browser, Person, FormData], str]] = {
    Screen.TWO_FACTOR: _second_factor,
    Screen.CHECKPOINT: _checkpoint,
    Screen.CONTINUE: _continue,
    Screen.RECONNECT: _continue,
    Screen.PAGES: _pages,
    Screen.BUSINESSES: _businesses,
    Screen.REVIEW: _review,
}


def _picked(form: FormData, offered: list[str], future: Policy) -> Choice:
    """What the radio buttons and boxes of a picker say; ids that were not offered do not count."""
    if form.get("choice") == "all":
        return EVERYTHING if future is Policy.ALLOWED else Choice(True, frozenset(offered), snapshot=True)
    return Choice(False, frozenset(map(str, form.getlist("asset"))) & frozenset(offered))
