"""How a sign-in can end without a token."""

from fbtool.facebook.catalogue import codes_of, meaning_of
from fbtool.language import N_, Sentence
from fbtool.problem import Kind, Problem
from fbtool.safe_text import shown


class SignInDenied(Problem):
    """The dialog ended without a grant; that does not mean that the person cancelled."""

    code = "sign_in_denied"
    kind = Kind.ATTENTION
    what = N_("Facebook did not grant access. Nothing was changed.")
    meaning = N_(
        "Either “Cancel” was chosen at Facebook, or Facebook does not let this app ask this person. Facebook does not "
        "say which."
    )
    remedy = N_("Sign in again and confirm every step. If nobody cancelled, tell the person who runs the gateway.")


class SignInExpired(Problem):
    """Ten minutes have passed."""

    code = "sign_in_expired"
    kind = Kind.ATTENTION
    what = N_("The sign-in was not finished within ten minutes. Nothing was changed.")
    meaning = N_("The browser window was perhaps closed, or Facebook showed an error there.")
    remedy = N_("Start the sign-in again. If Facebook shows an error, note its text.")


class SignInCancelled(Problem):
    """The person called it off."""

    code = "sign_in_cancelled"
    kind = Kind.ATTENTION
    what = N_("The sign-in was cancelled. Nothing was changed.")
    remedy = N_("Start it again whenever you like; the browser window can be closed.")


class SignInUnfinished(Problem):
    """The gateway could not bring the sign-in at Facebook to an end."""

    code = "sign_in_unfinished"
    kind = Kind.REFUSED
    what = N_("The gateway could not finish the sign-in ({error}).")
    meaning = "{description}"
    remedy = N_("Sign in again. If it happens once more, tell the person who runs the gateway.")

    @classmethod
    def because(cls, error: object, description: object) -> "SignInUnfinished":
        """With the error and description of an OAuth answer (RFC 6749 §4.1.2.1 and §5.2), made fit to be shown.

        The gateway describes trouble at Facebook by its code; a person gets the sentence.
        """
        told = _short(description)
        codes = codes_of(told)
        return cls(error=_short(error), description=Sentence(meaning_of(*codes).what) if codes else told)


class SignInCodeRefused(Problem):
    """The gateway does not know the one-time code: mistyped, used, or older than two minutes."""

    code = "sign_in_code_refused"
    kind = Kind.REFUSED
    what = N_("The gateway does not accept the code of this sign-in.")
    meaning = N_("A code works once, for two minutes, and only for the sign-in that made it.")
    remedy = N_("Start the sign-in again and use the new code.")


class AccountTokenRefused(Problem):
    """The gateway does not accept the account's token any more."""

    code = "account_token_refused"
    kind = Kind.REFUSED
    what = N_("The gateway does not accept the token of the messenger account.")
    meaning = N_("The token was perhaps replaced by a new one, or the account was switched off or removed.")
    remedy = N_("Connect again with the account's current connection code.")


def _short(text: object) -> str:
    return shown(str(text or ""))[:300]
