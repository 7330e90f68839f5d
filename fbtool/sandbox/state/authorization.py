"""Who may do what: a token's life and powers follow from roles, grants and the clock.

A Page token's powers are the intersection of the person's granted permissions and the person's tasks (seen).
"""

from fbtool.sandbox.state import WorldState
from fbtool.sandbox.state.grants import Grant
from fbtool.sandbox.state.tokens import DATA_ACCESS, Cause, Token, TokenType
from fbtool.sandbox.world import App, Page, Person, Role, Task, TokenDelivery

PAGE_PERMISSIONS = (
    "pages_show_list",
    "pages_read_engagement",
    "pages_manage_metadata",
    "pages_read_user_content",
    "pages_manage_ads",
    "pages_messaging",
)
"""One of these must be granted for a Page before its token works."""


def app_of(state: WorldState, token: Token) -> App:
    """The app to which a token belongs."""
    app = state.world.app(token.app_id)
    assert app is not None, "tokens are made for apps of the world only"  # noqa: S101
    return app


def person_of(state: WorldState, token: Token) -> Person:
    """The person behind a user's or Page's token."""
    person = state.world.person(token.person)
    assert person is not None, "tokens are made for people of the world only"  # noqa: S101
    return person


def page_of(state: WorldState, token: Token) -> Page:
    """The Page of a Page's token."""
    page = state.world.page(token.page_id)
    assert page is not None, "tokens are made for Pages of the world only"  # noqa: S101
    return page


def grant_of(state: WorldState, token: Token) -> Grant | None:
    """The grant on which a user's or Page's token rests."""
    return state.grant(app_of(state, token), person_of(state, token))


def cause_of_death(state: WorldState, token: Token, call: tuple[str, str] | None = None) -> Cause | None:
    """Why the token is refused now; None if it is accepted.

    Args:
        state: what has happened.
        token: the token in question.
        call: method and path of the call that uses it; None if it is only looked at, which uses no fault up.
    """
    if token.person and (hit := state.faults.for_token(token, grant_of(state, token), call)):
        fault, cause = hit
        if call:
            state.faults.spend(fault)
        return cause
    if token.killed:
        return token.killed
    if token.expires_at and state.clock.now() >= token.expires_at:
        return Cause.EXPIRED
    if token.type in (TokenType.APP, TokenType.CLIENT):
        return None
    if token.person in state.checkpoints:
        return Cause.CHECKPOINT
    if token.type is TokenType.PAGE:
        return _cause_of_page_token(state, token)
    return None


def _cause_of_page_token(state: WorldState, token: Token) -> Cause | None:
    page, person = page_of(state, token), person_of(state, token)
    if state.role(page, person) is None or lacks_two_factor(state, page, person):
        return Cause.ROLE_LOST
    grant = grant_of(state, token)
    if grant is None:
        return Cause.REMOVED
    if not any(grant.has_for_page(name, page.id) for name in PAGE_PERMISSIONS):
        return Cause.NARROWED
    return None


def lacks_two_factor(state: WorldState, page: Page, person: Person) -> bool:
    """Whether the Page's business demands a second factor that the person has not set up."""
    business = state.world.business(page.business) if page.business else None
    return business is not None and business.requires_two_factor and not state.second_factors[person.key]


def data_access_over(state: WorldState, token: Token) -> bool:
    """Whether the 90 days since the last login have passed."""
    if not token.person:
        return False
    grant = grant_of(state, token)
    if grant is None:
        return False
    return state.clock.now() >= grant.authorised_at + DATA_ACCESS or state.faults.closes_data(token, grant)


def page_permission(state: WorldState, token: Token, permission: str) -> bool:
    """Whether a Page's token carries ``permission`` for its Page."""
    grant = grant_of(state, token)
    return grant is not None and grant.has_for_page(permission, token.page_id)


def page_task(state: WorldState, token: Token, task: Task) -> bool:
    """Whether the person behind a Page's token has ``task`` on it."""
    role = state.role(page_of(state, token), person_of(state, token))
    return role is not None and role.can(task)


def visible_role(state: WorldState, token: Token, page: Page) -> Role | None:
    """The role that makes ``page`` visible for a user's token: a role on it, and ticked in the dialog."""
    role = state.role(page, person_of(state, token))
    grant = grant_of(state, token)
    if role is None or grant is None or not grant.has_for_page("pages_show_list", page.id):
        return None
    return role


def page_token_for(state: WorldState, token: Token, page: Page, *, in_list: bool) -> str | None:
    """The Page's token that a user's token yields, in a list or in a single read; None where it is withheld."""
    role = visible_role(state, token, page)
    if role is None or lacks_two_factor(state, page, person_of(state, token)):
        return None
    if role.token is TokenDelivery.NOWHERE or (in_list and role.token is TokenDelivery.SINGLE_READ):
        return None
    return state.tokens.page_token(token, page.id, state.clock.now()).text
