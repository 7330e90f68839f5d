"""A world: who and what exists at the sandbox's Facebook. Nothing here ever changes.

What people *do* (sign in, grant, write) is kept in `fbtool.sandbox.state`. All ids are decided here, so that the
same world gives the same ids on every computer.
"""

from enum import Enum
from typing import Annotated

import msgspec


class Mode(Enum):
    """Whether everybody may use an app or only those who have a role on it."""

    LIVE = "live"
    DEVELOPMENT = "development"


class LoginProduct(Enum):
    """Which of Facebook's two login products an app uses."""

    CLASSIC = "classic"
    """Facebook Login: the person may decline single permissions."""
    BUSINESS = "business"
    """Facebook Login for Business: a configuration instead of a scope, all or nothing."""


class Access(Enum):
    """Whose data an app may have after Meta's App Review."""

    ADVANCED = "advanced"
    STANDARD = "standard"
    """Only that of people with a role on the app; everybody else's permissions are dropped silently."""


class Policy(Enum):
    """How the platform is to behave where its documentation leaves two possibilities."""

    ALLOWED = "allowed"
    REFUSED = "refused"


class Task(Enum):
    """What a person may do on a Page (Graph API, Page tasks)."""

    ADVERTISE = "ADVERTISE"
    ANALYZE = "ANALYZE"
    CREATE_CONTENT = "CREATE_CONTENT"
    MESSAGING = "MESSAGING"
    MODERATE = "MODERATE"
    MANAGE = "MANAGE"
    PLUS_ADVERTISE = "PROFILE_PLUS_ADVERTISE"
    PLUS_ANALYZE = "PROFILE_PLUS_ANALYZE"
    PLUS_CREATE_CONTENT = "PROFILE_PLUS_CREATE_CONTENT"
    PLUS_MESSAGING = "PROFILE_PLUS_MESSAGING"
    PLUS_MODERATE = "PROFILE_PLUS_MODERATE"
    PLUS_MANAGE = "PROFILE_PLUS_MANAGE"
    PLUS_FULL_CONTROL = "PROFILE_PLUS_FULL_CONTROL"
    PLUS_FACEBOOK_ACCESS = "PROFILE_PLUS_FACEBOOK_ACCESS"


class ClassicRole(Enum):
    """The names that admins know; each is a bundle of tasks."""

    ADMIN = "admin"
    EDITOR = "editor"
    MODERATOR = "moderator"
    ADVERTISER = "advertiser"
    ANALYST = "analyst"


_ADVERTISER = (Task.ADVERTISE, Task.ANALYZE)
TASKS_OF = {
    ClassicRole.ADMIN: (
        *_ADVERTISER, Task.CREATE_CONTENT, Task.MESSAGING, Task.MODERATE, Task.MANAGE,
    ),
    ClassicRole.EDITOR: (*_ADVERTISER, Task.CREATE_CONTENT, Task.MESSAGING, Task.MODERATE),
    ClassicRole.MODERATOR: (*_ADVERTISER, Task.MESSAGING, Task.MODERATE),
    ClassicRole.ADVERTISER: _ADVERTISER,
    ClassicRole.ANALYST: (Task.ANALYZE,),
}  # fmt: skip


class Reach(Enum):
    """How a person came to a Page, which decides whether ``/me/accounts`` shows it."""

    DIRECT = "direct"
    PORTFOLIO = "portfolio"
    """Through a business portfolio: readable by its id, but left out of ``/me/accounts`` (seen)."""


class TokenDelivery(Enum):
    """Where a person gets the Page's token."""

    EVERYWHERE = "everywhere"
    SINGLE_READ = "single read"
    """Missing in lists; ``/{page}?fields=access_token`` has it (seen)."""
    NOWHERE = "nowhere"


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Strict: a misspelt key in a world file is an error, not a default."""


class Configuration(_Part, frozen=True, kw_only=True):
    """One configuration of Facebook Login for Business (``config_id``)."""

    id: str
    name: str
    permissions: tuple[str, ...]
    system_user: bool = False
    """Whether it yields a business-integration system-user token instead of the person's own."""


class App(_Part, frozen=True, kw_only=True):
    """An app of the developer dashboard."""

    id: str
    name: str
    secret: str
    client_token: str
    mode: Mode = Mode.LIVE
    login: LoginProduct = LoginProduct.CLASSIC
    access: Access = Access.ADVANCED
    redirect_uris: tuple[str, ...] = ()
    http_localhost: Policy = Policy.REFUSED
    """Whether a *live* app may redirect to plain http on the name ``localhost``; uncertain at Meta."""
    human_agent: Policy = Policy.REFUSED
    """Whether Meta has approved the feature Human Agent (answers up to seven days)."""
    pkce_without_secret: Policy = Policy.REFUSED
    """Whether a ``code_verifier`` alone redeems a code; uncertain at Meta for Page permissions."""
    future_pages: Policy = Policy.ALLOWED
    """Whether "all current and future Pages" really includes later ones; a field test says no."""
    requires_proof: bool = False
    """The dashboard's switch "Require App Secret": no call without ``appsecret_proof``."""
    device_login: bool = False
    """The dashboard's switch "Login from Devices"."""
    roles: tuple[str, ...] = ()
    """Keys of the people who are its administrators, developers or testers."""
    configurations: tuple[Configuration, ...] = ()


