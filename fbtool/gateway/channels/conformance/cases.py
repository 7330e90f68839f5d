"""What every channel has to keep, case by case. The first line of each says the promise."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fbtool.gateway.channels.conformance.platform import NotHere, Platform, Taken
from fbtool.gateway.channels.conformance.stage import NEIGHBOUR, Stage
from fbtool.gateway.channels.port import Outcome, Scope
from fbtool.gateway.messages import AttachmentKind

_LATER_MS = 20_000
"""So much time passes with each look where the gateway waits before it tries again."""
_A_WHILE_S = 1.5
"""Long enough for a gateway that does not wait to ask again and again."""


@dataclass(frozen=True)
class Case:
    """One promise."""

    name: str
    play: Callable[[Stage], None]

    def __str__(self) -> str:
        return self.name

    def run(
        self,
        platform: Platform,
        folder: Path,
        database_url: str = "",
        end_leases: Callable[[], None] = lambda: None,
    ) -> None:
        """Play it.

        Args:
            platform: a fresh one.
            folder: an empty one for the gateway's data.
            database_url: of an empty PostgreSQL database, if the data are to be there.
            end_leases: does there what else happens `store.limits.LEASE_MS` after a gateway has died.

        Raises:
            NotKept: with what was found.
            NotHere: nothing of the kind can happen at this channel.
        """
        stage = Stage(platform, folder, database_url, end_leases)
        try:
            self.play(stage)
        finally:
            stage.stop()


CASES: list[Case] = []


def _case(play: Callable[[Stage], None]) -> Callable[[Stage], None]:
    """A case on a gateway that runs, with an account and a source."""

    def from_the_start(stage: Stage) -> None:
        stage.begin()
        play(stage)

    CASES.append(Case(play.__name__, from_the_start))
    return play


@_case
def a_message_is_handed_out_once(stage: Stage) -> None:
    """A message is handed out once, with its channel, source, conversation and the time to answer."""
    event = stage.write(text="Good morning")
    stage.must(event["channel"] == stage.platform.channel, "the event names another channel")
    stage.must(event["source"]["id"] == stage.source, "the event names another source")
    stage.must(bool(event["conversation"]), "the event names no conversation")
    stage.must(event["content"].get("text") == "Good morning", "the text is another one")
    until = event["reply_until"] or {}
    stage.must(until.get("human", 0) >= until.get("anyone", 0) > event["time"], "the time to answer is over at once")
    stage.write(text="Are you there?")
    stage.must([one["kind"] for one in stage.events] == ["message"] * 2, "there are more events than messages")


@_case
def a_repetition_is_one_event(stage: Stage) -> None:
    """What the platform tells twice is one event."""
    stage.write(message_id="same")
    status = stage.platform.write(stage.address, stage.source, stage.customer(1), "Hello", "same")
    stage.must(status == 200, f"a repetition is answered with {status}")
    stage.write(message_id="other")
    stage.must(len(stage.events) == 2, "a repetition is handed out again")


@_case
def conversations_are_kept_apart(stage: Stage) -> None:
    """Each customer of each source is a conversation, and stays the same one."""
    other = stage.connect("there")
    asked = [(1, stage.source), (2, stage.source), (1, other), (1, stage.source)]
    first, second, there, again = (
        stage.write(stage.customer(number), source=source)["conversation"] for number, source in asked
    )
    stage.must(len({first, second, there}) == 3, "two customers or sources share a conversation")
    stage.must(first == again, "a customer's second message opens another conversation")


@_case
def an_answer_is_sent_once_and_told(stage: Stage) -> None:
    """An answer reaches its customer once, and that is told once."""
    event = stage.write(stage.customer(1))
    message_id = stage.answer(event, "Yes")
    fate = stage.fate(message_id)
    stage.must(fate["kind"] == "sent", f"the answer is told as {fate['kind']}")
    stage.must(fate["conversation"] == event["conversation"], "the fate is told of another conversation")
    stage.must(stage.platform.taken == [Taken(stage.source, stage.customer(1), "Yes")], "it went to somebody else")
    stage.must(stage.answer(event, "Yes") == message_id, "the same Idempotency-Key is another message")
    _next_goes(stage, event)
    stage.must(stage.texts() == ["Yes", "next"], "the answer was sent twice")


@_case
def a_final_refusal_is_told_and_concerns_nobody_else(stage: Stage) -> None:
    """What fails for one customer is told with what to do, and another customer's answers go."""
    one, other = stage.write(stage.customer(1)), stage.write(stage.customer(2))
    _refuse(stage, Outcome.FAILED, Scope.CUSTOMER, stage.customer(1))
    fate = stage.fate(stage.answer(one, "No"))
    stage.must(fate["kind"] == "failed", f"a final refusal is told as {fate['kind']}")
    stage.must(bool(fate["content"]["problem"]["what"]), "it is not told why")
    _next_goes(stage, other)
    stage.must(stage.texts() == ["next"], "what failed was sent")


