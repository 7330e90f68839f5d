"""What the window asks of `linking`, each in one function that a worker runs. No widget here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Event as Flag

from PIL import Image

from fbtool.connection_code import Connection, checked_address
from fbtool.desktop.shapes import cut_round
from fbtool.facebook.tokens import Person
from fbtool.linking.links.linker import Outcome, link_pages, unlink_pages
from fbtool.linking.local import session
from fbtool.linking.local.notebook import KnownAccount, KnownPerson
from fbtool.linking.local.session import open_account
from fbtool.linking.local.workplace import NotSignedIn, SignIn, Workplace
from fbtool.linking.network import clock
from fbtool.linking.network.gateway_documents import Account, LastMessages, PageLink
from fbtool.linking.network.graph import GraphClient
from fbtool.linking.network.http import open_session, send
from fbtool.linking.pages.judging_links import view_of_link
from fbtool.linking.pages.listing import Listing, SignInEnded, list_pages
from fbtool.linking.pages.verdicts import PageView
from fbtool.linking.signin.runner import Face, SignInOptions, sign_in
from fbtool.problem import Problem

_MOST_BYTES = 2_000_000
"""Of a Page's picture; Facebook's small ones have a few thousand."""


@dataclass(frozen=True)
class Overview:
    """Everything the main screen shows."""

    account: Account
    address: str
    """Of the gateway."""
    accounts: tuple[KnownAccount, ...]
    people: tuple[KnownPerson, ...]
    pages: tuple[PageView, ...]
    listing: Listing | None = None
    """None while Facebook was not asked, or could not be."""
    not_listed: Problem | None = None
    """Why Facebook could not be asked: nobody is signed in, or the sign-in is over."""

    @property
    def person(self) -> KnownPerson | None:
        """Who is signed in."""
        return next(iter(self.people), None)


def connect(workplace: Workplace, connection: Connection) -> Account:
    """Try a connection and keep it.

    Raises:
        AccountWrongChannel, AccountInactive: the account is not fit.
        Problem: those of `GatewayClient` and of the secret store.
    """
    workplace.require_storage()
    return session.connect(workplace, connection)


def load_overview(workplace: Workplace, tell: Callable[[Overview | int], None], cancel: Flag) -> Overview:
    """Look at everything: first what the gateway knows, which is told at once, then what Facebook knows.

    ``tell`` hears the first look as an `Overview`, then how many Pages are known so far.

    Raises:
        Problem: those of `open_account` and `list_pages`.
    """
    with open_account(workplace) as desk:
        links = desk.gateway.links()
        first = Overview(
            account=desk.account,
            address=desk.connection.address,
            accounts=workplace.accounts(),
            people=desk.people(),
            pages=tuple(view_of_link(link, clock.now()) for link in links),
        )
        tell(first)
        try:
            signed_in = desk.sign_in()
            with GraphClient(desk.platform) as graph:
                listing = list_pages(graph, desk.gateway, signed_in, tell, cancel=cancel)
        except (NotSignedIn, SignInEnded) as problem:
            return replace(first, not_listed=problem)
        return replace(first, pages=listing.pages, listing=listing)


def sign_in_anew(workplace: Workplace, options: SignInOptions, face: Face) -> SignIn:
    """Let somebody sign in, and keep it as the current sign-in.

    Raises:
        Problem: those of `open_account` and `sign_in`.
    """
    # Nobody should sign in for something that cannot be stored.
    workplace.require_storage()
    with open_account(workplace) as desk:
        done = sign_in(desk.connection, desk.account.id, desk.platform, face, options)
        desk.keep(done)
        return done


def link(
    workplace: Workplace, views: Sequence[PageView], tell: Callable[[Outcome], None], cancel: Flag, *, take_over: bool
) -> None:
    """Link Pages; ``tell`` hears each outcome. Raises as `open_account` and `AccountSession.sign_in`."""
    with open_account(workplace) as desk:
        name = desk.sign_in().person.name
        for outcome in link_pages(desk.gateway, views, name, take_over=take_over, cancel=cancel):
            tell(outcome)


def unlink(workplace: Workplace, links: Sequence[PageLink], tell: Callable[[Outcome], None], cancel: Flag) -> None:
    """End links; ``tell`` hears each outcome. Raises as `open_account`."""
    with open_account(workplace) as desk:
        for outcome in unlink_pages(desk.gateway, links, cancel=cancel):
            tell(outcome)


def check(workplace: Workplace, page_id: str) -> PageLink:
    """Let the gateway ask Facebook now whether a link works; raises as `open_account`."""
    with open_account(workplace) as desk:
        return desk.gateway.check(page_id)


def last_messages(workplace: Workplace, page_id: str) -> LastMessages:
    """When a linked Page last received and sent; raises as `open_account`."""
    with open_account(workplace) as desk:
        return desk.gateway.last_messages(page_id)


def sign_out(workplace: Workplace, person: KnownPerson) -> None:
    """Forget somebody's sign-in on this computer; links go on working. Raises as `open_account`."""
    with open_account(workplace) as desk:
        workplace.forget_person(desk.connection, desk.account, person)


def work_as(workplace: Workplace, person: KnownPerson) -> None:
    """Make somebody who has signed in before the current person.

    Raises:
        NotSignedIn: the token is not here any more.
        Problem: those of `open_account`.
    """
    with open_account(workplace) as desk:
        token = workplace.token_of(desk.connection, desk.account, person)
        desk.keep(SignIn(Person(person.id, person.name), token, person.expires_at))


def forget_everything(workplace: Workplace) -> None:
    """Forget all accounts and sign-ins on this computer; links go on working. Raises as `Workplace.forget`."""
    for known in workplace.accounts():
        workplace.forget(known)


def round_picture(url: str, side: int) -> Image.Image | None:
    """A Page's picture as a circle of ``side`` real pixels; None if there is none to be had."""
    try:
        checked_address(url.partition("?")[0])
        with open_session() as session:
            answer = send(session, "GET", url, headers={"Accept": "image/*"})
        usable = answer.status_code == 200 and len(answer.content) <= _MOST_BYTES
        return cut_round(answer.content, side) if usable else None
    except (Problem, OSError, ValueError):
        return None
