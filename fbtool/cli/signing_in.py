"""A sign-in on the command line: the link, the waiting, and the code that is typed in."""

from contextlib import closing

import click

from fbtool.cli import output
from fbtool.language import Sentence, say
from fbtool.linking.local.session import AccountSession
from fbtool.linking.local.workplace import SignIn
from fbtool.linking.signin.machine import State
from fbtool.linking.signin.runner import Face, Progress, SignInOptions, sign_in


def lead_through(session: AccountSession, options: SignInOptions) -> SignIn:
    """Let a person sign in, and show how it goes on; raises as `fbtool.linking.signin.runner.sign_in`."""
    with closing(_Terminal(link_only=not options.with_browser)) as face:
        return sign_in(session.connection, session.account.id, session.platform, face, options)


class _Terminal(Face):
    """Shows how a sign-in goes on: a live line on a terminal, else one line for each change."""

    takes_codes = True

    def __init__(self, *, link_only: bool) -> None:
        self._link_only = link_only
        self._console = output.console(stderr=True)
        self._status = self._console.status("")
        self._live = output.is_live(self._console)
        self._shown: set[str] = set()

    def close(self) -> None:
        self._status.stop()

    def show(self, progress: Progress) -> None:
        if progress.url and self._first("link"):
            self._show_link(progress.url, by_hand=progress.by_hand)
        if progress.by_hand:
            self._status.stop()
            return
        if progress.state is State.WAITING and not self._link_only and not progress.browser_opened:
            self._no_browser()
        # Some commands of browsers stay: the person is at Facebook long before they say that they opened it.
        if progress.url and progress.state in {State.OPENING, State.WAITING}:
            self._wait(progress.seconds_left)
            return
        # Before anything else is written: the live line owns the terminal.
        self._status.stop()
        if progress.state in {State.EXCHANGING, State.CHECKING} and self._first("back"):
            output.note(say("Facebook has answered; fetching the permission …"))

    def type_code(self, again: bool) -> str:
        self._status.stop()
        if again:
            output.note(say("This code does not fit. Compare it with the page, it is valid for two minutes."))
        return output.ask(say("Code from the last page in the browser (XXXX-XXXX)"), default="")

    def _show_link(self, url: str, *, by_hand: bool) -> None:
        if by_hand:
            output.note(
                say("At the end the browser shows a short code. Type it in here; never give it to anybody else.")
            )
        if self._link_only:
            if by_hand:
                output.note(say("Open this link in any browser, also on another device:"))
            else:
                output.note(say("Open this link in a browser of this computer:"))
            # The one result that a program may want to take while the sign-in goes on.
            click.echo(url, err=output.wants_json())
            return
        output.note(say("Your browser opens. At Facebook: sign in, choose the Pages, confirm every step."))
        output.note(say("If it does not open, copy this link:"))
        output.note(url)

    def _no_browser(self) -> None:
        if self._first("browser"):
            output.note(say("No browser could be opened here. Open the link above in a browser of this computer."))
            output.note(say("If this computer has none: press Ctrl-C, then use “fbtool login --code”."))

    def _wait(self, seconds_left: float) -> None:
        minutes, seconds = divmod(int(seconds_left), 60)
        text = say("Waiting for Facebook, {time} left. Ctrl-C cancels.", time=f"{minutes}:{seconds:02}")
        if self._live:
            self._update(text)
        elif self._first("waiting"):
            output.note(text)

    def _update(self, text: Sentence) -> None:
        self._status.update(str(text))
        self._status.start()

    def _first(self, what: str) -> bool:
        if what in self._shown:
            return False
        self._shown.add(what)
        return True