@_case
def an_unclear_answer_is_never_sent_again(stage: Stage) -> None:
    """Where nobody knows whether an answer arrived, that is told once no proof has come, and it is not sent again."""
    event = stage.write()
    _refuse(stage, Outcome.UNCLEAR, Scope.MESSAGE)
    message_id = stage.answer(event, "Perhaps")
    stage.wait(lambda: stage.texts() == ["Perhaps"], "the answer is not sent")
    stage.platform.take_all()
    fate = stage.fate(message_id, passing_ms=_LATER_MS)
    stage.must(fate["kind"] == "unclear", f"an unclear fate is told as {fate['kind']}")
    _next_goes(stage, event)
    stage.must(stage.texts() == ["Perhaps", "next"], "an answer of unclear fate was sent again")


@_case
def a_later_proof_makes_it_sent(stage: Stage) -> None:
    """If proof comes of an answer of unclear fate, it is told as sent, once."""
    event = stage.write()
    _refuse(stage, Outcome.UNCLEAR, Scope.MESSAGE)
    message_id = stage.answer(event, "Perhaps")
    stage.wait(lambda: stage.texts() == ["Perhaps"], "the answer is not sent")
    stage.platform.take_all()
    for _ in range(2):
        if not stage.platform.prove(stage.address):
            raise NotHere
    stage.must(stage.fate(message_id)["kind"] == "sent", "a proof that came in time is not heeded")
    _next_goes(stage, event, passing_ms=_LATER_MS)
    told = [one for one in stage.events if one["content"].get("message_id") == message_id]
    stage.must(len(told) == 1, "the fate of one answer is told twice")


@_case
def a_passing_trouble_is_tried_again(stage: Stage) -> None:
    """What may go later is tried again, not at once, and sent once."""
    event = stage.write()
    _refuse(stage, Outcome.LATER, Scope.MESSAGE)
    _waits_and_goes(stage, [(event, "Soon")], [])


@_case
def a_customers_trouble_stops_no_neighbour(stage: Stage) -> None:
    """While one customer's answers wait, another one's go."""
    one, other = stage.write(stage.customer(1)), stage.write(stage.customer(2))
    _refuse(stage, Outcome.WAITS, Scope.CUSTOMER, stage.customer(1))
    _waits_and_goes(stage, [(one, "waiting")], [(other, "at once")])


@_case
def a_sources_trouble_stops_no_other_source(stage: Stage) -> None:
    """While a source's answers wait, another one's go."""
    _source_waits(stage, Scope.SOURCE)


@_case
def a_links_trouble_stops_no_other_source(stage: Stage) -> None:
    """While a link needs a person, another source's answers go."""
    _source_waits(stage, Scope.LINK)


@_case
def the_whole_channels_trouble_stops_all_of_it(stage: Stage) -> None:
    """While nothing of the channel can go, answers wait, and no try is counted against them."""
    here, there = stage.write(), stage.write(source=stage.connect("there"))
    _refuse(stage, Outcome.WAITS, Scope.APP)
    _waits_and_goes(stage, [(here, "here"), (there, "there")], [])


@_case
def an_answer_expires(stage: Stage) -> None:
    """An answer that could not go until its time was over is told as failed; a new one is not accepted."""
    event = stage.write()
    _refuse(stage, Outcome.WAITS, Scope.SOURCE, stage.source)
    message_id = stage.answer(event, "Too late")
    stage.wait(lambda: stage.platform.attempts > 0, "the answer is not tried")
    stage.passed_ms += event["reply_until"]["human"] - event["time"] + 60_000
    stage.platform.take_all()
    fate = stage.fate(message_id)
    stage.must(fate["content"].get("problem", {}).get("code") == "sending_expired", "the answer does not expire")
    refused = stage.post(event, "Later still")
    stage.must((refused.status_code, refused.json()["code"]) == (409, "window_closed"), "a late answer is accepted")
    stage.must(stage.texts() == [], "a late answer is sent")


