"""All checks of a data folder, whether a gateway runs on it or not."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from fbtool.finding import Finding, ok, trouble, warning
from fbtool.gateway.door import doorkeeper
from fbtool.gateway.graph import Graph
from fbtool.gateway.limits import Limits
from fbtool.gateway.operation import datacheck
from fbtool.gateway.operation.app_checks import AppChecks
from fbtool.gateway.operation.checkup import World, of_this_computer
from fbtool.gateway.operation.console import Console
from fbtool.gateway.operation.settings import Options, Settings, SettingsIncomplete, key_files_of, load
from fbtool.gateway.operation.settingsfile import SettingsFile
from fbtool.language import say
from fbtool.problem import Problem


def inspect(data_dir: Path) -> Iterator[Finding]:
    """Every finding; those of a running gateway are in the language of this process."""
    world = Console(data_dir).checks()
    yield from _here(data_dir, running=world is not None)
    for document in world or ():
        yield document.finding()


def _here(data_dir: Path, *, running: bool) -> Iterator[Finding]:
    if running:
        yield ok("settings", say("the running gateway has taken them"))
        mistakes = SettingsFile.read(data_dir).mistakes
        if mistakes:
            yield trouble("settings", SettingsIncomplete(mistakes))
        yield from of_this_computer(data_dir, key_files_of(data_dir), Limits())
        return
    if not data_dir.is_dir():
        yield from of_this_computer(data_dir, [], Limits())
        return
    try:
        settings = load(Options(data_dir))
    except Problem as problem:
        yield trouble("settings", problem)
        yield from of_this_computer(data_dir, key_files_of(data_dir), Limits())
        return
    yield ok("settings", say("complete"))
    yield from of_this_computer(data_dir, key_files_of(data_dir), settings.limits)
    yield from asyncio.run(_stopped(settings))


async def _stopped(settings: Settings) -> list[Finding]:
    """What can be known without a running gateway."""
    found = await datacheck.findings(settings)
    graph = Graph(settings.platform, settings.app)
    try:
        url = settings.public_url + doorkeeper.PATH if settings.public_url else ""
        found += await World(AppChecks(graph, settings.app, url), settings.platform, url, "").findings(running=False)
    finally:
        await graph.close()
    told = say("No gateway runs, so nobody can answer there.")
    return [*found, warning("public_url", told, say("Start it with “fbtool gateway run” and check again."))]
