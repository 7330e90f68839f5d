"""The error catalogue: every code of Facebook, what it means and what to do about it, as data.

Classification goes by code *and* subcode, never by the message: its language and wording change. Codes and
meanings follow Meta's "Handling errors" (Graph API) and the Messenger "Error codes" page of June 2026.
"""

import re

from fbtool.language import N_
from fbtool.meta.catalogue import Meaning, Reaction, Scope

_PROBLEM = re.compile(r"facebook_(\d+)(?:_(\d+))?")

_R, _S = Reaction, Scope
_SIGN_IN = N_("Sign in with Facebook again and allow the same Pages and permissions.")
_PICK = N_(
    "Sign in with Facebook again, choose “Edit settings” and tick every Page you use, including the linked ones."
)
_WAIT = N_("Nothing to do: it is tried again later.")
_OPERATOR = N_("Tell the person who runs the gateway; the details below help them.")
_RECIPIENT = N_("Nothing can be done here. Other customers are not affected.")
_CUSTOMER = N_("Wait until the customer writes again.")
_SUPPORT = N_("Open the Page's support inbox at Facebook to see why and for how long.")
_OTHER_CONTENT = N_("Send something else: another file, a smaller one, or a text.")
_INBOX = N_("Answer in the other app, or take the conversation over in the Page's conversation routing at Facebook.")

_GONE = N_("This customer cannot be reached: blocked or deactivated.")
_OVER = N_("The time to answer this customer is over.")
_PAGE_LIMIT = N_("Facebook's limit for this Page is reached.")
_MANY_CALLS = N_("Too many calls in a short time.")
_NO_PERMISSION = N_("A permission is missing at Facebook.")
_NO_PROFILE = N_("Facebook does not show this customer's name.")
_OTHER_APP = N_("Another app holds this conversation at Facebook.")
_MARKETING = N_("Facebook limits how often this customer may get marketing messages.")
_DOWN = N_("Facebook is not available at the moment.")
_NOT_UNDERSTOOD = N_("Facebook did not understand the request.")

PROOF = Meaning(
    _R.CONFIGURATION,
    N_("Facebook demands a proof of the app's secret (“Require App Secret” is on), or did not accept it."),
    N_(
        "Tell the person who runs the gateway: at developers.facebook.com, under App settings, Advanced, “Require App "
        "Secret” has to be off, because the secret never leaves the gateway; otherwise its secret or clock is wrong."
    ),
    _S.APP,
)
"""Known by code 104 (long-standing knowledge), and by code 100 with the name of the argument in its text."""

