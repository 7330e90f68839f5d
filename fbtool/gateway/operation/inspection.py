"""All checks of a data folder, whether a gateway runs on it or not."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fbtool.gateway.channels.facebook import webhook_ingest
from fbtool.gateway.channels.facebook.app_checks import AppChecks
from fbtool.gateway.channels.facebook.graph import Graph
from fbtool.gateway.findings import Finding, ok, trouble, warning
from fbtool.gateway.limits import Limits
from fbtool.gateway.operation import datacheck
from fbtool.gateway.operation.admin_client import AdminClient
from fbtool.gateway.operation.checkup import World, of_this_computer
from fbtool.gateway.operation.settings import Settings, SettingsIncomplete, keyring_of, load
from fbtool.gateway.operation.settings_file import SettingsFile
from fbtool.language import current, say
from fbtool.problem import Problem


def inspect(data_dir: Path) -> Iterator[dict[str, Any]]:
    """Every finding, in the language of this process."""
    language = current()
    world = AdminClient(data_dir).checks()
    yield from (one.as_json(language) for one in _here(data_dir, running=world is not None))
    if world is not None:
        yield from world


def _here(data_dir: Path, *, running: bool) -> Iterator[Finding]:
    if running:
        yield ok("settings", say("the running gateway has taken them"))
        mistakes = SettingsFile.read(data_dir).mistakes
        if mistakes:
            yield trouble("settings", SettingsIncomplete(mistakes))
        yield from of_this_computer(data_dir, keyring_of(data_dir).files(), Limits())
        return
    if not data_dir.is_dir():
        yield from of_this_computer(data_dir, [], Limits())
        return
    try:
        settings = load(data_dir)
    except Problem as problem:
        yield trouble("settings", problem)
        yield from of_this_computer(data_dir, keyring_of(data_dir).files(), Limits())
        return
    yield ok("settings", say("complete"))
    yield from of_this_computer(data_dir, keyring_of(data_dir).files(), settings.limits)
    yield from asyncio.run(_stopped(settings))


async def _stopped(settings: Settings) -> list[Finding]:
    """What can be known without a running gateway."""
    found = await datacheck.findings(settings)
    facebook = settings.of_channel["facebook"]
    graph = Graph(facebook.platform, facebook.app)
    try:
        url = settings.public_url + webhook_ingest.PATH if settings.public_url else ""
        found += await World(AppChecks(graph, facebook.app, url), facebook.platform, url, "").findings(running=False)
    finally:
        await graph.close()
    told = say("No gateway runs, so nobody can answer there.")
    return [*found, warning("public_url", told, say("Start it with “fbtool gateway run” and check again."))]
