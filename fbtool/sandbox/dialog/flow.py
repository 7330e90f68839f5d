"""One person's way through the dialog: which screen comes next follows from what has been answered.

    log-in → two-factor → checkpoint → continue | reconnect → pages → businesses → review → the app

A screen is shown if it is needed and has not been passed. "reconnect" replays what was chosen the last time, even an
empty choice; only "Edit settings" (or ``auth_type=reauthorize``) makes the pickers needed again (seen by many).
"""

from dataclasses import dataclass, field
from enum import Enum

from fbtool.sandbox.dialog.request import DialogRequest
from fbtool.sandbox.state import WorldState
from fbtool.sandbox.state.faults.kinds import DialogTrouble
from fbtool.sandbox.state.grants import Choice, Grant, PermissionStatus
from fbtool.sandbox.state.sign_ins import Browser
from fbtool.sandbox.world import Business, LoginProduct, Mode, Page, Person
from fbtool.sandbox.world.permissions import PERMISSIONS, Asset, of_asset


class Screen(Enum):
    """The pages of the dialog; the value is the ``data-screen`` that a script looks for."""

    LOG_IN = "log-in"
    TWO_FACTOR = "two-factor"
    CHECKPOINT = "checkpoint"
    NOT_ACTIVE = "app-not-active"
    INVALID_SCOPES = "invalid-scopes"
    CONTINUE = "continue"
    RECONNECT = "reconnect"
    PAGES = "pages"
    BUSINESSES = "businesses"
    REVIEW = "review"


@dataclass
class LoginFlow:
    """What has been answered so far."""

    id: str
    request: DialogRequest
    passed: set[Screen] = field(default_factory=set)
    editing: bool = False
    """"Edit settings" was pressed."""
    pages: Choice | None = None
    businesses: Choice | None = None
    declined: frozenset[str] = frozenset()

    def person(self, state: WorldState, browser: Browser) -> Person | None:
        """Who signs in, once that is known."""
        return state.world.person(browser.person or browser.half_signed_in)

    def next_screen(self, state: WorldState, browser: Browser) -> Screen | None:
        """The screen to show now; None when all is answered."""
        person = state.world.person(browser.person)
        if person is None or self._must_prove_again():
            return Screen.TWO_FACTOR if browser.half_signed_in else Screen.LOG_IN
        if person.key in state.checkpoints:
            return Screen.CHECKPOINT
        has_role = person.key in self.request.app.roles
        if self.request.app.mode is Mode.DEVELOPMENT and not has_role:
            return Screen.NOT_ACTIVE
        if self.request.unknown_scopes and has_role:
            return Screen.INVALID_SCOPES
        for screen in self._needed(state, person):
            if screen not in self.passed:
                return screen
        return None

    def _must_prove_again(self) -> bool:
        return "reauthenticate" in self.request.auth_types and Screen.LOG_IN not in self.passed

    def _needed(self, state: WorldState, person: Person) -> list[Screen]:
        grant = state.grant(self.request.app, person)
        again = self._picks_again(state, person)
        screens = [Screen.CONTINUE if grant is None or (again and not self.editing) else Screen.RECONNECT]
        asked = self.request.permissions_for(person)
        if of_asset(asked, Asset.PAGE) and (again or grant is None or grant.pages is None):
            screens.append(Screen.PAGES)
        if of_asset(asked, Asset.BUSINESS) and (again or grant is None or grant.businesses is None):
            screens.append(Screen.BUSINESSES)
        if len(screens) > 1 or self.open_permissions(state, person):
            screens.append(Screen.REVIEW)
        return screens

    def _picks_again(self, state: WorldState, person: Person) -> bool:
        suppressed = state.faults.for_dialog(DialogTrouble.NO_PICKER, person.key)
        return self.editing or ("reauthorize" in self.request.auth_types and suppressed is None)

    def open_permissions(self, state: WorldState, person: Person) -> list[str]:
        """The permissions that the review screen asks for.

        Those that are granted are not asked again, and those once declined only with ``rerequest`` (documented) or
        when the person edits the settings.
        """
        asked = self.request.permissions_for(person)
        grant = state.grant(self.request.app, person)
        if grant is None or self._picks_again(state, person):
            return list(asked)
        ask_declined = "rerequest" in self.request.auth_types
        return [
            name
            for name in asked
            if grant.permissions.get(name) is not PermissionStatus.GRANTED
            and (ask_declined or grant.permissions.get(name) is not PermissionStatus.DECLINED)
        ]

    def may_decline(self, name: str) -> bool:
        """Whether the review screen has a switch for the permission."""
        return self.request.app.login is LoginProduct.CLASSIC and PERMISSIONS[name].optional

    def conclude(self, state: WorldState, person: Person) -> Grant:
        """Keep what was allowed and return the person's grant as it is now."""
        app = self.request.app
        grant = state.grant(app, person) or Grant(app.id, person.key, state.clock.now())
        for name in self.open_permissions(state, person):
            allowed = name not in self.declined or not self.may_decline(name)
            grant.permissions[name] = PermissionStatus.GRANTED if allowed else PermissionStatus.DECLINED
            if allowed:
                grant.withdrawn.pop(name, None)
        if self.pages is not None:
            grant.pages = self.pages
        if self.businesses is not None:
            grant.businesses = self.businesses
        grant.authorised_at = state.clock.now()
        state.keep_grant(grant)
        state.changed.notify()
        return grant


def offered_pages(state: WorldState, person: Person) -> list[Page]:
    """The Pages in the picker: all on which the person has a role, in portfolios or not."""
    return [page for page in state.world.pages if state.role(page, person)]


def offered_businesses(state: WorldState, person: Person) -> list[Business]:
    """The businesses in the picker."""
    return [business for business in state.world.businesses if person.key in business.members]
