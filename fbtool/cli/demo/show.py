"""How the demo looks: a live list of steps on a terminal, plain lines in a pipe, one document with ``--json``."""

import time
from collections.abc import Iterator

import click

from fbtool.cli import output
from fbtool.cli.demo.stage import Stage
from fbtool.cli.demo.walk import PAGE, Step
from fbtool.language import say

_DONE, _FAILED = "✓", "✗"


def play(steps: Iterator[Step]) -> None:
    """Do each step and show what it says; a problem passes through after its step is marked."""
    if output.wants_json():
        output.document({"steps": [{"step": str(step.title), "result": str(step.do())} for step in steps]})
    elif output.console().is_terminal:
        _play_live(steps)
    else:
        _play_plain(steps)


def addresses(stage: Stage) -> None:
    """Everything a person needs to go on playing."""
    sandbox, gateway = stage.sandbox.address, stage.gateway.address
    code = stage.connection.code()
    if output.wants_json():
        return
    click.echo()
    output.line(say("Everything keeps running until Ctrl-C. Now you can play:"))
    rows = [
        (say("Facebook's stand-in, with all people and passwords"), f"{sandbox}/"),
        (
            say("The customer's chat with “{page}”", page=PAGE),
            f"{sandbox}/sandbox/pages/100000000000011/customers/jonas/chat",
        ),
        (say("A shop with a web chat; a script answers"), f"{sandbox}/shop/"),
        (
            say("The web chat's settings, with the token {token}", token=stage.widget_token),
            f"{gateway}/webchat/configurator",
        ),
        (say("The gateway's API description"), f"{gateway}/v1/openapi.yaml"),
        (say("The gateway's data"), str(stage.settings.data_dir)),
    ]
    width = max(len(str(title)) for title, _ in rows)
    for title, address in rows:
        click.echo(f"  {str(title).ljust(width)}  {address}")
    click.echo()
    output.line(say("In a second terminal (set, not export, on Windows):"))
    click.echo(f"  export FBTOOL_CONNECTION={code}")
    for command in ("fbtool login", "fbtool pages", f'fbtool link "{PAGE}"', "fbtool status"):
        click.echo(f"  {command}")


def _play_plain(steps: Iterator[Step]) -> None:
    for step in steps:
        try:
            result = step.do()
        except BaseException:
            click.echo(f"{_FAILED} {step.title}")
            raise
        click.echo(f"{_DONE} {step.title}: {result}")
    click.echo(str(say("Every step has proven itself.")))


def _play_live(steps: Iterator[Step]) -> None:
    from rich.text import Text

    console = output.console()
    begun = time.monotonic()
    for step in steps:
        with console.status(str(step.title)):
            try:
                result = step.do()
            except BaseException:
                console.print(Text.assemble((f"{_FAILED} ", "bold red"), str(step.title)))
                raise
        console.print(Text.assemble((f"{_DONE} ", "bold green"), (str(step.title), "bold")))
        console.print(Text(f"    {result}", style="dim"))
    seconds = f"{time.monotonic() - begun:.1f}"
    console.print(Text(str(say("Every step has proven itself, in {seconds} s.", seconds=seconds)), style="bold green"))
