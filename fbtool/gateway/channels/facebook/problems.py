"""What the gateway refuses about Pages and what Facebook refuses. Each carries the HTTP status of its document."""

from fbtool.gateway.problems import GatewayProblem
from fbtool.language import N_
from fbtool.problem import Kind, Problem, Sentences


class PageNotLinked(GatewayProblem):
    """The account has no link to this Page."""

    status = 404
    code = "page_not_linked"
    what = N_("The Page {page} is not linked to this messenger account.")
    remedy = N_("Link it first.")


class PageOfOtherAccount(GatewayProblem):
    """A Page belongs to one account; taking it over is explicit."""

    status = 409
    code = "page_of_other_account"
    what = N_("The Page is already linked to another messenger account of this gateway.")
    meaning = N_("A Page belongs to one account. The other one would stop receiving its messages.")
    remedy = N_("Unlink it there first, or take it over on purpose with --take-over.")


class PageTokenUnfit(GatewayProblem):
    """Facebook says that the token is not what it should be."""

    status = 422
    code = "page_token_unfit"
    what = N_("Facebook does not confirm the permission for this Page: {reason}.")
    meaning = N_("Nothing was stored.")
    remedy = N_("Sign in with Facebook again, choose “Edit settings” and tick this Page and all permissions.")


class PersonForgotten(GatewayProblem):
    """Why a link has nobody left: the reason is kept, the person is not."""

    status = 410
    code = "person_forgotten"
    what = N_("The person who linked this Page asked Facebook to delete their data here.")
    meaning = N_("Their permission, their name and their id were deleted.")
    remedy = N_("Let an admin of the Page sign in with Facebook and link it again.")


class SignatureWrong(GatewayProblem):
    """The call is not Facebook's."""

    status = 403
    code = "signature_wrong"
    what = N_("This call was not signed by Facebook for this app.")
    remedy = N_("If Facebook sent it, compare the app's secret at Meta with the one the gateway has.")


class SubscriptionIncomplete(GatewayProblem):
    """Facebook took the subscription but does not show it."""

    status = 502
    code = "subscription_incomplete"
    kind = Kind.FACEBOOK
    what = N_("Facebook did not switch on the messages of this Page.")
    meaning = N_("Facebook confirmed it but lists it without: {fields}. Nothing was stored.")
    remedy = N_("Try again in a few minutes.")


class FacebookRefused(GatewayProblem):
    """Facebook said no to the gateway; the texts are those of the error."""

    status = 502
    code = "facebook"
    kind = Kind.FACEBOOK
    what = remedy = ""

    def __init__(self, cause: Problem, trace_id: str = "") -> None:
        self.cause = cause
        self.trace_id = trace_id
        self.code = cause.code  # type: ignore[misc]
        super().__init__()

    def sentences(self) -> Sentences:
        """What the cause says."""
        return self.cause.sentences()


class LinkNeedsPerson(GatewayProblem):
    """Nobody's token works for the Page any more."""

    status = 409
    code = "link_needs_person"
    what = N_("The link of the Page “{page}” needs somebody to sign in with Facebook again.")
    meaning = N_("Facebook has taken the permission away; the link says why. Answers wait until it is repaired.")
    remedy = N_("Let an admin of the Page run “fbtool repair”, then try again.")
