"""The demo's web chat: whoever writes in the shop gets the automatic texts, and an answer of the script."""

from collections.abc import Callable
from itertools import islice

from fbtool.cli.demo.stage import Stage
from fbtool.cli.demo.walk import walk
from tests.webchat.browsers import Browser
from tests.webchat.visitor import Visitor

UNTIL_THE_ACCOUNT = 4


def test_a_visitor_of_the_demo_is_answered(running: Callable[[str], Browser]) -> None:
    with Stage() as stage:
        for step in islice(walk(stage), UNTIL_THE_ACCOUNT):
            step.do()
        stage.start_web_chat()
        with Visitor(running("chromium"), stage.sandbox.address) as visitor:
            visitor.visits("products/honey")
            visitor.opens_the_chat()
            visitor.writes("Is the honey from around here?")
            visitor.reads("Welcome to Hofladen Kruse!", "Automatic reply", "Somebody will be with you in a moment.")
            visitor.reads("Mia", "I am a script", "“Is the honey from around here?”", "Read")