class Person(_Part, frozen=True, kw_only=True):
    """Somebody with an account who may manage Pages."""

    key: str
    number: int
    """Small and unique; the app-scoped ids are made of it."""
    name: str
    email: str
    password: str
    two_factor_code: str = ""
    """What the authenticator shows, always the same here; empty: two-factor is not set up."""
    checkpoint: bool = False
    """Facebook wants to see this person first and blocks everything until then."""


class Role(_Part, frozen=True, kw_only=True):
    """What one person may do on one Page."""

    role: ClassicRole | None = None
    tasks: tuple[Task, ...] = ()
    reach: Reach = Reach.DIRECT
    token: TokenDelivery = TokenDelivery.EVERYWHERE

    @property
    def all_tasks(self) -> tuple[Task, ...]:
        """The tasks of the classic role and the ones named singly."""
        bundle = TASKS_OF[self.role] if self.role else ()
        return (*bundle, *(task for task in self.tasks if task not in bundle))

    def can(self, task: Task) -> bool:
        """Whether the task is there, in its classic or its new form."""
        tasks = self.all_tasks
        return task in tasks or any(plus.value == f"PROFILE_PLUS_{task.value}" for plus in tasks) or (
            Task.PLUS_FULL_CONTROL in tasks
        )  # fmt: skip


class Category(_Part, frozen=True, kw_only=True):
    """What kind of place a Page is; the id is Facebook's."""

    id: str
    name: str


class Page(_Part, frozen=True, kw_only=True):
    """A Facebook Page."""

    id: str
    name: str
    category: Category
    roles: dict[str, Role]
    """By the person's key."""
    username: str = ""
    about: str = ""
    business: str = ""
    """Key of the business portfolio that owns it."""
    clients: tuple[str, ...] = ()
    """Keys of businesses that manage it for the owner (its agencies)."""
    default_app: str = ""
    """Id of the app to which idle conversations belong; empty: conversations are not routed."""
    published: bool = True
    new_experience: bool = False
    followers: int = 0


class Business(_Part, frozen=True, kw_only=True):
    """A business portfolio."""

    key: str
    id: str
    name: str
    members: dict[str, str]
    """By the person's key: ``admin`` or ``employee``."""
    requires_two_factor: bool = False


class Customer(_Part, frozen=True, kw_only=True):
    """Somebody who writes to Pages in Messenger."""

    key: str
    number: int
    """Small and unique; the page-scoped ids are made of it."""
    first_name: str
    last_name: str
    profile: Policy = Policy.ALLOWED
    """Whether a Page may read name and picture."""
    role_on_apps: tuple[str, ...] = ()
    """Ids of apps on which this customer is a tester."""
    reads_at_once: bool = True
    """Whether an answer is seen on arrival; otherwise only when the chat is opened."""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


class World(_Part, frozen=True, kw_only=True):
    """All that exists."""

    name: str
    about: str = ""
    """One sentence; an English text of the catalogue if the world comes with the sandbox."""
    apps: tuple[App, ...]
    people: tuple[Person, ...]
    pages: tuple[Page, ...]
    customers: tuple[Customer, ...] = ()
    businesses: tuple[Business, ...] = ()
    token_length: Annotated[int, msgspec.Meta(ge=20, le=8000)] = 196
    """Characters of an access token. Facebook promises no length: today's have some 200."""

    def app(self, app_id: str) -> App | None:
        """The app with this id."""
        return next((app for app in self.apps if app.id == app_id), None)

    def person(self, key: str) -> Person | None:
        """The person with this key."""
        return next((person for person in self.people if person.key == key), None)

    def page(self, page_id: str) -> Page | None:
        """The Page with this id."""
        return next((page for page in self.pages if page.id == page_id), None)

    def business(self, key_or_id: str) -> Business | None:
        """The business portfolio with this key or id."""
        return next((one for one in self.businesses if key_or_id in (one.key, one.id)), None)

    def app_scoped_id(self, app: App, person: Person) -> str:
        """A person's id as one app sees it; no two apps see the same."""
        return f"1022{self.apps.index(app):07d}{person.number:06d}"

    def person_by_id(self, app: App, app_scoped_id: str) -> Person | None:
        """The person whom ``app`` knows by this id."""
        return next((one for one in self.people if self.app_scoped_id(app, one) == app_scoped_id), None)

    def psid(self, page: Page, customer: Customer) -> str:
        """A customer's page-scoped id; no two Pages see the same."""
        return f"73{page.id[-8:]:0>8}{customer.number:06d}"

    def customer_by_psid(self, page: Page, psid: str) -> Customer | None:
        """The customer whom ``page`` knows by this id."""
        return next((one for one in self.customers if self.psid(page, one) == psid), None)
