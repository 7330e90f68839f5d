"""Access tokens and login codes: what each stands for and of what it can die."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from fbtool.sandbox import ids
from fbtool.sandbox.clock import DAY, MINUTE

SHORT_LIVED = 90 * MINUTE
"""Tokens from the dialog live one to two hours (documented)."""
LONG_LIVED = 5183944
"""The documentation's own example of ``expires_in``: about 60 days."""
CODE_LIFETIME = 10 * MINUTE
"""Long-standing knowledge; not documented."""
DATA_ACCESS = 90 * DAY
"""After this long without a login the data behind a token is closed (documented)."""


class TokenType(Enum):
    """``type`` in ``debug_token``."""

    USER = "USER"
    PAGE = "PAGE"
    APP = "APP"
    SYSTEM_USER = "SYSTEM_USER"
    CLIENT = "CLIENT"
    """``{app-id}|{client-token}``; only good for device login, and nothing that ``debug_token`` shows."""


@dataclass(frozen=True)
class Death:
    """Why a token is refused: subcode 0 means that the answer carries none."""

    subcode: int
    message: str


class Cause(Enum):
    """The causes that the platform names (Meta, "Access Token errors")."""

    UNREADABLE = Death(0, "Invalid OAuth access token - Cannot parse access token")
    REMOVED = Death(458, "Error validating access token: The user has not authorized application {app}.")
    CHECKPOINT = Death(
        459,
        "Error validating access token: You cannot access the app till you log in to www.facebook.com"
        " and follow the instructions given.",
    )
    PASSWORD = Death(
        460,
        "Error validating access token: The session has been invalidated because the user changed their"
        " password or Facebook has changed the session for security reasons.",
    )
    EXPIRED = Death(463, "Error validating access token: Session has expired on {expired}. The current time is {now}.")
    UNCONFIRMED = Death(
        464,
        "Error validating access token: Sessions for the user are not allowed because the user is not a"
        " confirmed user.",
    )
    LOGGED_OUT = Death(467, "Error validating access token: The session is invalid because the user logged out.")
    ROLE_LOST = Death(
        492,
        "The user must be an administrator, editor, or moderator of the page in order to impersonate it."
        " If the page business requires Two Factor Authentication, the user also needs to enable Two Factor"
        " Authentication.",
    )
    NARROWED = Death(
        0,
        "Any of the pages_read_engagement, pages_manage_metadata, pages_read_user_content, pages_manage_ads,"
        " pages_show_list or pages_messaging permission(s) must be granted before impersonating a user's"
        " page.",
    )


@dataclass(frozen=True)
class Token:
    """One access token."""

    text: str
    type: TokenType
    app_id: str
    issued_at: float
    expires_at: float = 0
    """Unix time; 0 means never."""
    person: str = ""
    """Key of the person behind it; empty for app tokens."""
    page_id: str = ""
    long_lived: bool = False
    killed: Cause | None = None
    """A death that happened to the token itself; others follow from roles, grants and the clock."""
    source: str = ""
    """For a Page's token: the text of the token it was read with."""


@dataclass(frozen=True)
class LoginCode:
    """The ``code`` of a redirect, waiting to be exchanged once."""

    text: str
    app_id: str
    person: str
    redirect_uri: str
    issued_at: float
    used: bool = False
    challenge: str = ""
    challenge_method: str = ""
    long_lived: bool = False
    """From ``client_code``: it yields a long-lived token and needs no secret."""
    system_user: bool = False

    def expired(self, now: float) -> bool:
        """Whether its ten minutes are over."""
        return now >= self.issued_at + CODE_LIFETIME


class TokenStore:
    """All tokens and codes that were ever given out."""

    def __init__(self, token_length: int) -> None:
        self._token_length = token_length
        self._tokens: dict[str, Token] = {}
        self.codes: dict[str, LoginCode] = {}
        """By the text, used or not."""

    def issue(self, token: Token) -> Token:
        """Remember ``token`` under its text."""
        self._tokens[token.text] = token
        return token

    def find(self, text: str) -> Token | None:
        """The token with this text, alive or dead."""
        return self._tokens.get(text)

    def all(self) -> Iterator[Token]:
        """Every token, oldest first."""
        return iter(tuple(self._tokens.values()))

    def kill(self, cause: Cause, which: Callable[[Token], bool]) -> int:
        """Let the tokens that ``which`` picks die of ``cause``; say how many died now."""
        dying = [token for token in self._tokens.values() if not token.killed and which(token)]
        for token in dying:
            self._tokens[token.text] = replace(token, killed=cause)
        return len(dying)

    def user_token(self, app_id: str, person: str, now: float, *, long_lived: bool) -> Token:
        """A fresh token of a person, good for one to two hours or for 60 days."""
        ends = now + (LONG_LIVED if long_lived else SHORT_LIVED)
        return self._new(TokenType.USER, app_id, now, ends, person=person, long_lived=long_lived)

    def system_user_token(self, app_id: str, person: str, now: float) -> Token:
        """A fresh token of a business's system user, which has no end (documented as the default)."""
        return self._new(TokenType.SYSTEM_USER, app_id, now, person=person, long_lived=True)

    def page_token(self, source: Token, page_id: str, now: float) -> Token:
        """The Page's token that follows from a person's: without an end if that one is long-lived.

        The same source gives the same token again, so that a second look does not change anything.
        """
        for token in self._tokens.values():
            if (token.source, token.page_id) == (source.text, page_id) and not token.killed:
                return token
        return self._new(
            TokenType.PAGE,
            source.app_id,
            now,
            0 if source.long_lived else source.expires_at,
            person=source.person,
            page_id=page_id,
            long_lived=source.long_lived,
            source=source.text,
        )

    def _new(self, kind: TokenType, app_id: str, now: float, expires_at: float = 0, **more: Any) -> Token:
        return self.issue(Token(ids.access_token(self._token_length), kind, app_id, now, expires_at, **more))

    def app_token(self, app_id: str, now: float) -> Token:
        """A fetched app token."""
        text = f"{app_id}|{ids.app_token_tail()}"
        return self.issue(Token(text, TokenType.APP, app_id, issued_at=now))
