"""What the web chat refuses visitors, and what it tells CRMs of answers that reach nobody."""

from fbtool.gateway.problems import GatewayProblem, RequestTooLarge
from fbtool.language import N_
from fbtool.problem import Kind


class OriginNotAllowed(GatewayProblem):
    """The page is on none of the sites that the account names."""

    status = 403
    code = "origin_not_allowed"
    what = N_("This chat is not for the page that asked.")
    meaning = N_("The chat's settings list the sites on which it may be used; “{origin}” is not among them.")
    remedy = N_("Add the site's address to the list in the chat's settings, or empty the list.")


class TicketNeeded(GatewayProblem):
    """A conversation's first message comes from a page that was open for a moment, and is not one of a flood."""

    status = 403
    code = "ticket_needed"
    what = N_("A first message needs a fresh ticket, with the work that it asks for.")
    meaning = N_("A ticket is good for two hours, and for the network it was fetched from.")
    remedy = N_("Fetch a new ticket, do its work, and send the message again.")


class PollReplaced(GatewayProblem):
    """One poll of a conversation waits at a time."""

    status = 409
    code = "poll_replaced"
    what = N_("A newer request of the same conversation has taken the place of this one.")
    meaning = N_("Nothing was lost; the newer one gets the answers.")
    remedy = N_("Let one tab of the browser ask.")


class MessageIdReused(GatewayProblem):
    """An id names one message for ever."""

    status = 409
    code = "message_id_reused"
    what = N_("Another message with this id was taken already.")
    remedy = N_("Use a new id for a new message.")


class TextTooLong(RequestTooLarge):
    """A visitor's message has its own limit."""

    meaning = N_("A message may have {limit} characters.")
    remedy = N_("Send it in several messages.")


class RateLimited(GatewayProblem):
    """More than a person writes or a browser asks."""

    status = 429
    code = "rate_limited"
    what = N_("There were too many requests.")
    meaning = N_("Nothing was lost and nothing was taken. In {seconds} seconds the next one is welcome.")
    remedy = N_("Wait as long as Retry-After says.")

    def __init__(self, seconds: int) -> None:
        self.retry_after = max(seconds, 1)
        super().__init__(seconds=self.retry_after)


class ConversationFull(GatewayProblem):
    """The account's CRM has not taken anything for long; what it has not taken has its limit."""

    status = 503
    code = "too_many_waiting"
    what = N_("Too many messages of this chat wait to be read.")
    meaning = N_("This message was not taken.")
    remedy = N_("Try again later. The shop's customer-service system has to take what waits.")


class ConversationOver(GatewayProblem):
    """A company never opens a conversation, and one that was ended is opened by its customer only."""

    status = 409
    code = "conversation_over"
    what = N_("The conversation is over.")
    meaning = N_("It was closed or deleted, or nobody has written in it for too long. A farewell is possible for "
                 "five minutes.")  # fmt: skip
    remedy = N_("Wait until the customer writes again.")


class KeyEnded(ConversationOver):
    """The visitor's key opens nothing any more."""

    status = 410
    meaning = N_("It was ended or deleted, or nobody has written in it for too long.")
    remedy = N_("Forget the key. The next message begins a new conversation.")


class TooManyAnswers(GatewayProblem):
    """What waits for one visitor has its limit."""

    status = 409
    code = "too_many_answers"
    what = N_("Too many answers wait for this visitor.")
    meaning = N_("The visitor has not fetched the earlier ones.")
    remedy = N_("Wait until the visitor is here again.")


class VisitorGone(GatewayProblem):
    """The browser did not fetch the answer, and will not any more."""

    status = 409
    code = "visitor_gone"
    kind = Kind.REFUSED
    what = N_("The visitor has left before the answer arrived.")
    meaning = N_("The page was closed, the conversation was deleted, or the browser was away for too long.")
    remedy = N_("Wait until the customer writes again.")
