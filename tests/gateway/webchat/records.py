"""What was written, confirmed, taken, answered and shown in chats, and what of it is wrong."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

GREETING = "greeting"


@dataclass
class Life:
    """One conversation as its visitor sees it: from a first message until the visitor ends it."""

    name: str
    """The beginning of all its messages."""
    is_answered_by_people: bool
    written: list[str] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    screen: list[dict[str, Any]] = field(default_factory=list)
    ended: bool = False

    def answers(self) -> list[str]:
        """The texts on the screen that the CRM has sent; where no person has written them, they are marked."""
        return self._shown("", "other")

    def automatic(self) -> list[str]:
        """The texts on the screen that the gateway sends by itself."""
        return self._shown(GREETING, "autoreply")

    def _shown(self, *kinds: str) -> list[str]:
        messages = [one for one in self.screen if one["type"] == "message"]
        return [one["text"] for one in messages if one.get("automatic", "") in kinds]


@dataclass
class Figures:
    """What happened to the messages."""

    rounds: int = 0
    lost_calls: int = 0
    conversations: int = 0
    accepted: int = 0
    taken: int = 0
    answers: int = 0
    shown: int = 0
    automatic: int = 0
    faults: list[str] = field(default_factory=list)
    """Each begins with its kind."""

    def __str__(self) -> str:
        kinds = Counter(fault.partition(":")[0] for fault in self.faults)
        told = "; ".join(f"{kinds[kind]} {kind}" for kind in KINDS)
        return (
            f"{self.rounds} kills, {self.lost_calls} calls lost: {self.conversations} conversations, {self.accepted} "
            f"messages confirmed, {self.taken} taken by the CRM, {self.answers} answers accepted, {self.shown} shown, "
            f"{self.automatic} automatic texts shown; {told}"
        )


KINDS = ("lost", "twice", "invented", "out of order", "split", "told wrong", "automatic twice", "refused")


class Records:
    """Notes everything, and counts.

    Attributes:
        lives: by the name that is in front of their texts.
        closed: conversations that the CRM has ended.
        refused: answers that the gateway did not take, and why.
    """

    def __init__(self) -> None:
        self.lives: dict[str, Life] = {}
        self.closed: set[str] = set()
        self.refused: dict[str, str] = {}
        self._events: list[dict[str, Any]] = []
        self._answers: dict[str, str] = {}
        """Texts of accepted answers, in this order, and the gateway's ids."""
        self._life_of_conversation: dict[str, Life] = {}
        self._taken: Counter[str] = Counter()
        self._told: Counter[tuple[str, str]] = Counter()
        """Ids of answers, and what the CRM was told of them."""
        self._greeted: set[str] = set()
        self._due: dict[str, Callable[[], bool]] = {}
        """What has to come, and how one sees that it has."""

    def new_life(self, visitor: int) -> Life:
        """The next conversation of a visitor."""
        count = len(self.lives)
        life = Life(f"v{visitor}.{count:05}", is_answered_by_people=count % 2 == 0)
        self.lives[life.name] = life
        return life

    def confirmed(self, life: Life, text: str) -> None:
        """The gateway has told a visitor that it has the message."""
        life.confirmed.append(text)
        self._due[f"message {text}"] = lambda: text in self._taken

    def accepted(self, text: str, conversation: str, message_id: str) -> None:
        """The gateway has told the CRM that it has the answer."""
        life = self._life_of_conversation[conversation]
        self._answers[text] = message_id
        fates = [(message_id, "delivered"), (message_id, "failed")]
        self._due[f"fate of {text}"] = lambda: any(fate in self._told for fate in fates)
        self._due[text] = lambda: life.ended or text in life.answers()

    def took(self, event: dict[str, Any]) -> Life | None:
        """The CRM has taken an event; the conversation to be answered, if it is a message of one."""
        self._events.append(event)
        content = event["content"]
        match event["kind"]:
            case "message":
                self._taken[content["text"]] += 1
                return self._heard(event["conversation"], content["text"])
            case "delivered":
                self._told.update((message_id, "delivered") for message_id in content["message_ids"])
            case "sent" | "failed" | "unclear" as fate:
                self._told[content["message_id"], fate] += 1
                if content.get("author") == GREETING:
                    self._greeted.add(event["conversation"])
        return None

    def _heard(self, conversation: str, text: str) -> Life | None:
        life = self.lives.get(text.rpartition(".")[0])
        if life is None:
            return None
        self._life_of_conversation[conversation] = life
        if not life.is_answered_by_people:  # else the answer may have come before the greeting
            self._due[f"greeting of {life.name}"] = lambda: (
                life.ended or conversation in self.closed or conversation in self._greeted
            )
        return life

    def missing(self) -> list[str]:
        """What has to come and has not come yet."""
        self._due = {what: has_come for what, has_come in self._due.items() if not has_come()}
        return list(self._due)

    def figures(self, rounds: int, lost_calls: int) -> Figures:
        """What happened so far; everything must have settled."""
        lives = [life for life in self.lives.values() if life.written]
        figures = Figures(
            rounds=rounds,
            lost_calls=lost_calls,
            conversations=len({event["conversation"] for event in self._events if event["kind"] == "message"}),
            accepted=sum(len(life.confirmed) for life in lives),
            taken=self._taken.total(),
            answers=len(self._answers),
            shown=sum(len(life.answers()) for life in lives),
            automatic=sum(len(life.automatic()) for life in lives),
        )
        figures.faults += [f"lost: {what}" for what in self.missing()]
        figures.faults += self._wrong_upwards(lives)
        figures.faults += self._wrong_downwards(lives)
        figures.faults += self._told_wrong()
        figures.faults += self._wrong_automatic()
        return figures

    def _wrong_upwards(self, lives: list[Life]) -> Iterable[str]:
        yield from (f"twice: {text}" for text, count in self._taken.items() if count > 1)
        written = {text for life in lives for text in life.written}
        yield from (f"invented: {text}" for text in self._taken if text not in written)
        of: dict[str, list[str]] = defaultdict(list)
        for event in self._events:
            if event["kind"] == "message":
                of[event["conversation"]].append(event["content"]["text"])
        yield from (f"out of order: {texts[0]}" for texts in of.values() if texts != sorted(texts))
        names = [name for texts in of.values() for name in {text.rpartition(".")[0] for text in texts}]
        yield from (f"split: {name}" for name, count in Counter(names).items() if count > 1)
        yield from (f"split: {texts}" for texts in of.values() if len({text.rpartition(".")[0] for text in texts}) > 1)

    def _wrong_downwards(self, lives: list[Life]) -> Iterable[str]:
        place = {text: number for number, text in enumerate(self._answers)}
        for life in lives:
            shown = life.answers()
            yield from (f"twice: {text}" for text, count in Counter(shown).items() if count > 1)
            yield from (f"invented: {text}" for text in shown if text.removeprefix("to ") not in life.written)
            if not life.ended:
                own = (f"to {text}" for text in life.written)
                yield from (f"refused: {text} {self.refused[text]}" for text in own if text in self.refused)
            if shown != sorted(shown, key=lambda text: place.get(text, 0)):
                yield f"out of order: answers of {life.name}"

    def _told_wrong(self) -> Iterable[str]:
        """A fate that was told twice, or two that exclude each other."""
        yield from (f"told wrong: {told} {count} times" for told, count in self._told.items() if count > 1)
        fates: dict[str, set[str]] = defaultdict(set)
        for message_id, fate in self._told:
            fates[message_id].add(fate)
        for message_id, all_told in fates.items():
            if {"delivered", "failed"} <= all_told or "unclear" in all_told:
                yield f"told wrong: {message_id} {sorted(all_told)}"

    def _wrong_automatic(self) -> Iterable[str]:
        """An automatic text that was sent or shown more often than its conversation had beginnings."""
        firsts: Counter[str] = Counter()
        sent: Counter[tuple[str, str]] = Counter()
        for event in self._events:
            content = event["content"]
            if event["kind"] == "message" and content["first"]:
                firsts[event["conversation"]] += 1
            if event["kind"] == "sent" and "author" in content:
                sent[event["conversation"], content["text"]] += 1
        for (conversation, text), count in sent.items():
            if count > firsts[conversation]:
                yield f"automatic twice: {text} sent {count} times in {conversation}"
        for conversation, life in self._life_of_conversation.items():
            for text, count in Counter(life.automatic()).items():
                if count > firsts[conversation]:
                    yield f"automatic twice: {text} shown {count} times to {life.name}"
