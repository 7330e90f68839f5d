"""Which step a repair takes next, and for which Pages. Pure functions over a list of Pages.

The ladder is climbed for each Page on its own: it begins at the step that the Page's verdict names, and goes
one rung up only after the rung below was tried and did not help. Of all Pages the lowest rung goes first, so
that a sign-in that mends everything is not preceded by a larger one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from fbtool.facebook.catalogue import codes_of, meaning_of
from fbtool.facebook.login import Ask
from fbtool.facebook.permissions import BUSINESSES, LOGIN_SCOPE
from fbtool.facebook.tokens import Person
from fbtool.language import say
from fbtool.linking.links.linker import PageUnknown, find_pages
from fbtool.linking.names import similar
from fbtool.linking.network.gateway import GatewayRefused
from fbtool.linking.network.gateway_documents import PageLink
from fbtool.linking.pages.listing import Listing
from fbtool.linking.pages.verdicts import PageView, Step, Verdict
from fbtool.meta.catalogue import Reaction
from fbtool.problem import Problem

LADDER = (Step.LINK_AGAIN, Step.SIGN_IN, Step.ASK_AGAIN, Step.EDIT_SETTINGS, Step.BUSINESS_ACCESS, Step.RECONNECT)
"""The steps that fbtool can lead through, from the smallest to the largest."""

_ASK = {
    Step.SIGN_IN: Ask.DECLINED,
    Step.ASK_AGAIN: Ask.DECLINED,
    Step.EDIT_SETTINGS: Ask.PAGES,
    Step.BUSINESS_ACCESS: Ask.PAGES,
}
_TYPING_ERROR = 0.85
"""How like an existing name (0 to 1) a name has to be to count as mistyped."""
_PERSON_CAN_HELP = frozenset({Reaction.SIGN_IN, Reaction.PERMISSION})


@dataclass(frozen=True)
class Target:
    """Something that is to be repaired."""

    key: str
    """The Page's id; of a Page that nobody lists, what the person wrote; empty if there is no Page at all."""
    name: str
    view: PageView | None
    """None while Facebook does not list the Page and no link is known."""


@dataclass(frozen=True)
class Plan:
    """One step, told before it is taken."""

    step: Step
    person: str
    """Who has to sign in; empty if anybody may."""
    pages: tuple[str, ...]
    """The names of the Pages that the step is for."""
    linked: tuple[str, ...] = ()
    """The names of the Pages that are linked through this person: they have to stay ticked."""
    permissions: tuple[str, ...] = ()
    """What Facebook has to be allowed."""
    renews: bool = False
    """Whether the sign-in still works and only its 90 days of data access are over."""
    alarm: bool = False
    """Whether `pages` were taken away by the last sign-in although they are linked."""
    unlisted: tuple[str, ...] = ()
    """Those of `pages` of which only the person says that they exist."""

    @property
    def tick(self) -> tuple[str, ...]:
        """The names of all Pages to be ticked at Facebook, the linked ones first."""
        return tuple(dict.fromkeys((*self.linked, *self.pages)))

    @property
    def auth_type(self) -> str:
        """What the dialog does again."""
        return Ask.PAGES if self.renews else _ASK.get(self.step, "")

    @property
    def scope(self) -> tuple[str, ...]:
        """What the dialog asks for."""
        return (*LOGIN_SCOPE, BUSINESSES) if self.step is Step.BUSINESS_ACCESS else LOGIN_SCOPE


def targets_of(
    listing: Listing, wanted: Sequence[str], alarm: Collection[str] = (), *, sure: bool = False
) -> tuple[Target, ...]:
    """What has to be repaired: the Pages that were named, else every link that does not work.

    Pages in ``alarm`` (ids) always belong to it. A missing permission and a list without any Page are themselves
    something to repair. A Page that was not ticked is none: that may be on purpose. ``sure``: no name is mistyped.

    Raises:
        PageAmbiguous: a name fits several Pages.
        PageUnknown: a name is almost that of a Page, so it was mistyped.
    """
    found = [_named(listing, name, sure=sure) for name in wanted]
    named = {target.key for target in found}
    for view in listing.pages:
        broken = view.verdict.alarming or (view.link is not None and view.step in LADDER)
        if view.page_id not in named and (view.page_id in alarm or (broken and not wanted)):
            found.append(Target(view.page_id, view.name or view.page_id, view))
    if not found and not wanted and (listing.missing_permissions or not listing.pages):
        return (Target("", "", None),)
    return tuple(found)


