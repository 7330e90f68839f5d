"""Registering the gateway's webhook at the Meta app."""

from fbtool.facebook import subscriptions
from fbtool.facebook.errors import AnswerUnreadable
from fbtool.facebook.graph import App
from fbtool.gateway.channels.facebook.graph import FacebookSilent, FacebookUnreachable, Graph
from fbtool.gateway.channels.facebook.problems import FacebookRefused
from fbtool.meta.errors import GraphError


class Registration:
    """The app's one webhook, which receives the events of all linked Pages."""

    def __init__(self, graph: Graph, app: App, webhook_url: str, verify_token: str) -> None:
        self._graph = graph
        self._app = app
        self._webhook_url = webhook_url
        self._verify_token = verify_token

    async def listen(self) -> str:
        """Register this gateway's webhook at the Meta app; returns its address. Facebook verifies it at once.

        Raises:
            FacebookRefused: Facebook did not accept it.
        """
        call = subscriptions.listen(self._app, self._webhook_url, self._verify_token)
        try:
            await self._graph.run(call)
        except GraphError as error:
            raise FacebookRefused(error, error.trace_id) from None
        except FacebookUnreachable as trouble:
            raise FacebookRefused(trouble.for_operator()) from None
        except (AnswerUnreadable, FacebookSilent) as trouble:
            raise FacebookRefused(trouble) from None
        return self._webhook_url
