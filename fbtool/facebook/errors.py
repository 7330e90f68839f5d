"""Facebook's errors, with the meaning that Facebook's catalogue knows."""

from fbtool.facebook.catalogue import PROOF, meaning_of
from fbtool.language import N_
from fbtool.meta.catalogue import Meaning
from fbtool.meta.errors import GraphError
from fbtool.problem import Kind, Problem

_PARAMETER = 100
_PROOF = "appsecret_proof"
"""The argument's name. It stands in the text of code 100 (long-standing knowledge) and is translated nowhere, so this
is the one error that may be told from others by its text."""


class FacebookError(GraphError):
    """Facebook answered and said no."""

    code = product = "facebook"

    def _look_up(self) -> Meaning:
        return meaning_of(self.error_code, self.subcode, self.status, transient=self.transient)

    @classmethod
    def _kind_of(cls, code: int, message: str) -> type[GraphError]:
        return ProofRefused if code == _PARAMETER and _PROOF in message else cls


class ProofRefused(FacebookError):
    """Facebook demands ``appsecret_proof``, the proof of the app's secret, or did not accept the one that came."""

    @property
    def _name(self) -> str:
        return "proof"

    def _look_up(self) -> Meaning:
        return PROOF


class AnswerUnreadable(Problem):
    """Something answered in Facebook's place, or its answer was cut."""

    code = "facebook_unreadable"
    kind = Kind.FACEBOOK
    what = N_("Facebook's answer could not be read (HTTP status {status}).")
    meaning = N_("Facebook may be in trouble, or a proxy on the way answers in its place.")
    remedy = N_("Try again in a few minutes.")
