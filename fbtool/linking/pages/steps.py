"""The steps that can help a Page, from the smallest to the largest.

A verdict names one step. A repair takes it, looks again, and goes on to the next only if it did not help.
"""

from enum import Enum


class Step(Enum):
    """What somebody can do for a Page. The order of the first six is the order in which a repair tries them."""

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
