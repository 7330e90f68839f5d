"""Facebook's error envelope and the refusals that more than one call shares.

Only ``message``, ``type``, ``code`` and ``fbtrace_id`` are always there (Meta, "Handle Errors"). Permission errors
answer 403, unknown paths 404, trouble 500, everything else 400.
"""

from dataclasses import dataclass, field
from typing import Any

from fbtool.sandbox import ids
from fbtool.sandbox.graph.call import GraphAnswer

OAUTH = "OAuthException"
GRAPH_METHOD = "GraphMethodException"


@dataclass(eq=False)
class Refusal(Exception):
    """One error answer of the Graph API; raise it anywhere in a handler."""

    message: str
    code: int
    subcode: int = 0
    type: str = OAUTH
    status: int = 400
    transient: bool = False
    title: str = ""
    """``error_user_title``; empty: the answer has none."""
    user_message: str = ""
    challenge: str = ""
    """The keyword in ``WWW-Authenticate``; empty: the answer has no such header."""
    data: dict[str, Any] = field(default_factory=dict)

    def answer(self) -> GraphAnswer:
        """The HTTP answer, with a trace id of its own."""
        error: dict[str, Any] = {"message": self.message, "type": self.type, "code": self.code}
        if self.subcode:
            error["error_subcode"] = self.subcode
        if self.transient:
            error["is_transient"] = True
        if self.title:
            error |= {"error_user_title": self.title, "error_user_msg": self.user_message}
        if self.data:
            error["error_data"] = self.data
        error["fbtrace_id"] = ids.trace_id()
        headers = {}
        if self.challenge:
            text = self.message.replace('"', "'")
            headers["WWW-Authenticate"] = f'OAuth "Facebook Platform" "{self.challenge}" "{text}"'
        return GraphAnswer({"error": error}, self.status, headers)


def parameter(text: str, subcode: int = 0) -> Refusal:
    """Code 100: something in the request is wrong."""
    return Refusal(f"(#100) {text}", 100, subcode)


def missing_parameter(name: str) -> Refusal:
    """Code 100: a parameter is not there."""
    return parameter(f"The parameter {name} is required.")


def permission(text: str, code: int = 200, subcode: int = 0) -> Refusal:
    """Codes 10 and 200 to 299: not allowed; these answer 403."""
    return Refusal(f"(#{code}) {text}", code, subcode, status=403)


def unknown_field(name: str, node: str) -> Refusal:
    """One unknown field fails the whole call."""
    return parameter(f"Tried accessing nonexisting field ({name}) on node type ({node})")


def no_such_object(method: str, object_id: str) -> Refusal:
    """Code 100/33: it does not exist, or this token does not see it."""
    return Refusal(
        f"Unsupported {method.lower()} request. Object with ID '{object_id}' does not exist, cannot be loaded"
        " due to missing permissions, or does not support this operation. Please read the Graph API"
        " documentation at https://developers.facebook.com/docs/graph-api",
        100,
        33,
        GRAPH_METHOD,
    )


def unknown_path(path: str) -> Refusal:
    """Code 2500: the node has nothing of that name."""
    return Refusal(f"Unknown path components: /{path}", 2500, status=404)


def no_token() -> Refusal:
    """Code 104: the call needs a token and has none."""
    return Refusal("An access token is required to request this resource.", 104, challenge="invalid_request")


def no_active_user() -> Refusal:
    """Code 2500: ``/me`` without a person's or Page's token."""
    return Refusal(
        "An active access token must be used to query information about the current user.",
        2500,
        challenge="invalid_request",
    )


def bad_token(message: str, subcode: int = 0) -> Refusal:
    """Code 190: the token is dead or never was one."""
    return Refusal(message, 190, subcode, challenge="invalid_token")
