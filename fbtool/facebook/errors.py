"""Errors of the Graph API, as people and software need them."""

from typing import Any

from fbtool.facebook.catalogue import PROOF, Reaction, Scope, meaning_of
from fbtool.language import N_
from fbtool.problem import Kind, Problem

_PARAMETER = 100
_DEAD_TOKEN = 190
_PROOF = "appsecret_proof"
"""The argument's name. It stands in the text of code 100 (long-standing knowledge) and is translated nowhere, so this
is the one error that may be told from others by its text."""


class GraphError(Problem):
    """Facebook answered and said no."""

    code = "facebook"
    kind = Kind.FACEBOOK
    what = remedy = ""  # both come from the catalogue

    def __init__(
        self,
        error_code: int,
        subcode: int | None = None,
        *,
        status: int = 400,
        message: str = "",
        trace_id: str = "",
        transient: bool = False,
    ) -> None:
        self.error_code = error_code
        self.subcode = subcode
        self.status = status
        self.message = message
        """Facebook's own words: for the details, never to decide by."""
        self.trace_id = trace_id
        """Facebook's reference for its support."""
        self._meaning = meaning_of(error_code, subcode, status, transient=transient)
        self.code = f"facebook_{error_code}" + (f"_{subcode}" if subcode else "")  # type: ignore[misc]
        super().__init__()

    @property
    def reaction(self) -> Reaction:
        """What can be done about it."""
        return self._meaning.reaction

    @property
    def scope(self) -> Scope:
        """How far it reaches; `Scope.LINK` is a question until the link is checked."""
        return self._meaning.scope

    @property
    def is_about_a_person(self) -> bool:
        """Whether it tells what happened to a person's token (password, role, …), which an app's own cannot meet."""
        return self.error_code == _DEAD_TOKEN and self.subcode is not None

    def _texts(self) -> tuple[str, str, str]:
        return self._meaning.what, self.meaning, self._meaning.remedy


class ProofRefused(GraphError):
    """Facebook demands ``appsecret_proof``, the proof of the app's secret, or did not accept the one that came."""

    def __init__(self, error_code: int, subcode: int | None = None, **more: Any) -> None:
        super().__init__(error_code, subcode, **more)
        self._meaning = PROOF
        self.code = "facebook_proof"  # type: ignore[misc]


class AnswerUnreadable(Problem):
    """Something answered in Facebook's place, or its answer was cut."""

    code = "facebook_unreadable"
    kind = Kind.FACEBOOK
    what = N_("Facebook's answer could not be read (HTTP status {status}).")
    meaning = N_("Facebook may be in trouble, or a proxy on the way answers in its place.")
    remedy = N_("Try again in a few minutes.")


def read_error(status: int, content: Any) -> GraphError | None:
    """The error in a decoded answer, or None if it holds none. Never raises, whatever ``content`` is."""
    error = content.get("error") if isinstance(content, dict) else None
    if not isinstance(error, dict):
        return None
    code = _whole(error.get("code")) or 0
    kind = ProofRefused if code == _PARAMETER and _PROOF in str(error.get("message")) else GraphError
    return kind(
        code,
        _whole(error.get("error_subcode")),
        status=status,
        message=str(error.get("error_user_msg") or error.get("message") or ""),
        trace_id=str(error.get("fbtrace_id") or ""),
        transient=error.get("is_transient") is True,
    )


def _whole(value: Any) -> int | None:
    try:
        return int(value) or None
    except (TypeError, ValueError, OverflowError):
        return None
