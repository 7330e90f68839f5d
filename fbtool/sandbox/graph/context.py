"""What a handler of the Graph API gets, and the kinds of things that it may be about."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fbtool.sandbox.graph import errors
from fbtool.sandbox.graph.call import Call, GraphAnswer
from fbtool.sandbox.messenger import Chat
from fbtool.sandbox.state import WorldState
from fbtool.sandbox.state.authorization import app_of
from fbtool.sandbox.state.tokens import Token, TokenType
from fbtool.sandbox.webhooks.sender import WebhookSender
from fbtool.sandbox.world import App, Customer, Page


@dataclass(frozen=True)
class Contact:
    """A customer as one Page knows them."""

    page: Page
    customer: Customer
    psid: str


@dataclass(frozen=True)
class Persona:
    """A name and picture under which a Page answers."""

    page: Page
    id: str


@dataclass(frozen=True)
class CallContext:
    """One call to the Graph API: who calls, about what, and what the sandbox can do about it."""

    call: Call
    state: WorldState
    webhooks: WebhookSender
    token: Token | None = None

    def any_token(self) -> Token:
        """The token, whichever it is.

        Raises:
            Refusal: code 104 without one.
        """
        if self.token is None:
            raise errors.no_token()
        return self.token

    def user_token(self) -> Token:
        """A person's token.

        Raises:
            Refusal: code 104 without a token, 2500 for another kind.
        """
        token = self.any_token()
        if token.type not in (TokenType.USER, TokenType.SYSTEM_USER):
            raise errors.no_active_user()
        return token

    def page_token(self, page: Page) -> Token:
        """The token of ``page``.

        Raises:
            Refusal: code 210 for another kind of token, 100/33 for another Page's.
        """
        token = self.any_token()
        if token.type is not TokenType.PAGE:
            raise errors.permission("A page access token is required to request this resource.", 210)
        if token.page_id != page.id:
            raise errors.no_such_object(self.call.method, page.id)
        return token

    def app_token(self, app: App) -> Token:
        """A token of ``app`` itself.

        Raises:
            Refusal: code 15, as the platform calls a call that only the app may make.
        """
        token = self.any_token()
        if token.type is not TokenType.APP or token.app_id != app.id:
            raise errors.Refusal("(#15) This method must be called with an app access_token.", 15)
        return token

    def chat(self, contact: Contact) -> Chat:
        """The conversation with a customer."""
        return Chat(self.state, self.webhooks, contact.page, contact.customer)

    @property
    def app(self) -> App:
        """The app that calls."""
        return app_of(self.state, self.any_token())


Body = dict[str, Any]
Handler = Callable[[CallContext], Awaitable[GraphAnswer | Body]]
"""For a call that is about no node."""
NodeHandler = Callable[[CallContext, Any], Awaitable[GraphAnswer | Body]]
"""For a call about a node; the kind of node stands in the router's table."""
