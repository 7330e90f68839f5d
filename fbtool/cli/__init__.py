"""The commands. Each lives in its own module and is imported only when it is used: start-up counts."""

import os
import sys
from collections.abc import Iterable

import click

from fbtool import __version__, language
from fbtool.cli import output
from fbtool.cli.lazy import Entry, LazyGroup
from fbtool.language import LANGUAGES, N_, say
from fbtool.linking.local.choice import Choice, choose
from fbtool.linking.system.errors import trouble_of
from fbtool.problem import Problem

CANCELLED = 130
"""The exit code after Ctrl-C, as shells expect it (128 + SIGINT)."""
DEFECT = 1
"""The exit code of an error that fbtool should not have made."""


_ENTRIES = {
    "connect": Entry("fbtool.cli.connect:connect", N_("Connect this computer with a messenger account.")),
    "login": Entry("fbtool.cli.login:login", N_("Sign in with Facebook in the browser.")),
    "pages": Entry("fbtool.cli.pages:pages", N_("List your Pages and what is missing for each.")),
    "link": Entry("fbtool.cli.link:link", N_("Link Pages to the messenger account.")),
    "unlink": Entry("fbtool.cli.link:unlink", N_("End the link of Pages.")),
    "repair": Entry("fbtool.cli.repair:repair", N_("Mend links and get Pages that are missing.")),
    "status": Entry("fbtool.cli.status:status", N_("Show the connection and the state of every link.")),
    "export": Entry("fbtool.cli.mapping:export", N_("Write the linked Pages into a file.")),
    "import": Entry("fbtool.cli.mapping:import_", N_("Link the Pages that a file names.")),
    "accounts": Entry("fbtool.cli.accounts:accounts", N_("Show and switch the messenger accounts of this computer.")),
    "logout": Entry("fbtool.cli.logout:logout", N_("Forget a sign-in on this computer.")),
    "desktop": Entry("fbtool.cli.desktop:desktop", N_("Open the window.")),
    "doctor": Entry("fbtool.cli.doctor:doctor", N_("Check everything and say what to do.")),
    "demo": Entry(
        "fbtool.cli.demo:demo", N_("Show everything at work on this computer, without Facebook."), "gateway,sandbox"
    ),
    "gateway": Entry("fbtool.cli.gateway:gateway", N_("Run the gateway and manage its messenger accounts."), "gateway"),
    "sandbox": Entry("fbtool.cli.sandbox:sandbox", N_("Run the stand-in for Facebook."), "sandbox"),
    "completion": Entry("fbtool.cli.completion:completion", N_("Print the completion script for your shell.")),
}


_OPTIONS = ("--account", "--person", "--language")
"""The program's options, before or after the command."""


def _for_this_run_only() -> bool:
    """Ask a person what to do without a secret store; a program gets the problem instead."""
    if not sys.stdin.isatty():
        return False
    output.note(say("This computer has no secret store that fbtool can use."))
    question = say("Go on, and keep secrets for this run only? They are forgotten when it ends.")
    return click.confirm(str(question), default=False, err=True)


class _Root(LazyGroup):
    """The program. Its commands for admins say that its options are theirs, too."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command."""
        command = super().get_command(ctx, cmd_name)
        if command is not None and not _ENTRIES[cmd_name].part:
            command.epilog = str(say("Every command also takes --account, --person and --language: fbtool --help"))
        return command


def _speak(ctx: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value:
        _use(value)


@click.group(
    cls=_Root,
    entries=_ENTRIES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=N_(
        "Link Facebook Pages to your company's messenger account.\n\n"
        "The way: connect, login, pages, link. “fbtool COMMAND --help” explains each step; "
        "“fbtool demo” shows them all."
    ),
    epilog=None,
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    is_eager=True,
    expose_value=False,
    callback=_speak,
    help=N_("Speak this language instead of the system's."),
)
@click.option("--account", metavar="NAME", default="", help=N_("Work with this account instead of the current one."))
@click.option("--person", metavar="NAME", default="", help=N_("Work as this person instead of the last one."))
@click.version_option(__version__, "--version", message="fbtool %(version)s", help=N_("Show the version and exit."))
def root(account: str, person: str) -> None:
    """Hold the commands; remember for whom they work."""
    choose(Choice(account, person, _for_this_run_only))


def run(arguments: Iterable[str] | None = None) -> None:
    """Run one command and end the process with its exit code. No traceback reaches a person."""
    output.prepare_streams()
    given = _in_front(sys.argv[1:] if arguments is None else arguments)
    # Before a command is imported, since its help becomes words then.
    _use(_wanted_language(given) or language.current())
    sys.exit(_exit_code(given))


def _in_front(arguments: Iterable[str]) -> list[str]:
    """The arguments with the program's own options in front of the command, where click looks for them."""
    front: list[str] = []
    others: list[str] = []
    words = iter(arguments)
    for word in words:
        name, has_value, _ = word.partition("=")
        if word == "--":
            others += [word, *words]
        elif name not in _OPTIONS:
            others.append(word)
        elif has_value:
            front.append(word)
        else:
            value = next(words, None)
            if value is None:
                return [word]  # click says that the value is missing
            front += [word, value]
    return front + others


def _wanted_language(arguments: list[str]) -> str | None:
    if "--language" in arguments[:-1]:
        wanted = arguments[arguments.index("--language") + 1]
    else:
        wanted = next((word.partition("=")[2] for word in arguments if word.startswith("--language=")), "")
    return wanted if wanted in LANGUAGES else None


def _exit_code(arguments: list[str]) -> int:
    try:
        return _carried_out(arguments)
    except OSError as error:  # also of what a result or a problem was to be written to
        problem = trouble_of(error)
        if problem is None:
            return _defect(error)
        output.show_broken_output(problem)
        return problem.kind.value


def _carried_out(arguments: list[str] | None) -> int:
    try:
        result = root.main(arguments, prog_name="fbtool", standalone_mode=False)
        sys.stdout.flush()
    except Problem as problem:
        output.show_problem(problem)
        return problem.kind.value
    except (KeyboardInterrupt, click.Abort):
        output.note(say("Stopped."))
        return CANCELLED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output has gone (`fbtool pages | head`); that is not an error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError:
        raise
    except Exception as error:
        return _defect(error)
    return result if isinstance(result, int) else 0


def _defect(error: Exception) -> int:
    if os.environ.get("FBTOOL_DEBUG"):
        raise error
    output.show_defect(error)
    return DEFECT


def _use(wanted: str) -> None:
    language.use(wanted)
    # click translates its own words through the process-wide gettext; let it find our catalogue.
    import gettext

    os.environ["LANGUAGE"] = wanted
    gettext.bindtextdomain("fbtool", str(language.CATALOGUES))
    gettext.textdomain("fbtool")