def mended(target: Target, *, wanted: bool, listing: Listing) -> bool:
    """Whether nothing is left to do. A Page that was named has to be linked, not only ready."""
    if target.view is None:
        return not target.key and bool(listing.pages) and not listing.missing_permissions
    if not target.view.verdict.fine:
        return False
    return target.view.link is not None or not wanted


def next_step(target: Target, listing: Listing, tried: Collection[Step], failure: Problem | None = None) -> Step | None:
    """The smallest step that can help and was not tried; None if none is left.

    ``failure`` is what the gateway said to the last try to link the Page.
    """
    begin = _first_step(target.view, listing)
    if begin not in LADDER or (Step.LINK_AGAIN in tried and not _person_can_help(failure)):
        return None
    for step in LADDER[LADDER.index(begin) :]:
        if step not in tried and _fits(step, begin, listing):
            return step
    return None


def linked_names(links: Sequence[PageLink], person: Person | None) -> tuple[str, ...]:
    """The names of the Pages whose links rest on ``person``; all of them if it is not known who."""
    return tuple(link.name or link.page_id for link in links if person is None or link.rests_on(person))


def links_of(listing: Listing) -> tuple[PageLink, ...]:
    """All links of the account."""
    return tuple(view.link for view in listing.pages if view.link)


def at_once(steps: Mapping[str, Step | None]) -> Step | None:
    """The lowest of several steps."""
    found = [step for step in steps.values() if step is not None]
    return min(found, key=LADDER.index) if found else None


def _named(listing: Listing, name: str, *, sure: bool) -> Target:
    try:
        view = find_pages(listing.pages, [name])[0]
    except PageUnknown as unknown:
        if not sure and _mistyped(listing, name):
            hint = say(
                "{similar} If you mean a Page that Facebook does not list, give its id.", similar=unknown.values["hint"]
            )
            raise PageUnknown(wanted=name, hint=hint) from None
        return Target(name, name, None)
    return Target(view.page_id, view.name or view.page_id, view)


def _mistyped(listing: Listing, name: str) -> bool:
    """Whether ``name`` is a part of a listed name, or one letter of it is wrong. “Branch 1” is not “Branch 2”."""
    names = (view.name for view in listing.pages if _digits(view.name) == _digits(name))
    one_letter = 1 - 1.2 / max(len(name), 2)
    return bool(similar(names, name, at_least=min(_TYPING_ERROR, one_letter)))


def _digits(name: str) -> str:
    return "".join(filter(str.isdigit, name))


def _first_step(view: PageView | None, listing: Listing) -> Step:
    """Where the ladder begins: at the verdict's step, unless that cannot be what helps."""
    dialog = Step.ASK_AGAIN if listing.missing_permissions else Step.EDIT_SETTINGS
    advised = [advice.step for advice in listing.advice]
    if view is None:
        if listing.failures:
            return Step.WAIT
        return advised[0] if advised else dialog
    if view.verdict is Verdict.READY and view.token:
        return Step.LINK_AGAIN
    if view.step is Step.LINK_AGAIN and (listing.missing_permissions or not view.token):
        return dialog
    if view.verdict is Verdict.NEEDS_SIGN_IN and view.step is Step.SIGN_IN and Step.SIGN_IN not in advised:
        # This person's sign-in works, or there would be no list: the same sign-in again brings nothing new.
        return dialog
    return view.step


def _fits(step: Step, begin: Step, listing: Listing) -> bool:
    if step is Step.ASK_AGAIN:
        return step is begin or bool(listing.missing_permissions)
    return step is begin or step not in {Step.LINK_AGAIN, Step.SIGN_IN}


def _person_can_help(failure: Problem | None) -> bool:
    """Whether another sign-in can mend what the gateway said; not when a server is in trouble."""
    if failure is None:
        return True
    if not isinstance(failure, GatewayRefused):
        return False
    if failure.code == "page_token_unfit":
        return True
    codes = codes_of(failure.code)
    return codes is not None and meaning_of(*codes, failure.status).reaction in _PERSON_CAN_HELP
