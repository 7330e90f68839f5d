"""What Facebook's error codes mean for a Page, trouble at Facebook, and trouble with the gateway."""

from fbtool.linking.pages.verdicts import Step, Verdict
from tests.scenarios.acts import Act, AtGateway, FaultsEnd, SignIn, dialog, fault, run
from tests.scenarios.rows_choice import ATTENTION, FINE, LINKED, LIST, MODERATED, READY
from tests.scenarios.scenario import NO_PAGES, NOT_READ, Expected, Scenario

_WELL = FaultsEnd("Facebook is well again")


def _refused(name: str, cause: str, seen: str, kind: str, found: Expected, *remedy: Act) -> Scenario:
    """Linking the Page ends with an error of Facebook."""
    trouble = fault(kind, page=FINE, call="POST */subscribed_apps")
    return Scenario(
        name,
        cause,
        f"{seen} while the Page is linked",
        FINE,
        (SignIn(), trouble),
        run("link", FINE, ends_with=7),
        found,
        remedy or (_WELL, run("link", FINE)),
        LINKED,
    )


def _silent(name: str, cause: str, seen: str, kind: str, call: str = "GET me/accounts") -> Scenario:
    """A source of the list does not answer."""
    return Scenario(
        name,
        cause,
        f"{seen} for `{call.partition(' ')[2]}`",
        FINE,
        (SignIn(), run("link", MODERATED), fault(kind, call=call)),
        ATTENTION,
        Expected(NOT_READ),
        (_WELL,),
        READY,
    )


_ASK = Expected(Verdict.PERMISSION_MISSING, Step.ASK_AGAIN)
_REPAIR = dialog("repair", FINE)
_LATER = Expected(Verdict.THROTTLED, Step.WAIT)
_TROUBLE = Expected(Verdict.FACEBOOK_TROUBLE, Step.WAIT)

CODES = (
    _refused("code-10", "Facebook says that the app may not do this.", "10", "not-allowed",
             _ASK, _REPAIR),
    _refused("code-200", "Facebook says that a permission is missing.", "200", "permission-missing", _ASK, _REPAIR),
    _refused("code-230", "Facebook misses the permission for messages.", "230", "messaging-missing", _ASK, _REPAIR),
    _refused("code-283", "Facebook misses a permission for the Page.", "283", "page-permission-missing", _ASK, _REPAIR),
    _refused("code-368", "Facebook has blocked the Page for a while.", "368", "policy-block",
             Expected(Verdict.BLOCKED, Step.AT_FACEBOOK),
             FaultsEnd("Erika settles it in the Page's support inbox; the block ends"), run("link", FINE)),
    _refused("code-4", "The app has made too many calls.", "4", "app-limit", _LATER),
    _refused("code-32", "Too many calls for this Page.", "32", "page-limit", _LATER),
    _refused("code-613", "Too many calls of one kind.", "613", "custom-limit", _LATER),
    _refused("code-80001", "The Page's limit is reached.", "80001", "pages-use-limit", _LATER),
    _refused("code-1", "Facebook has an unknown problem.", "1", "unknown", _TROUBLE),
    _refused("code-2", "Facebook is not available.", "2", "unavailable", _TROUBLE),
    _refused("no-success", "Facebook answers “no success” and no reason.", '`{"success": false}`', "no-success",
             _TROUBLE),
)  # fmt: skip

TROUBLE = (
    Scenario(
        "empty-for-a-while",
        "Facebook's list is empty for some minutes.",
        "`/me/accounts` is `[]` twice, although Pages were ticked (seen)",
        FINE,
        (SignIn(), fault("empty-list", call="GET me/accounts")),
        LIST,
        Expected(NO_PAGES, Step.BUSINESS_ACCESS),
        (_WELL,),
        READY,
    ),
    Scenario(
        "no-role-anywhere",
        "The person manages no Page at all.",
        "the dialog offers none, `/me/accounts` is `[]`",
        FINE,
        (SignIn(who="niemand"),),
        LIST,
        Expected(NO_PAGES, Step.BUSINESS_ACCESS),
        (dialog("login", who="nora"),),
        READY,
        nobody_here="somebody with a role on the Page signs in",
    ),
    _silent("list-unavailable", "Facebook does not give its list of Pages.", "2", "unavailable"),
    _silent("list-too-large", "Facebook asks for a smaller request.", "1", "too-much-data"),
    _silent("person-limit", "The person has made too many calls.", "17", "user-limit"),
    _silent("list-html", "Something else answers in Facebook's place.", "an HTML page", "html"),
    _silent("list-cut", "The connection to Facebook is cut.", "no answer", "hang-up"),
)

GATEWAY = (
    Scenario(
        "account-disabled",
        "The operator has switched the messenger account off.",
        "the gateway's 403 `account_inactive`",
        FINE,
        (SignIn(), AtGateway("", "disable")),
        run("pages", ends_with=6),
        Expected("account_inactive"),
        (AtGateway("the operator switches it on: `fbtool gateway accounts enable`", "enable"),),
        READY,
        nobody_here="whoever runs the gateway",
    ),
    Scenario(
        "account-token-replaced",
        "The operator has replaced the account's token.",
        "the gateway's 401 `token_unknown`",
        FINE,
        (SignIn(), AtGateway("", "rotate")),
        run("pages", ends_with=6),
        Expected("token_unknown"),
        (AtGateway("`fbtool connect` with the new connection code", "connect"),),
        READY,
    ),
    Scenario(
        "gateway-away",
        "The gateway does not run, or a firewall is in between.",
        "the connection is refused",
        FINE,
        (SignIn(), AtGateway("", "stop")),
        run("pages", ends_with=5),
        Expected("connection_refused"),
        (AtGateway("the operator starts it again", "start"),),
        READY,
        nobody_here="whoever runs the gateway",
    ),
    Scenario(
        "gateway-cannot-reach-facebook",
        "The gateway cannot finish the sign-in at Facebook.",
        "2 for `oauth/access_token`",
        FINE,
        (fault("unavailable", call="* oauth/access_token"),),
        dialog("login", ends_with=6),
        Expected("sign_in_unfinished"),
        (_WELL, dialog("login")),
        READY,
    ),
)
