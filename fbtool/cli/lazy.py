"""Groups of commands that import a command only when it is called."""

import importlib
from typing import Any, NamedTuple

import click

from fbtool.language import N_, Sentence, say
from fbtool.problem import Problem


class PartMissing(Problem):
    """The command belongs to an optional part that is not installed."""

    code = "part_missing"
    what = N_("This installation of fbtool has no “{part}” part.")
    meaning = N_("The module {module} is missing.")
    remedy = N_('Install fbtool again with this part; in the folder of its source: pip install ".[{part}]"')


class Entry(NamedTuple):
    """Where a command is, and the line that ``--help`` shows for it."""

    place: str
    summary: str
    part: str = ""
    """The optional part ("extra") the command belongs to."""


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one only when it is called."""

    def __init__(self, *args: Any, entries: dict[str, Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._entries = entries
        self._option_texts = {option.name: option.help for option in self.params if isinstance(option, click.Option)}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order in which a newcomer meets them."""
        return list(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command."""
        entry = self._entries.get(cmd_name)
        if entry is None:
            return None
        module, _, name = entry.place.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        _translate(command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a library that is not installed names the part it belongs to.

        Raises:
            PartMissing: the command's optional part is not installed.
        """
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            entry = self._entries.get(ctx.invoked_subcommand or "")
            if entry is None or not entry.part or (error.name or "").startswith("fbtool"):
                raise
            raise PartMissing(part=entry.part, module=error.name) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section(str(say("Commands"))):
            formatter.write_dl([(name, str(Sentence(entry.summary))) for name, entry in self._entries.items()])

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Speak the person's language, which is known only when the words before it are read."""
        _translate(self)
        super().format_usage(ctx, formatter)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Speak the person's language."""
        for option in self.params:
            if isinstance(option, click.Option):
                option.help = self._option_texts.get(option.name)
        _translate(self)
        super().format_help(ctx, formatter)


def _translate(command: click.Command) -> None:
    """Put the help of a command, of its parameters and of the commands below it into the person's language."""
    command.help = str(Sentence(command.help or ""))
    # These words of the usage line click does not ask its catalogue for.
    command.options_metavar = str(say("[OPTIONS]"))
    for parameter in command.params:
        parameter.metavar = str(Sentence(parameter.metavar)) if parameter.metavar else None
        if isinstance(parameter, click.Option):
            parameter.help = str(Sentence(parameter.help or ""))
    if isinstance(command, click.Group):
        command.subcommand_metavar = str(say("COMMAND [ARGS]..."))
        for below in command.commands.values():
            _translate(below)
