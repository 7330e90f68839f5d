"""Counts how many CRMs wait for events right now."""

from starlette.types import ASGIApp, Receive, Scope, Send

from fbtool.gateway.telemetry.metrics import Metrics


class CountsPolling:
    """Around the CRM's face: how many wait for events right now."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope.get("path") not in {"/v1/events", "/v1/stream"}:
            await self._app(scope, receive, send)
            return
        self._metrics.polling.add()
        try:
            await self._app(scope, receive, send)
        finally:
            self._metrics.polling.add(by=-1)
