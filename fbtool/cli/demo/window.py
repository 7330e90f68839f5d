"""``fbtool demo --window``: the whole product to try with the mouse, on one computer, leaving nothing behind."""

import os
import subprocess
import sys
import tempfile
from itertools import islice

from fbtool.cli import output
from fbtool.cli.demo.stage import WORLD, Stage
from fbtool.cli.demo.walk import walk
from fbtool.cli.desktop import require_screen
from fbtool.language import current, say
from fbtool.linking.local.lookup import CODE_SETTING
from fbtool.linking.local.secrets import FILE_SETTING
from fbtool.linking.system.files import HOME_SETTING
from fbtool.sandbox.world.loader import shipped

_UNTIL_THE_ACCOUNT = 4
"""The first steps of the walk: stand-in, gateway, webhook, messenger account."""
_FAREWELL = 10.0


def open_window(stage: Stage) -> None:
    """Start the servers and the window, and wait until the window is closed.

    Raises:
        NoScreen, TkMissing: no window can open here.
    """
    require_screen()
    for step in islice(walk(stage), _UNTIL_THE_ACCOUNT):
        step.do()
    person = shipped(WORLD).people[0]
    output.line(say("The window opens; closing it ends the demo, and nothing of it stays."))
    output.line(
        say(
            "In the browser sign in as {email} with the password {password}.",
            email=person.email,
            password=person.password,
        )
    )
    with tempfile.TemporaryDirectory(prefix="fbtool-demo-") as folder:
        environment = os.environ | {
            HOME_SETTING: folder,
            FILE_SETTING: os.path.join(folder, "secrets.json"),
            CODE_SETTING: stage.connection.code(),
            "FBTOOL_LANGUAGE": current(),
        }
        # A process of its own: servers in the same one would make the window stutter.
        program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "fbtool"]
        window = subprocess.Popen([*program, "desktop"], env=environment)  # noqa: S603 - ourselves
        try:
            window.wait()
        finally:
            window.terminate()
            window.wait(_FAREWELL)
