"""``fbtool gateway check``: is everything between the channels and the data folder as it has to be?

Checks of files are made by the command itself; those that need the world or the keys in use are made inside the
running gateway, if one runs.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from fbtool.finding import Check, Finding, ok, trouble
from fbtool.gateway.channels import installed
from fbtool.gateway.limits import Limits
from fbtool.gateway.operation import database_checks, folder_checks
from fbtool.gateway.operation.admin_client import AdminClient
from fbtool.gateway.operation.settings import Settings, SettingsIncomplete, load
from fbtool.gateway.operation.settings_reader import Reader
from fbtool.language import N_, say
from fbtool.problem import Problem

SETTINGS = Check("settings", N_("Settings"))


def findings_of(data_dir: Path) -> Iterator[Finding]:
    """Every finding; those of a running gateway are in the language of this process."""
    outside = AdminClient(data_dir).checks()
    yield from _here(data_dir, running=outside is not None)
    for document in outside or ():
        yield document.finding()


def _here(data_dir: Path, *, running: bool) -> Iterator[Finding]:
    if not running and not data_dir.is_dir():
        yield from folder_checks.findings(data_dir, [], Limits())
        return
    reader, settings, limits = Reader(data_dir), None, Limits()
    if running:
        yield ok(SETTINGS, say("the running gateway has taken them"))
        if reader.mistakes:
            yield trouble(SETTINGS, SettingsIncomplete(reader.mistakes))
    else:
        try:
            settings = load(data_dir)
        except Problem as problem:
            yield trouble(SETTINGS, problem)
        else:
            yield ok(SETTINGS, say("complete"))
            limits = settings.limits
    yield from folder_checks.findings(data_dir, reader.keys.files(), limits)
    if settings:
        yield from asyncio.run(_stopped(settings))


async def _stopped(settings: Settings) -> list[Finding]:
    """What can be known without a running gateway."""
    found = await database_checks.findings(settings)
    for name in settings.channels:
        plug = installed.plug(name)
        if plug is not None:
            found += await plug.checks(settings.of_channel[name], settings.public_url)
    return found
