"""The words of the list: what can be the matter with a Page, what can help it, and a Page with its verdict."""

from dataclasses import dataclass, field
from enum import Enum

from fbtool.language import N_, Sentence, Worded
from fbtool.linking.network.gateway_documents import PageLink


class Step(Enum):
    """What somebody can do for a Page: a repair takes one step, looks again, and goes on only if it did not help.

    The order of the first six is the order in which a repair tries them.
    """

    NOTHING = "nothing"
    """All is well, or it passes by itself."""
    LINK_AGAIN = "link_again"
    """No dialog needed: linking again renews the Page's token and its subscription."""
    SIGN_IN = "sign_in"
    """Sign in again as the same person; the old sign-in is dead."""
    ASK_AGAIN = "ask_again"
    """The dialog asks again for declined permissions (``rerequest``)."""
    EDIT_SETTINGS = "edit_settings"
    """The dialog shows the choice of Pages again (``reauthorize`` and "Edit settings")."""
    BUSINESS_ACCESS = "business_access"
    """A second sign-in that also asks for the business portfolios (``business_management``)."""
    RECONNECT = "reconnect"
    """Last resort: disconnect the app at Facebook and connect it anew; all links of the person pause meanwhile."""
    TWO_FACTOR = "two_factor"
    """The person switches two-factor authentication on at facebook.com."""
    AT_FACEBOOK = "at_facebook"
    """The person does something at facebook.com first: a checkpoint, publishing the Page, a restriction."""
    OTHER_PERSON = "other_person"
    """Somebody with full control of the Page has to give this person a task, or sign in themselves."""
    TAKE_OVER = "take_over"
    """The Page is linked to another messenger account; taking it over is a decision."""
    OPERATOR = "operator"
    """Who runs the gateway has to mend the app or the gateway."""
    WAIT = "wait"
    """Facebook is in trouble or limits the calls; try again later."""


class Verdict(Worded):
    """The state of a Page. The value is stable, for programs."""

    LINKED = "linked", N_("linked")
    LINKED_BY_OTHER = "linked_by_other", N_("linked by somebody else")
    READY = "ready", N_("ready to link")
    ENDS_SOON = "ends_soon", N_("linked, to be renewed soon")
    NEEDS_SIGN_IN = "needs_sign_in", N_("needs sign-in again")
    SUBSCRIPTION_INCOMPLETE = "subscription_incomplete", N_("linked, but hears nothing")
    NOT_LISTED = "not_listed", N_("linked, but no longer allowed at Facebook")
    LINKED_ELSEWHERE = "linked_elsewhere", N_("linked to another messenger account")
    NOT_TICKED = "not_ticked", N_("not ticked at Facebook")
    BUSINESS_NOT_TICKED = "business_not_ticked", N_("business portfolio not ticked")
    PERMISSION_MISSING = "permission_missing", N_("permission missing")
    APP_WITHHELD = "app_withheld", N_("not offered by the app")
    TASK_MISSING = "task_missing", N_("role missing")
    FULL_ACCESS_MISSING = "full_access_missing", N_("only task access")
    ROLE_LOST = "role_lost", N_("role lost")
    TWO_FACTOR = "two_factor", N_("two-factor authentication needed")
    TOKEN_MISSING = "token_missing", N_("withheld by Facebook")
    UNPUBLISHED = "unpublished", N_("not published")
    BLOCKED = "blocked", N_("blocked by Facebook for a while")
    THROTTLED = "throttled", N_("too many calls, not known yet")
    FACEBOOK_TROUBLE = "facebook_trouble", N_("trouble at Facebook, not known yet")

    @property
    def fine(self) -> bool:
        """Whether the Page is linked, or can be linked at once."""
        return self in _FINE

    @property
    def alarming(self) -> bool:
        """Whether a link that exists does not work, or soon will not."""
        return self in _ALARMING


_FINE = frozenset({Verdict.LINKED, Verdict.LINKED_BY_OTHER, Verdict.READY})
_ALARMING = frozenset({Verdict.ENDS_SOON, Verdict.NEEDS_SIGN_IN, Verdict.SUBSCRIPTION_INCOMPLETE, Verdict.NOT_LISTED})

NOTHING = Sentence("")
"""Where there is nothing to say."""


@dataclass(frozen=True)
class Diagnosis:
    """One verdict, what it rests on, and what to do."""

    verdict: Verdict
    evidence: Sentence = NOTHING
    """Empty where the verdict speaks for itself."""
    remedy: Sentence = NOTHING
    """Empty where nothing is to be done."""
    step: Step = Step.NOTHING
    """The smallest step that can help."""
    message: Sentence = NOTHING
    """A message to forward to whoever can help, where somebody else has to; in every language."""


@dataclass(frozen=True, kw_only=True)
class PageView(Diagnosis):
    """One Page with everything that is known of it, judged."""

    page_id: str
    name: str
    category: str = ""
    picture_url: str = ""
    """The address expires."""
    portfolio: str = ""
    """The business portfolio through which the Page is reached; empty if there is none or it is not known."""
    link: PageLink | None
    """The link as the gateway has it; None if the Page is not linked."""
    token: str = field(default="", repr=False)
    """The Page's token for linking; empty if Facebook gave none."""
