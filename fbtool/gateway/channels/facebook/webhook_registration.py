"""Registering the gateway's webhook, which receives the events of all linked Pages, at the Meta app."""

from fbtool.facebook import subscriptions
from fbtool.facebook.graph import App
from fbtool.gateway.channels.facebook.graph import FacebookUnreachable, Graph
from fbtool.gateway.channels.facebook.page_tokens import TROUBLE, refusal
from fbtool.gateway.channels.facebook.problems import FacebookRefused


async def listen(graph: Graph, app: App, webhook_url: str, verify_token: str) -> None:
    """Register the webhook. Facebook verifies it at once.

    Raises:
        FacebookRefused: Facebook did not accept it.
    """
    try:
        await graph.run(subscriptions.listen(app, webhook_url, verify_token))
    except FacebookUnreachable as trouble:
        raise FacebookRefused(trouble.for_operator()) from None
    except TROUBLE as trouble:
        raise refusal(trouble) from None
