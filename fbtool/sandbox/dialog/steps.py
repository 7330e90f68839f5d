"""What each screen's form means: an answer is noted in the walk, or a sentence says what is wrong with it."""

from collections.abc import Callable

from starlette.datastructures import FormData

from fbtool.language import N_
from fbtool.sandbox.dialog.walk import Screen, Walk, choice_of, offered_businesses, offered_pages
from fbtool.sandbox.state import State
from fbtool.sandbox.state.browsers import Browser
from fbtool.sandbox.state.grants import Choice
from fbtool.sandbox.world import Person, Stance

_WRONG_PASSWORD = N_("The email or the password is not right.")
_WRONG_CODE = N_("This code is not right.")


def answer(state: State, walk: Walk, browser: Browser, screen: Screen, form: FormData) -> str:
    """Take the answer to ``screen``; returns what the person is told if it is not accepted."""
    if screen is Screen.LOG_IN:
        return _log_in(state, walk, browser, form)
    person = walk.person(state, browser)
    step = _STEPS.get(screen)
    return step(state, walk, browser, person, form) if step and person else ""


def _log_in(state: State, walk: Walk, browser: Browser, form: FormData) -> str:
    email, password = str(form.get("email", "")).strip().lower(), str(form.get("password", ""))
    person = next((one for one in state.world.people if one.email.lower() == email), None)
    if person is None or state.passwords[person.key] != password:
        return _WRONG_PASSWORD
    if state.second_factors[person.key]:
        browser.person, browser.half_signed_in = "", person.key
    else:
        browser.person, browser.half_signed_in = person.key, ""
    walk.passed.add(Screen.LOG_IN)
    return ""


def _second_factor(state: State, walk: Walk, browser: Browser, person: Person, form: FormData) -> str:
    if str(form.get("code", "")).replace(" ", "") != state.second_factors[person.key]:
        return _WRONG_CODE
    browser.person, browser.half_signed_in = person.key, ""
    return ""


def _checkpoint(state: State, walk: Walk, browser: Browser, person: Person, form: FormData) -> str:
    if form.get("action") == "confirm":
        state.checkpoints.discard(person.key)
    return ""


def _continue(state: State, walk: Walk, browser: Browser, person: Person, form: FormData) -> str:
    if form.get("action") == "switch-account":
        browser.person = ""
        walk.passed.clear()
        walk.editing = False
        return ""
    walk.editing = form.get("action") == "edit-settings"
    walk.passed |= {Screen.CONTINUE, Screen.RECONNECT}
    return ""


def _pages(state: State, walk: Walk, browser: Browser, person: Person, form: FormData) -> str:
    offered = [page.id for page in offered_pages(state, person)]
    walk.pages = _picked(form, offered, walk.request.app.future_pages)
    walk.passed.add(Screen.PAGES)
    return ""


def _businesses(state: State, walk: Walk, browser: Browser, person: Person, form: FormData) -> str:
    offered = [business.id for business in offered_businesses(state, person)]
    walk.businesses = _picked(form, offered, Stance.ALLOWED)
    walk.passed.add(Screen.BUSINESSES)
    return ""


def _review(state: State, walk: Walk, browser: Browser, person: Person, form: FormData) -> str:
    allowed = {str(name) for name in form.getlist("permission")}
    walk.declined = frozenset(name for name in walk.open_permissions(state, person) if name not in allowed)
    walk.passed.add(Screen.REVIEW)
    return ""


_STEPS: dict[Screen, Callable[[State, Walk, Browser, Person, FormData], str]] = {
    Screen.TWO_FACTOR: _second_factor,
    Screen.CHECKPOINT: _checkpoint,
    Screen.CONTINUE: _continue,
    Screen.RECONNECT: _continue,
    Screen.PAGES: _pages,
    Screen.BUSINESSES: _businesses,
    Screen.REVIEW: _review,
}


def _picked(form: FormData, offered: list[str], future: Stance) -> Choice:
    return choice_of(form.get("choice") == "all", [str(one) for one in form.getlist("asset")], offered, future)