_CATALOGUE: dict[tuple[int, int | None], Meaning] = {
    # General codes
    (1, None): Meaning(_R.RETRY, N_("Facebook had an unknown problem."), _WAIT),
    (1, 99): Meaning(
        _R.CONFIGURATION,
        N_("Facebook refused without naming a reason; often the app lacks an approved permission."),
        _OPERATOR,
    ),
    (1, 1357046): Meaning(
        _R.UNCLEAR,
        N_("Facebook's answer was unclear; the message may have been sent."),
        N_("Look into the conversation at Facebook before you send it again."),
    ),
    (2, None): Meaning(_R.RETRY, _DOWN, _WAIT),
    (3, None): Meaning(_R.CONFIGURATION, N_("The app may not do this at Facebook."), _OPERATOR),
    (4, None): Meaning(_R.THROTTLE, N_("Facebook's limit for this app is reached."), _WAIT, _S.APP),
    (4, 2018354): Meaning(_R.RECIPIENT, _MARKETING, _RECIPIENT),
    (9, None): Meaning(_R.THROTTLE, N_("Too many actions in a short time."), _WAIT),
    (9, 2018352): Meaning(_R.RECIPIENT, _MARKETING, _RECIPIENT),
    (10, None): Meaning(_R.PERMISSION, _NO_PERMISSION, _PICK),
    (17, None): Meaning(_R.THROTTLE, N_("Facebook's limit for this person is reached."), _WAIT),
    (32, None): Meaning(_R.THROTTLE, _PAGE_LIMIT, _WAIT),
    (100, None): Meaning(_R.DEFECT, _NOT_UNDERSTOOD, _OPERATOR),
    (100, 33): Meaning(_R.PERMISSION, N_("Facebook does not show this, or it does not exist any more."), _PICK),
    (101, None): Meaning(_R.CONFIGURATION, N_("Facebook does not know the app."), _OPERATOR, _S.APP),
    (102, None): Meaning(_R.SIGN_IN, N_("The sign-in at Facebook is no longer valid."), _SIGN_IN),
    (104, None): PROOF,
    (341, None): Meaning(_R.THROTTLE, N_("A limit of Facebook is reached."), _WAIT, _S.APP),
    (368, None): Meaning(
        _R.BLOCKED, N_("Facebook has blocked this action for a while because of its policies."), _SUPPORT
    ),
    (415, None): Meaning(
        _R.PERMISSION,
        N_("Facebook demands two-factor authentication for this Page."),
        N_("Switch two-factor authentication on at facebook.com, then sign in here again."),
    ),
    (506, None): Meaning(_R.CONTENT, N_("Facebook has the same content already."), _OTHER_CONTENT),
    (551, None): Meaning(_R.RECIPIENT, _GONE, _RECIPIENT),
    (613, None): Meaning(_R.THROTTLE, _MANY_CALLS, _WAIT),
    (613, 1996): Meaning(_R.THROTTLE, _MANY_CALLS, _WAIT),
    (613, 1893016): Meaning(_R.RECIPIENT, _MARKETING, _RECIPIENT),
    (613, 2018338): Meaning(_R.THROTTLE, _MANY_CALLS, _WAIT),
    (613, 2534040): Meaning(_R.THROTTLE, _MANY_CALLS, _WAIT),
    (803, None): Meaning(_R.PERMISSION, N_("Facebook does not know this id."), _PICK),
    (1200, None): Meaning(_R.RETRY, _DOWN, _WAIT),
    (2022, None): Meaning(_R.BLOCKED, N_("Facebook has switched this kind of message off for the Page."), _SUPPORT),
    (2200, None): Meaning(
        _R.CONFIGURATION,
        N_("Facebook called the gateway's webhook and did not get the expected answer."),
        N_("Check that the gateway's public address is reachable from the internet with a valid certificate."),
    ),
    (2500, None): Meaning(_R.DEFECT, _NOT_UNDERSTOOD, _OPERATOR),
    (80001, None): Meaning(_R.THROTTLE, _PAGE_LIMIT, _WAIT),
    (80002, None): Meaning(_R.THROTTLE, _PAGE_LIMIT, _WAIT),
    (80006, None): Meaning(_R.THROTTLE, _PAGE_LIMIT, _WAIT),
    (9000001, None): Meaning(_R.CONTENT, N_("This message was deleted."), _OTHER_CONTENT),
    # Signing in
    (100, 36007): Meaning(_R.SIGN_IN, N_("The sign-in took too long."), _SIGN_IN),
    (100, 36008): Meaning(
        _R.CONFIGURATION, N_("The return address of the sign-in differs from the one that was registered."), _OPERATOR
    ),
    (100, 36009): Meaning(_R.SIGN_IN, N_("This sign-in was already used."), _SIGN_IN),
    (31, 1349174): Meaning(_R.POLL, N_("The code has not been entered yet."), _WAIT),
    (17, 1349172): Meaning(_R.POLL, N_("The code has not been entered yet."), _WAIT),
    (463, 1349152): Meaning(_R.SIGN_IN, N_("The code has expired."), _SIGN_IN),
    # Dead tokens
    (190, None): Meaning(_R.SIGN_IN, N_("Facebook no longer accepts the permission for this Page."), _PICK),
    (190, 458): Meaning(_R.SIGN_IN, N_("The app was removed from the Facebook account."), _PICK),
    (190, 459): Meaning(
        _R.SIGN_IN,
        N_("Facebook wants to check the person's account first."),
        N_("Open facebook.com, follow the steps shown there, then sign in here again."),
    ),
    (190, 460): Meaning(
        _R.SIGN_IN, N_("The Facebook password was changed, or Facebook ended the session for safety."), _SIGN_IN
    ),
    (190, 463): Meaning(_R.SIGN_IN, N_("The sign-in has expired."), _SIGN_IN),
    (190, 464): Meaning(
        _R.SIGN_IN,
        N_("The Facebook account is not confirmed yet."),
        N_("Open facebook.com, confirm the account, then sign in here again."),
    ),
    (190, 467): Meaning(_R.SIGN_IN, N_("The person signed out at Facebook."), _SIGN_IN),
    (190, 492): Meaning(
        _R.PERMISSION,
        N_("The person has lost the role on this Page, or the Page's business demands two-factor authentication."),
        N_("Switch two-factor authentication on, or let another admin of the Page sign in."),
    ),
    # Permissions
    (200, None): Meaning(_R.PERMISSION, _NO_PERMISSION, _PICK),
    (200, 2018021): Meaning(_R.RECIPIENT, N_("Facebook found nobody for this phone number."), _RECIPIENT),
    (200, 2018027): Meaning(_R.CONFIGURATION, N_("The app may not do this at Facebook."), _OPERATOR),
    (200, 2018028): Meaning(
        _R.CONFIGURATION,
        N_("The app is not approved for the public yet; only people with a role on the app can be answered."),
        _OPERATOR,
        _S.CUSTOMER,
    ),
    (200, 1545041): Meaning(_R.RECIPIENT, _GONE, _RECIPIENT),
    (210, None): Meaning(_R.DEFECT, N_("Facebook expects the Page's own token here."), _OPERATOR),
    (230, None): Meaning(_R.PERMISSION, N_("The permission to read and send messages is missing."), _PICK),
    (283, None): Meaning(_R.PERMISSION, N_("A permission for this Page is missing."), _PICK),
    # Messenger: who and when
    (10, 2018278): Meaning(_R.WINDOW, _OVER, _CUSTOMER),
    (10, 2534022): Meaning(_R.WINDOW, _OVER, _CUSTOMER),
    (10, 2018065): Meaning(_R.WINDOW, _OVER, _CUSTOMER),
    (10, 2018108): Meaning(_R.RECIPIENT, N_("This customer cannot receive messages at the moment."), _RECIPIENT),
    (10, 1893063): Meaning(
        _R.BLOCKED, N_("Facebook has restricted this Page from sending messages for a while."), _SUPPORT
    ),
    (10, 1404170): Meaning(_R.RECIPIENT, _MARKETING, _RECIPIENT),
    (10, 1893015): Meaning(_R.RECIPIENT, N_("This customer has stopped these messages."), _RECIPIENT),
    (10, 2018336): Meaning(_R.CONFIGURATION, N_("Facebook does not offer this in Europe."), _OPERATOR),
    (10, 2534077): Meaning(_R.PERMISSION, N_("The connection between Page and Instagram is disturbed."), _PICK),
    (100, 2018001): Meaning(_R.RECIPIENT, N_("Facebook does not know this customer on this Page."), _RECIPIENT),
    (100, 2534025): Meaning(_R.RECIPIENT, N_("This comment can no longer be answered in private."), _RECIPIENT),
    (551, 1545041): Meaning(_R.RECIPIENT, _GONE, _RECIPIENT),
    (100, 1893061): Meaning(
        _R.WINDOW,
        N_("Only 24 hours are allowed to answer: Facebook has not approved “Human Agent” for the app."),
        _CUSTOMER,
        _S.APP,
    ),
    # Messenger: what
    (100, 2018008): Meaning(_R.CONTENT, N_("Facebook could not fetch the attachment."), _OTHER_CONTENT),
    (100, 2018014): Meaning(_R.DEFECT, _NOT_UNDERSTOOD, _OPERATOR),
    (100, 2018034): Meaning(
        _R.CONTENT, N_("The message is empty."), N_("Write something that can be seen, then send it again.")
    ),
    (100, 2018047): Meaning(_R.CONTENT, N_("The file is not of the kind that was announced."), _OTHER_CONTENT),
    (100, 2018048): Meaning(_R.RETRY, _DOWN, _WAIT),
    (100, 2018074): Meaning(_R.CONTENT, N_("Facebook no longer has this attachment."), _OTHER_CONTENT),
    (100, 2018109): Meaning(_R.CONTENT, N_("The attachment is too large for Facebook."), _OTHER_CONTENT),
    (100, 2018164): Meaning(_R.CONFIGURATION, N_("Facebook does not know the app."), _OPERATOR),
    (100, 2018294): Meaning(_R.CONTENT, N_("The video is damaged, or fetching it took too long."), _OTHER_CONTENT),
    (100, 2018320): Meaning(_R.CONTENT, N_("Facebook does not accept this product."), _OTHER_CONTENT),
    (100, 2018328): Meaning(_R.CONTENT, N_("Facebook does not accept this product."), _OTHER_CONTENT),
    (100, 2534015): Meaning(_R.DEFECT, _NOT_UNDERSTOOD, _OPERATOR),
    # Messenger: who holds the conversation
    (100, 2534037): Meaning(_R.ROUTING, _OTHER_APP, _INBOX),
    (2018171, None): Meaning(_R.ROUTING, _OTHER_APP, _INBOX),
    (2018234, None): Meaning(_R.ROUTING, _OTHER_APP, _INBOX),
    (2018300, None): Meaning(_R.ROUTING, _OTHER_APP, _INBOX),
    (2018321, None): Meaning(_R.ROUTING, _OTHER_APP, _INBOX),
    # Messenger: profiles and other products
    (2018144, None): Meaning(_R.CONFIGURATION, N_("The app may not do this at Facebook."), _OPERATOR),
    (2018218, None): Meaning(_R.RECIPIENT, _NO_PROFILE, _RECIPIENT),
    (2018247, None): Meaning(_R.RECIPIENT, _NO_PROFILE, _RECIPIENT),
}
_BUSINESS_LIMITS = range(80000, 80015)
"""Limits of business use cases; the rows above are those of the calls that fbtool makes."""
_PERMISSION = _CATALOGUE[200, None]
_TROUBLE = _CATALOGUE[2, None]
_SMALLEST_MESSENGER_SUBCODE = 1_000_000
"""Smaller numbers mean different things as code and as subcode (463, 492, …), and with other codes."""
_MESSENGER = {
    place: meaning
    for (code, subcode), meaning in _CATALOGUE.items()
    for place in (code, subcode)
    if place and place > _SMALLEST_MESSENGER_SUBCODE
}
"""What a number of Messenger means with whatever code it comes, and in the place of the code, too (both seen)."""
_CALLING = Meaning(_R.CONFIGURATION, N_("Calls by Messenger are not set up for this Page."), _OPERATOR)
_CALLING_CODES = range(2018389, 2018397)
_UNKNOWN = Meaning(_R.DEFECT, N_("Facebook answered with an error that fbtool does not know."), _OPERATOR)


