"""Parts of a gateway around a store, for tests that need no server."""

import asyncio
from collections.abc import Callable

from fbtool.gateway.channels.facebook.webhook_events import WebhookEvents
from fbtool.gateway.clock import now_ms
from fbtool.gateway.delivery.intake import Intake
from fbtool.gateway.store import Store
from fbtool.gateway.telemetry.metrics import Metrics
from fbtool.gateway.vault import Vault
from fbtool.gateway.wakeups import Notifier
from tests.gateway.conftest import APP


def intake_of(
    store: Store, vault: Vault, notifier: Notifier | None = None, clock: Callable[[], int] = now_ms
) -> Intake:
    """What makes events and stores them."""
    return Intake(store, vault, notifier or Notifier(), asyncio.Event(), Metrics(), clock)


def webhook_events_of(
    store: Store, vault: Vault, notifier: Notifier | None = None, clock: Callable[[], int] = now_ms
) -> WebhookEvents:
    """What takes Facebook's deliveries; no other channel claims any."""
    return WebhookEvents(intake_of(store, vault, notifier, clock), vault, APP.id, _unclaimed, clock)


async def _unclaimed(body: bytes) -> bool:
    return False