@_case
def another_accounts_conversation_is_refused(stage: Stage) -> None:
    """An account answers its own customers only."""
    event, other = stage.write(), stage.account("Other")
    stage.connect("elsewhere", other)
    body = {"conversation": event["conversation"], "text": "Hello", "human": True}
    refused = stage.api("POST", "messages", body, other, **{"Idempotency-Key": "k"})
    stage.must((refused.status_code, refused.json()["code"]) == (404, "source_not_linked"), "a stranger may answer")
    unknown = stage.post({"conversation": "made-up"}, "Hello")
    stage.must(unknown.json()["code"] == "conversation_unknown", "a conversation can be made up")


@_case
def an_account_of_another_channel_is_not_served(stage: Stage) -> None:
    """The token of another channel's account opens nothing here."""
    status, _ = stage.platform.connect(stage.address, stage.account("Neighbour", NEIGHBOUR), "there")
    stage.must(status == 403, f"an account of another channel is answered with {status}")


@_case
def only_what_can_be_sent_is_accepted(stage: Stage) -> None:
    """Kinds of files that the channel's limits do not name are refused before anything is queued."""
    event = stage.write()
    lacking = set(AttachmentKind) - _capabilities(stage)["attachments"].keys()
    if not lacking:
        raise NotHere
    for kind in lacking:
        attachment = {"type": kind, "url": "https://example.com/file"}
        body = {"conversation": event["conversation"], "attachment": attachment, "human": True}
        refused = stage.api("POST", "messages", body, **{"Idempotency-Key": kind})
        stage.must(refused.status_code == 400, f"a file that cannot be sent is answered with {refused.status_code}")


@_case
def what_it_cannot_do_is_refused_by_name(stage: Stage) -> None:
    """Typing, profiles, uploads and an end are refused where the channel lacks the ability."""
    conversation = stage.write()["conversation"]
    calls = {
        "typing": ("POST", f"conversations/{conversation}/typing"),
        "profile": ("GET", f"conversations/{conversation}/profile"),
        "uploads": ("POST", f"attachments?conversation={conversation}&type=file"),
        "close": ("POST", f"conversations/{conversation}/close"),
    }
    lacking = [call for ability, call in calls.items() if not _capabilities(stage)[ability]]
    for call in lacking:
        code = stage.api(*call).json()["code"]
        stage.must(code == "not_of_this_channel", f"what the channel cannot do is answered with {code}")
    if not lacking:
        raise NotHere


@_case
def an_erased_customer_is_forgotten(stage: Stage) -> None:
    """What waits of an erased customer is handed out to nobody, and nobody can answer; others are not concerned."""
    event = stage.write()
    stage.platform.write(stage.address, stage.source, stage.customer(1), "Forget me", "waiting")
    status = stage.api("DELETE", f"conversations/{event['conversation']}").status_code
    stage.must(status == 204, f"erasing is answered with {status}")
    neighbour = stage.write(stage.customer(2))
    stage.must(all(one["content"].get("text") != "Forget me" for one in stage.events), "what waited is handed out")
    refused = stage.post(event, "Too late").json().get("code", "")
    stage.must(bool(refused), "an erased customer is answered")
    _next_goes(stage, neighbour)


@_case
def a_greeting_is_sent_once(stage: Stage) -> None:
    """The account's greeting is sent to each customer once, and told to the CRM."""
    stage.admin("PATCH", "accounts/Shop", greeting="Welcome")
    event = stage.write()
    told = stage.until(lambda one: one["kind"] == "sent", "the greeting is not told")
    stage.must(told["content"].get("text") == "Welcome", "the greeting is told without its text")
    stage.write(text="Hello again")
    _next_goes(stage, event)
    stage.must(stage.texts() == ["Welcome", "next"], "the greeting is not sent once")


