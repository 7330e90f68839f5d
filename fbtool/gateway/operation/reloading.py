"""Taking changed settings into a gateway that runs: what can change at once does, the rest is named."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from fbtool.gateway.channels import installed
from fbtool.gateway.operation.core_settings import SETTINGS
from fbtool.gateway.operation.settings import Settings, SettingsIncomplete, listed, load
from fbtool.gateway.problems import GatewayProblem
from fbtool.gateway.setting import Secret, Setting
from fbtool.language import N_, Sentence
from fbtool.problem import Problem


class SettingsRefused(GatewayProblem):
    """The settings are wrong, so the gateway keeps those it has."""

    status = 422
    code = "settings_refused"
    what = N_("The gateway cannot take these settings:\n{list}")
    meaning = N_("Nothing has changed; the gateway goes on with the settings it has.")
    remedy = N_("Correct them and try again; “fbtool gateway run --help” explains each.")


class Reloading:
    """Reads the settings again when it is asked to.

    Args:
        settings: those of the start.
        apply: takes what a running gateway can take; its settings differ from those before in nothing else.
    """

    def __init__(self, settings: Settings, apply: Callable[[Settings], Awaitable[None]]) -> None:
        self.settings = settings
        """Those in effect."""
        self._apply = apply
        self._one_at_a_time = asyncio.Lock()

    async def reload(self) -> dict[str, Any]:
        """Read and apply; returns the names of the settings that changed, and of those that wait for a restart.

        Raises:
            SettingsRefused: something is wrong with them; nothing was changed.
        """
        async with self._one_at_a_time:
            now, new = self.settings, await self._read()
            added = set(new.channels) - set(now.of_channel)  # the others go on with what they have read
            known = {setting.place: setting for setting in (*SETTINGS, *installed.settings())}
            changed = [
                place for place, value in new.taken.items() if now.taken.get(place, _usual(known[place])) != value
            ]
            taken = [place for place in changed if known[place].live or known[place].section in added]
            if taken:
                values = {place: new.taken[place] for place in taken}
                of_channel = {name: new.of_channel[name] for name in added}
                coming = replace(
                    now,
                    channels=new.channels,
                    of_channel={**now.of_channel, **of_channel},
                    taken={**now.taken, **values},
                )
                await self._apply(coming)
                self.settings = coming
            return {
                "channels": list(self.settings.channels),
                "changed": taken,
                "restart": [place for place in changed if place not in taken],
            }

    async def _read(self) -> Settings:
        """In a thread: files are read, and perhaps a database is asked."""
        now = self.settings
        try:
            return await asyncio.to_thread(load, now.data_dir, options=now.options, make_keys=False)
        except SettingsIncomplete as problem:
            raise SettingsRefused(list=listed(problem.mistakes)) from None
        except Problem as problem:
            raise SettingsRefused(list=Sentence(problem.what, problem.values)) from None


def _usual(setting: Setting) -> object:
    """The value of a setting that nobody has given."""
    return "" if isinstance(setting, Secret) else setting.default