def meaning_of(code: int, subcode: int | None, status: int = 400, *, transient: bool = False) -> Meaning:
    """The row for an error; every code has one.

    ``status`` is the HTTP status, ``transient`` Facebook's word that it passes (``is_transient``); both are used only
    for unknown codes.
    """
    if (code, subcode) in _CATALOGUE:
        return _CATALOGUE[code, subcode]
    for number in (subcode, code):
        if number in _MESSENGER:
            return _MESSENGER[number]
        if number in _CALLING_CODES:
            return _CALLING
    if (code, None) in _CATALOGUE:
        return _CATALOGUE[code, None]
    if 200 <= code <= 299:
        return _PERMISSION
    if code in _BUSINESS_LIMITS:
        return _CATALOGUE[80001, None]
    return _TROUBLE if status >= 500 or transient else _UNKNOWN


def codes_of(problem_code: str) -> tuple[int, int | None] | None:
    """Code and subcode in the code of a `GraphError` as a problem (``facebook_190_460``); None if it is no such one."""
    found = _PROBLEM.fullmatch(problem_code)
    return (int(found[1]), int(found[2]) if found[2] else None) if found else None


def known() -> tuple[tuple[int, int | None], ...]:
    """All codes of the catalogue, for its documentation and its tests."""
    return tuple(_CATALOGUE)
