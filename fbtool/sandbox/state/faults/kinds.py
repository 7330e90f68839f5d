"""The kinds of faults, each with its effect.

Faults that concern tokens heal as the real trouble would: a changed password kills the tokens that exist and none that
come later, a narrowed grant ends with the next pass through the dialog, a lost role only when the fault is cleared.
"""

from dataclasses import dataclass
from enum import Enum

from fbtool.language import N_
from fbtool.sandbox.state.tokens import Cause


class Healing(Enum):
    """What ends a trouble by itself."""

    NEW_TOKEN = "new token"  # noqa: S105 - no secret
    NEW_CONSENT = "new consent"
    NOTHING = "nothing"


@dataclass(frozen=True)
class TokenTrouble:
    """Tokens are refused with code 190."""

    cause: Cause
    healing: Healing
    page_tokens_only: bool = False


@dataclass(frozen=True)
class ErrorAnswer:
    """A call is refused with the platform's error envelope."""

    code: int
    message: str
    subcode: int = 0
    status: int = 400
    transient: bool = False
    usage: str = ""
    """Which usage header goes over 100 percent: ``app``, ``page``, or a business use case."""
    performed: bool = False
    """Whether the call has had its effect nevertheless."""
    healing: Healing = Healing.NOTHING


class Breakage(Enum):
    """The answer of a call is not what the caller can expect, error envelopes included."""

    HTML = "an error page of an edge proxy"
    EMPTY_BODY = "status 500 and nothing else"
    SLOW = "the right answer, but late"
    HANG_UP = "the connection is cut and nothing is done"
    HANG_UP_AFTER = "everything is done, then the connection is cut"
    EMPTY_LIST = "an empty list, as they come for some minutes (seen)"
    NO_SUCCESS = 'status 200 and {"success": false} (field reports)'


class Reading(Enum):
    """What a living token reads."""

    CLOSED = "data access has expired: lists are empty"


class DialogTrouble(Enum):
    """What the login dialog does differently."""

    DENIED_AT_THE_END = "access_denied although nobody cancelled (field reports)"
    NO_PICKER = "reauthorize does not show the Page picker (seen for people with a role on the app)"
    BLANK = "an empty page, as with a tracker blocker in the browser"


class WebhookTrouble(Enum):
    """What happens to webhooks on their way."""

    TWICE = "each comes twice"
    COLLECTED = "several items in one POST"
    REVERSED = "several items in reverse order"
    WRONG_SIGNATURE = "signed with another secret"
    NO_SIGNATURE = "without a signature"
    OLD_SIGNATURE = "with the SHA-1 signature only"
    LOST = "never sent"


Effect = TokenTrouble | ErrorAnswer | Breakage | Reading | DialogTrouble | WebhookTrouble