@_case
def a_channel_is_switched_off_and_on(stage: Stage) -> None:
    """While the channel is not offered it takes nothing in, its events are handed out, and its answers wait."""
    platform, event = stage.platform, stage.write()
    platform.write(stage.address, stage.source, stage.customer(2), "Somebody there?", "waiting")
    stage.offer(NEIGHBOUR)
    stage.must(stage.admin("POST", "reload").status_code == 200, "the gateway takes no change of its channels")
    status = platform.write(stage.address, stage.source, stage.customer(2), "Hello?", "off")
    stage.must(status == 503, f"while it is off, the channel answers with {status}")
    message_id = stage.answer(event, "Later")
    stage.until(lambda one: one["content"].get("text") == "Somebody there?", "what waits is not handed out")
    stage.must(stage.texts() == [], "an answer is sent while the channel is off")
    stage.offer(platform.channel, NEIGHBOUR)
    stage.admin("POST", "reload")
    stage.must(stage.fate(message_id)["kind"] == "sent", "what waited is not sent")
    stage.write(stage.customer(2), "Hello!", "off")


def a_crash_sends_nothing_twice(stage: Stage) -> None:
    """If the process dies while an answer is on its way, it is told as unclear, or sent, and never sent again."""
    kill = stage.start_process()
    stage.prepare()
    event = stage.write()
    platform = stage.platform
    platform.write(stage.address, stage.source, stage.customer(2), "Somebody there?", "waiting")
    platform.stay_silent()
    message_id = stage.answer(event, "Once")
    stage.wait(lambda: platform.attempts > 0, "the answer is not sent")
    waiting = stage.answer(event, "next")
    kill()
    stage.end_leases()
    platform.take_all()
    stage.offer(platform.channel, NEIGHBOUR)
    stage.start()
    fate = stage.fate(message_id, passing_ms=_LATER_MS)
    stage.must(fate["kind"] in {"unclear", "sent"}, f"the answer is told as {fate['kind']}")
    stage.must(stage.fate(waiting)["kind"] == "sent", "what waited is not sent")
    stage.until(lambda one: one["content"].get("text") == "Somebody there?", "what had come in is lost")
    stage.must(stage.texts().count("Once") == 1, "the answer was sent twice")


CASES.append(Case(a_crash_sends_nothing_twice.__name__, a_crash_sends_nothing_twice))


def _capabilities(stage: Stage) -> dict[str, Any]:
    found: dict[str, Any] = stage.api("GET", "account").json()["sources"][0]["capabilities"]
    return found


def _refuse(stage: Stage, outcome: Outcome, scope: Scope, only: str = "") -> None:
    if not stage.platform.refuse(outcome, scope, only):
        raise NotHere


def _next_goes(stage: Stage, event: dict[str, Any], passing_ms: int = 0) -> None:
    """Another answer is sent; so whatever was before it has come to its end."""
    stage.must(stage.fate(stage.answer(event, "next"), passing_ms)["kind"] == "sent", "the next answer is not sent")


def _source_waits(stage: Stage, scope: Scope) -> None:
    one, neighbour = stage.write(stage.customer(1)), stage.write(stage.customer(2))
    other = stage.write(source=stage.connect("there"))
    _refuse(stage, Outcome.WAITS, scope, stage.source)
    _waits_and_goes(stage, [(one, "waiting"), (neighbour, "too")], [(other, "at once")])


def _waits_and_goes(
    stage: Stage, waiting: list[tuple[dict[str, Any], str]], going: list[tuple[dict[str, Any], str]]
) -> None:
    """Those wait, these go meanwhile; and once the platform takes everything, all have been sent once."""
    ids = [stage.answer(*one) for one in waiting]
    stage.wait(lambda: stage.platform.attempts > 0, "no answer is tried")
    for one in going:
        stage.must(stage.fate(stage.answer(*one))["kind"] == "sent", "a neighbour's answer is not sent")
    stage.rest(_A_WHILE_S)
    stage.must(stage.texts() == [text for _, text in going], "what has to wait is sent")
    tries = stage.platform.attempts - len(going)
    stage.must(tries <= 3 * len(waiting), f"what waits was tried {tries} times within a moment")
    stage.platform.take_all()
    for message_id in ids:
        stage.must(stage.fate(message_id, passing_ms=_LATER_MS)["kind"] == "sent", "what waited is not sent")
    stage.must(sorted(stage.texts()) == sorted(text for _, text in [*waiting, *going]), "an answer was sent twice")
