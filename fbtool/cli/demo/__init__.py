"""``fbtool demo``: everything at work on this computer, over real HTTP, each step proven."""

import threading
from contextlib import ExitStack

import click

from fbtool.cli import output
from fbtool.language import N_, say


@click.command(
    help=N_(
        "Show everything at work on this computer, without Facebook and without the internet.\n\n"
        "Starts the stand-in for Facebook and a gateway on free ports, then does the real thing over real HTTP: "
        "signs in through the login pages, links a Page, lets a customer write, hands the message to the "
        "customer-service system, sends the answer back, and unlinks the Page. Nothing of it stays.\n\n"
        "With --keep-running the servers stay up afterwards and every address is printed, so that you can play: "
        "in the browser, and with the other commands in a second terminal.\n\n"
        "Exit codes: 0 every step has proven itself, 1 or higher at the first step that has not, 130 after Ctrl-C."
    )
)
@click.option("--keep-running", is_flag=True, help=N_("Leave the servers up until Ctrl-C and print all addresses."))
@click.option("--window", is_flag=True, help=N_("Open the window instead, connected and ready to try."))
@output.json_option
def demo(keep_running: bool, window: bool) -> None:
    """Play the walk and show it."""
    from fbtool.cli.demo import show
    from fbtool.cli.demo.stage import Stage
    from fbtool.cli.demo.walk import walk

    with ExitStack() as at_the_end:
        stage = at_the_end.enter_context(Stage())
        if window:
            from fbtool.cli.demo.window import open_window

            open_window(stage)
            return
        show.play(walk(stage))
        if keep_running:
            stage.start_web_chat()
            show.addresses(stage)
            try:
                _wait_for_ctrl_c()
            except KeyboardInterrupt:
                output.note(say("Stopped. Nothing of it stays."))


def _wait_for_ctrl_c() -> None:
    # In slices: on Windows an endless wait would swallow Ctrl-C.
    never = threading.Event()
    while not never.wait(0.5):
        pass