class FaultKind(Enum):
    """All faults: named as by HTTP, with the sentence on the control page and the effect."""

    TOKEN_EXPIRED = (N_("Access tokens have expired (190/463)"), TokenTrouble(Cause.EXPIRED, Healing.NEW_TOKEN))
    PASSWORD_CHANGED = (
        N_("The password was changed: tokens are dead (190/460)"),
        TokenTrouble(Cause.PASSWORD, Healing.NEW_TOKEN),
    )
    APP_REMOVED = (
        N_("The person has removed the app: tokens are dead (190/458)"),
        TokenTrouble(Cause.REMOVED, Healing.NEW_TOKEN),
    )
    LOGGED_OUT = (
        N_("The person has logged out: tokens are dead (190/467)"),
        TokenTrouble(Cause.LOGGED_OUT, Healing.NEW_TOKEN),
    )
    CHECKPOINT = (
        N_("Facebook wants to see the person first (190/459)"),
        TokenTrouble(Cause.CHECKPOINT, Healing.NOTHING),
    )
    UNCONFIRMED = (N_("The account is not confirmed (190/464)"), TokenTrouble(Cause.UNCONFIRMED, Healing.NOTHING))
    ROLE_LOST = (
        N_("The person has lost the role on the Page (190/492)"),
        TokenTrouble(Cause.ROLE_LOST, Healing.NOTHING, page_tokens_only=True),
    )
    GRANT_NARROWED = (
        N_("The Page is no longer ticked: its token is dead (190)"),
        TokenTrouble(Cause.NARROWED, Healing.NEW_CONSENT, page_tokens_only=True),
    )
    DATA_ACCESS_EXPIRED = (N_("Data access has expired after 90 days: lists are empty"), Reading.CLOSED)
    APP_LIMIT = (
        N_("Too many calls of the app (4)"),
        ErrorAnswer(4, "(#4) Application request limit reached", status=403, transient=True, usage="app"),
    )
    USER_LIMIT = (
        N_("Too many calls of the person (17)"),
        ErrorAnswer(17, "(#17) User request limit reached", transient=True, usage="app"),
    )
    PAGE_LIMIT = (
        N_("Too many calls for the Page (32)"),
        ErrorAnswer(32, "(#32) Page request limit reached", status=403, transient=True, usage="page"),
    )
    CUSTOM_LIMIT = (
        N_("Too many calls of one kind (613)"),
        ErrorAnswer(613, "(#613) Calls to this api have exceeded the rate limit.", status=403, usage="app"),
    )
    PAGES_USE_LIMIT = (
        N_("Too many calls to the Pages API (80001)"),
        ErrorAnswer(80001, "(#80001) There have been too many calls to this Page account.", usage="pages"),
    )
    MESSENGER_USE_LIMIT = (
        N_("Too many calls to the Messenger API (80006)"),
        ErrorAnswer(80006, "(#80006) There have been too many calls to this Messenger account.", usage="messenger"),
    )
    TOO_MUCH_DATA = (
        N_("Facebook asks for a smaller request (1)"),
        ErrorAnswer(1, "Please reduce the amount of data you're asking for, then retry your request", status=500),
    )
    UNKNOWN = N_("Unknown error (1)"), ErrorAnswer(1, "An unknown error occurred", status=500)
    UNKNOWN_BUT_SENT = (
        N_("Error, but the message has been sent (1/1357046)"),
        ErrorAnswer(1, "Received invalid JSON reply", 1357046, status=500, performed=True),
    )
    UNAVAILABLE = (
        N_("Temporarily unavailable (2)"),
        ErrorAnswer(2, "Service temporarily unavailable", status=503, transient=True),
    )
    HTML = N_("An HTML page instead of an answer"), Breakage.HTML
    EMPTY_BODY = N_("Status 500 and nothing else"), Breakage.EMPTY_BODY
    SLOW = N_("The answer comes late"), Breakage.SLOW
    HANG_UP = N_("The connection is cut, nothing is done"), Breakage.HANG_UP
    HANG_UP_AFTER = N_("The connection is cut after everything is done"), Breakage.HANG_UP_AFTER
    EMPTY_LIST = N_("Lists are empty"), Breakage.EMPTY_LIST
    NO_SUCCESS = N_("Status 200, but without success"), Breakage.NO_SUCCESS
    POLICY_BLOCK = (
        N_("Blocked for a violation of policies (368)"),
        ErrorAnswer(368, "The action attempted has been deemed abusive or is otherwise disallowed", status=403),
    )
    PAGE_RESTRICTED = (
        N_("The Page may not send messages for now (10/1893063)"),
        ErrorAnswer(10, "(#10) This Page is temporarily restricted from sending messages.", 1893063, status=403),
    )
    SESSION_INVALID = (
        N_("The session is no longer valid (102)"),
        ErrorAnswer(102, "(#102) Session key invalid or no longer valid", healing=Healing.NEW_CONSENT),
    )
    NOT_ALLOWED = (
        N_("The application may not do this (10)"),
        ErrorAnswer(
            10, "(#10) Application does not have permission for this action", status=403, healing=Healing.NEW_CONSENT
        ),
    )
    PERMISSION_MISSING = (
        N_("A permission is missing (200)"),
        ErrorAnswer(200, "(#200) Permissions error", status=403, healing=Healing.NEW_CONSENT),
    )
    MESSAGING_MISSING = (
        N_("The permission for messages is missing (230)"),
        ErrorAnswer(
            230,
            "(#230) Requires pages_messaging permission to manage the object",
            status=403,
            healing=Healing.NEW_CONSENT,
        ),
    )
    PAGE_PERMISSION_MISSING = (
        N_("A permission for the Page is missing (283)"),
        ErrorAnswer(
            283, "(#283) Requires extended permission: pages_manage_metadata", status=403, healing=Healing.NEW_CONSENT
        ),
    )
    TWO_FACTOR_REQUIRED = (
        N_("Two-factor authentication is required (415/2859009)"),
        ErrorAnswer(415, "(#415) Two factor authentication is required to access this asset.", 2859009, status=403),
    )
    RECIPIENT_UNAVAILABLE = (
        N_("The customer cannot be reached (551)"),
        ErrorAnswer(551, "(#551) This person isn't available right now.", 1545041),
    )
    OTHER_APP_CONTROLS = (
        N_("Another app controls the conversation (10/2018300)"),
        ErrorAnswer(10, "(#10) Message failed to send because another app is controlling this thread now.", 2018300),
    )
    DENIED_WITHOUT_CANCEL = (
        N_('The login ends in "access denied" although nobody cancelled'),
        DialogTrouble.DENIED_AT_THE_END,
    )
    NO_PICKER = N_("The login does not show the list of Pages again"), DialogTrouble.NO_PICKER
    BLANK_DIALOG = N_("The login shows an empty page"), DialogTrouble.BLANK
    WEBHOOK_TWICE = N_("Webhooks come twice"), WebhookTrouble.TWICE
    WEBHOOK_COLLECTED = N_("Several webhooks come in one"), WebhookTrouble.COLLECTED
    WEBHOOK_REVERSED = N_("Webhooks come in reverse order"), WebhookTrouble.REVERSED
    WEBHOOK_WRONG_SIGNATURE = (N_("Webhooks have a wrong signature"), WebhookTrouble.WRONG_SIGNATURE)
    WEBHOOK_NO_SIGNATURE = N_("Webhooks have no signature"), WebhookTrouble.NO_SIGNATURE
    WEBHOOK_OLD_SIGNATURE = (N_("Webhooks have only the old signature"), WebhookTrouble.OLD_SIGNATURE)
    WEBHOOK_LOST = N_("Webhooks get lost"), WebhookTrouble.LOST

    def __init__(self, sentence: str, effect: Effect) -> None:
        self.label = self.name.lower().replace("_", "-")
        """The name by HTTP."""
        self.sentence = sentence
        """What a person reads on the control page."""
        self.effect = effect

    @classmethod
    def named(cls, label: str) -> "FaultKind | None":
        """The kind with this name."""
        return next((kind for kind in cls if kind.label == label), None)
