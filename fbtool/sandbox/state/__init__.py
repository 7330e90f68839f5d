"""What has happened in a world so far: the mutable side of the sandbox.

Everything here is touched from one event loop only and never across an ``await`` in between, so there are no
locks.
"""

import asyncio
from typing import Any

from fbtool.sandbox.clock import Clock, Notifier
from fbtool.sandbox.state.faults import ActiveFaults
from fbtool.sandbox.state.grants import Grant
from fbtool.sandbox.state.sign_ins import Browser, DeviceLogin
from fbtool.sandbox.state.subscriptions import Callbacks, Subscriptions
from fbtool.sandbox.state.threads import StoredFile, Thread
from fbtool.sandbox.state.tokens import Cause, TokenStore
from fbtool.sandbox.world import App, Customer, Page, Person, Role, World


class WorldState:
    """The memory of one sandbox, from its start or last reset on."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.world = world
        self.clock = clock
        self.changed = Notifier()
        """Rings after every change that somebody may wait for."""
        self.ended = False
        self.tokens = TokenStore(world.token_length)
        self.faults = ActiveFaults()
        self.subscriptions = Subscriptions()
        self.browsers: dict[str, Browser] = {}
        """By the value of the cookie."""
        self.redirect_uris = {app.id: list(app.redirect_uris) for app in world.apps}
        self.passwords = {person.key: person.password for person in world.people}
        self.checkpoints = {person.key for person in world.people if person.checkpoint}
        self.second_factors = {person.key: person.two_factor_code for person in world.people}
        """What the authenticator shows, by the person's key; empty: two-factor is not set up."""
        self.unpublished = {page.id for page in world.pages if not page.published}
        self.roles: dict[tuple[str, str], Role] = {
            (page.id, key): role for page in world.pages for key, role in page.roles.items()
        }
        """By Page id and the person's key."""
        self.devices: list[DeviceLogin] = []
        self.files: dict[str, StoredFile] = {}
        """By id."""
        self.newest_message_ms: dict[str, int] = {}
        """By Page id."""
        self.profiles: dict[str, dict[str, Any]] = {}
        """Messenger profiles by Page id."""
        self.personas: dict[str, dict[str, dict[str, str]]] = {}
        """By Page id and persona id."""
        self.callbacks = {app.id: Callbacks() for app in world.apps}
        self._grants: dict[tuple[str, str], Grant] = {}
        self._threads: dict[tuple[str, str], Thread] = {}

    def end(self) -> None:
        """Nothing happens here any more; whoever waits for something gives up."""
        self.ended = True
        self.changed.notify()

    async def pause(self, seconds: float) -> None:
        """Wait so many real seconds, or until the end."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not self.ended and (left := deadline - loop.time()) > 0:
            await self.changed.wait(within=left)

    def grant(self, app: App, person: Person) -> Grant | None:
        """What the person has allowed the app, if anything."""
        return self._grants.get((app.id, person.key))

    def keep_grant(self, grant: Grant) -> None:
        """Remember a new or changed grant."""
        self._grants[grant.app_id, grant.person] = grant

    def remove_app(self, app: App, person: Person) -> bool:
        """The person disconnects the app: the grant and all tokens of it are gone; say whether there was one."""
        gone = self._grants.pop((app.id, person.key), None)
        self.tokens.kill(Cause.REMOVED, lambda token: (token.app_id, token.person) == (app.id, person.key))
        return gone is not None

    def change_password(self, person: Person, password: str) -> None:
        """A new password ends all sessions and all tokens of the person."""
        self.passwords[person.key] = password
        self.tokens.kill(Cause.PASSWORD, lambda token: token.person == person.key)
        for browser in self.browsers.values():
            browser.forget(person.key)

    def set_role(self, page: Page, person: Person, role: Role | None) -> None:
        """Give the person another role on the Page, or none any more."""
        if role is None:
            self.roles.pop((page.id, person.key), None)
        else:
            self.roles[page.id, person.key] = role
        self.changed.notify()

    def role(self, page: Page, person: Person) -> Role | None:
        """What the person may do on the Page now."""
        return self.roles.get((page.id, person.key))

    def thread(self, page: Page, psid: str) -> Thread:
        """The conversation of that customer with the Page, begun if necessary."""
        return self._threads.setdefault((page.id, psid), Thread(page.id, psid))

    def threads_of(self, page: Page) -> list[Thread]:
        """All conversations of a Page that have a message, the newest first."""
        threads = [one for (page_id, _), one in self._threads.items() if page_id == page.id and one.messages]
        return sorted(threads, key=lambda thread: -thread.messages[-1].time_ms)

    def thread_with(self, page: Page, customer: Customer) -> Thread:
        """The conversation of a customer with a Page."""
        return self.thread(page, self.world.psid(page, customer))
