"""One tab of a browser: pages, scripts, the mouse and the keyboard; also inside of a closed shadow root."""

from typing import Any

from tests.webchat.bidi import Bidi, BidiError, local, ours

ENTER, ESCAPE, TAB = "\ue007", "\ue00c", "\ue004"
_HOST = """() => document.querySelector("fbtool-chat")"""


class NoChat(AssertionError):
    """The page has no chat (yet)."""


class Tab:
    """A tab, or a frame in one: BiDi calls both a browsing context."""

    def __init__(self, bidi: Bidi, context: str) -> None:
        self._bidi = bidi
        self.context = context

    def opens(self, address: str) -> None:
        """Load a page; return when everything of it has been loaded."""
        self._bidi.call("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def reloads(self) -> None:
        """Load the page again."""
        self._bidi.call("browsingContext.reload", context=self.context, wait="complete")

    def goes_back(self) -> None:
        """To the page before."""
        self._bidi.call("browsingContext.traverseHistory", context=self.context, delta=-1)

    def closes(self) -> None:
        """Close the tab."""
        self._bidi.call("browsingContext.close", context=self.context)

    def comes_to_the_front(self) -> None:
        """Be the visible tab; the one that was is hidden from now on."""
        self._bidi.call("browsingContext.activate", context=self.context)

    def is_offline(self, offline: bool) -> None:
        """Cut the tab off from the network, or connect it again."""
        conditions = {"type": "offline"} if offline else None
        self._bidi.call("emulation.setNetworkConditions", networkConditions=conditions, contexts=[self.context])

    def has_size(self, width: int, height: int, scale: float = 1) -> None:
        """Give the page so many CSS pixels."""
        size = {"width": width, "height": height}
        self._bidi.call("browsingContext.setViewport", context=self.context, viewport=size, devicePixelRatio=scale)

    def frame(self) -> "Tab":
        """The first frame in the page."""
        (tree,) = self._bidi.call("browsingContext.getTree", root=self.context)["contexts"]
        return Tab(self._bidi, tree["children"][0]["context"])

    def run(self, function: str, *arguments: Any) -> Any:
        """What a function of JavaScript, run in the page, comes to."""
        command = {
            "functionDeclaration": function,
            "awaitPromise": True,
            "target": {"context": self.context},
            "arguments": [local(one) for one in arguments],
            "userActivation": True,
        }
        try:
            answer = self._bidi.call("script.callFunction", **command)
        except BidiError as problem:
            # The page gave way to another just now (Chromium); nothing has been run.
            if "Cannot find context" not in str(problem):
                raise
            answer = self._bidi.call("script.callFunction", **command)
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return ours(answer["result"])

    def in_chat(self, function: str, *arguments: Any) -> Any:
        """The same with the chat's shadow root, open or closed, as the first argument.

        Raises:
            NoChat: there is none.
        """
        host = self.run(_HOST)
        if host is None or "shadowRoot" not in host["value"]:
            raise NoChat("the page has no chat")
        try:
            return self.run(function, host["value"]["shadowRoot"], *arguments)
        except BidiError as gone:
            raise NoChat("the chat went away with its page") from gone

    def clicks(self, x: float, y: float) -> None:
        """Press the mouse there, in CSS pixels of the view."""
        self._act(
            "pointer",
            {"type": "pointerMove", "x": round(x), "y": round(y)},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        )

    def types(self, text: str) -> None:
        """Press keys, one after the other."""
        strokes = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self._act("key", *strokes)

    def _act(self, device: str, *actions: dict[str, Any]) -> None:
        source = {"type": device, "id": device, "actions": list(actions)}
        self._bidi.call("input.performActions", context=self.context, actions=[source])
