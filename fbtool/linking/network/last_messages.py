"""When a Page's messages last went through its gateway."""

from collections.abc import Callable

import msgspec

from fbtool.language import Sentence, say


class LastMessages(msgspec.Struct, frozen=True):
    """What the gateway tells of one linked Page. It knows seven days; a gateway of before does not say."""

    last_message_in: int | msgspec.UnsetType | None = msgspec.UNSET
    """Unix seconds of the last one by a customer; None: not within these days."""
    last_message_out: int | msgspec.UnsetType | None = msgspec.UNSET
    """The same of those that the gateway sent."""

    def told(self, moment: Callable[[float], str]) -> tuple[tuple[Sentence, str], ...]:
        """Name and value of each as a person reads them; ``moment`` writes unix seconds."""
        return (
            (say("Last message from a customer"), _when(self.last_message_in, moment)),
            (say("Last message sent"), _when(self.last_message_out, moment)),
        )


def _when(at: int | msgspec.UnsetType | None, moment: Callable[[float], str]) -> str:
    if at is msgspec.UNSET:
        return "—"
    return str(say("none in the last 7 days")) if at is None else moment(at)
