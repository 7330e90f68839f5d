"""An agent at a shop's customer-service system, which knows nothing but ``/v1``."""

from typing import Any

from tests.e2e.crm import Crm


class Agent(Crm):
    """Reads and answers what visitors write."""

    def __init__(self, gateway: str, token: str) -> None:
        super().__init__(gateway, token, sandbox="")

    def hears(self, text: str) -> dict[str, Any]:
        """Wait for a visitor's message; the event."""
        return self.wait_for(lambda event: event["kind"] == "message" and event["content"].get("text") == text)

    def has_heard(self) -> list[str]:
        """The texts of all visitors' messages, in their order; takes what waits."""
        while self._take():
            pass
        return [event["content"]["text"] for event in self.seen if event["kind"] == "message"]

    def answers(self, message: dict[str, Any], text: str, **more: Any) -> str:
        """Answer the conversation of an event; the id of the answer."""
        return self.answer(message["conversation"], text=text, **more)

    def is_there(self, there: bool = True) -> None:
        """Be available to visitors, or not any more."""
        self._says("PUT", "availability", {"available": there, "seconds": 3600})

    def types(self, message: dict[str, Any]) -> None:
        """Begin to type."""
        self._says("POST", f"conversations/{message['conversation']}/typing")

    def has_seen(self, message: dict[str, Any]) -> None:
        """Have read what the visitor wrote."""
        self._says("POST", f"conversations/{message['conversation']}/seen")

    def closes(self, message: dict[str, Any]) -> None:
        """End the conversation."""
        self._says("POST", f"conversations/{message['conversation']}/close")

    def wears(self, reference: str, picture: bytes, kind: str = "image/jpeg") -> None:
        """Leave the picture of an agent at the gateway."""
        answer = self.ask("PUT", f"agents/{reference}/picture", data=picture, headers={"Content-Type": kind})
        assert answer.ok, answer.text

    def _says(self, method: str, path: str, body: Any = None) -> None:
        answer = self.ask(method, path, json=body)
        assert answer.ok, answer.text

    def _take(self) -> bool:
        batch = self.ask("GET", "events", params={"after": self.cursor, "wait": 0}).json()
        self.cursor = batch["cursor"]
        self.seen += batch["events"]
        return bool(batch["events"])
