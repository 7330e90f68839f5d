"""Roles, tasks, two-factor authentication, and Pages that are others'."""

from fbtool.linking.pages.verdicts import Step, Verdict
from tests.scenarios.acts import Elsewhere, FaultsEnd, Other, SignIn, dialog, fault, run
from tests.scenarios.rows_choice import ATTENTION, CAREFUL, FINE, LINKED, LIST, MODERATED, NORAS, READY
from tests.scenarios.rows_sign_in import BOTH, BROKEN, NEEDS_SIGN_IN, NOTICED
from tests.scenarios.scenario import Expected, Scenario

_SINGLE = {"tasks": ["PROFILE_PLUS_MESSAGING", "PROFILE_PLUS_MODERATE"], "token": "nowhere"}


def _role(page: str, words: str, role: dict[str, object] | None) -> Elsewhere:
    return Elsewhere(words, f"pages/{page}/roles", {"person": "erika", "role": role})


ROWS = (
    Scenario(
        "analyst",
        "The person may only look at the Page.",
        "`tasks` is `[ANALYZE]`",
        "Nur Analyst",
        (SignIn(),),
        LIST,
        Expected(Verdict.TASK_MISSING, Step.OTHER_PERSON),
        (_role("Nur Analyst", "somebody with full control gives Erika the tasks", {"role": "moderator"}),),
        READY,
        nobody_here="somebody with full control of the Page, who gets the message",
    ),
    Scenario(
        "one-task-missing",
        "One task is missing.",
        "`tasks` lacks `MODERATE`",
        "Nachrichten ohne Moderieren",
        (SignIn(),),
        LIST,
        Expected(Verdict.TASK_MISSING, Step.OTHER_PERSON),
        (
            _role(
                "Nachrichten ohne Moderieren", "somebody with full control gives Erika the task", {"role": "moderator"}
            ),
        ),
        READY,
        nobody_here="somebody with full control of the Page, who gets the message",
    ),
    Scenario(
        "task-access-only",
        "The person has single tasks on a new Page, but no Facebook access.",
        "`tasks` without `PROFILE_PLUS_FACEBOOK_ACCESS`, no `access_token`",
        "Neue Seite nur mit Aufgaben",
        (SignIn(), _role("Neue Seite nur mit Aufgaben", "", _SINGLE)),
        LIST,
        Expected(Verdict.FULL_ACCESS_MISSING, Step.OTHER_PERSON),
        (
            _role(
                "Neue Seite nur mit Aufgaben",
                "somebody with full control gives Erika Facebook access",
                {"tasks": ["PROFILE_PLUS_FULL_CONTROL", "PROFILE_PLUS_FACEBOOK_ACCESS"]},
            ),
        ),
        READY,
        nobody_here="somebody with full control of the Page, who gets the message",
    ),
    Scenario(
        "token-in-single-read",
        "Facebook's list leaves the access to the Page out.",
        "no `access_token` in `/me/accounts`, a single read has it",
        "Token fehlt in der Liste",
        (SignIn(),),
        LIST,
        Expected(READY, Step.NOTHING),
        (run("link", "Token fehlt in der Liste"),),
        LINKED,
    ),
    Scenario(
        "token-nowhere",
        "Facebook lists the Page and gives no access to it, without a reason.",
        "no `access_token` anywhere",
        "Token fehlt überall",
        (SignIn(),),
        LIST,
        Expected(Verdict.TOKEN_MISSING, Step.TWO_FACTOR),
        (_role("Token fehlt überall", "somebody with full control gives Erika a role anew", {"role": "admin"}),),
        READY,
        nobody_here="somebody with full control of the Page",
    ),
    Scenario(
        "two-factor",
        "The Page's business demands two-factor authentication.",
        "no `access_token` anywhere",
        CAREFUL,
        (SignIn(),),
        LIST,
        Expected(Verdict.TOKEN_MISSING, Step.TWO_FACTOR),
        (
            Elsewhere("Erika switches it on at facebook.com", "people/erika/switch-two-factor-on"),
            dialog("login"),
        ),
        READY,
    ),
    Scenario(
        "two-factor-said",
        "Facebook demands two-factor authentication while the Page is linked.",
        "415/2859009",
        FINE,
        (SignIn(), fault("two-factor-required", page=FINE, call="POST */subscribed_apps")),
        run("link", FINE, ends_with=7),
        Expected(Verdict.TWO_FACTOR, Step.TWO_FACTOR),
        (
            Elsewhere("Erika switches it on at facebook.com", "people/erika/switch-two-factor-on"),
            FaultsEnd("Facebook is content"),
            dialog("login"),
            run("link", FINE),
        ),
        LINKED,
    ),
    Scenario(
        "role-lost",
        "The role on a linked Page was taken away.",
        "190/492 for the Page's token",
        FINE,
        (*BOTH, _role(FINE, "", None), NOTICED),
        BROKEN,
        Expected(NEEDS_SIGN_IN, Step.OTHER_PERSON),
        (_role(FINE, "somebody with full control gives the role back", {"role": "admin"}), run("link", FINE)),
        LINKED,
        nobody_here="somebody with full control of the Page",
    ),
    Scenario(
        "role-lost-for-good",
        "The person has left, and the role on a linked Page with them.",
        "190/492 for the Page's token",
        FINE,
        (*BOTH, _role(FINE, "", None), NOTICED),
        BROKEN,
        Expected(NEEDS_SIGN_IN, Step.OTHER_PERSON),
        (dialog("login", who="nora"), run("link", FINE)),
        LINKED,
        nobody_here="another admin of the Page signs in here",
    ),
    Scenario(
        "unpublished",
        "The Page is not published.",
        "`is_published` is `false`",
        "Nicht veröffentlicht",
        (SignIn(),),
        LIST,
        Expected(Verdict.UNPUBLISHED, Step.AT_FACEBOOK),
        (
            Elsewhere(
                "Erika publishes it at facebook.com", "pages/Nicht veröffentlicht/published", {"published": True}
            ),
            run("link", "Nicht veröffentlicht"),
        ),
        LINKED,
    ),
    Scenario(
        "linked-elsewhere",
        "The Page is linked to another messenger account of the gateway.",
        "the gateway's 409 `page_of_other_account`",
        FINE,
        (Other(FINE), SignIn()),
        run("link", FINE, ends_with=6),
        Expected(Verdict.LINKED_ELSEWHERE, Step.TAKE_OVER),
        (run("link", FINE, "--take-over"),),
        LINKED,
    ),
    Scenario(
        "linked-by-other",
        "Somebody else has linked the Page.",
        "the link's `person_id`",
        NORAS,
        (SignIn(who="nora"), run("link", NORAS), SignIn()),
        LIST,
        Expected(Verdict.LINKED_BY_OTHER, Step.NOTHING),
        (),
        Verdict.LINKED_BY_OTHER,
    ),
    Scenario(
        "linked-by-other-broken",
        "Somebody else has linked the Page, and that sign-in is dead.",
        "190/460 for the Page's token",
        NORAS,
        (
            SignIn(who="nora"),
            run("link", NORAS),
            SignIn(),
            Elsewhere("Nora changes her password", "people/nora/change-password"),
            NOTICED,
        ),
        ATTENTION,
        Expected(NEEDS_SIGN_IN, Step.OTHER_PERSON),
        (dialog("--person", "Nora Entwicklerin", "repair", who="nora"),),
        LINKED,
        nobody_here="Nora signs in here",
    ),
    Scenario(
        "subscription-incomplete",
        "Facebook takes the subscription but does not keep it.",
        "`subscribed_apps` reads back empty",
        MODERATED,
        (SignIn(), fault("empty-list", call="GET */subscribed_apps")),
        run("link", MODERATED, ends_with=7),
        Expected(Verdict.SUBSCRIPTION_INCOMPLETE, Step.LINK_AGAIN),
        (FaultsEnd("Facebook is well again"), run("link", MODERATED)),
        LINKED,
    ),
)
