"""What the gateway refuses, and why. Each problem carries the HTTP status of its problem document."""

from collections.abc import Iterator
from typing import ClassVar

from fbtool.language import N_
from fbtool.problem import Kind, Problem


class GatewayProblem(Problem):
    """The base of the gateway's answers that are no success."""

    kind = Kind.REFUSED
    status: ClassVar[int]


def all_problems(base: type[GatewayProblem] = GatewayProblem) -> Iterator[type[GatewayProblem]]:
    """Every kind of problem that is known to this process."""
    for kind in base.__subclasses__():
        yield kind
        yield from all_problems(kind)


class TokenUnknown(GatewayProblem):
    """No token, or one that no account has."""

    status = 401
    code = "token_unknown"
    what = N_("The gateway does not know this token.")
    meaning = N_("It was mistyped, or the account's token was replaced by a new one.")
    remedy = N_("Copy the connection code or token from the messenger account again.")


class AccountInactive(GatewayProblem):
    """The account exists but is switched off."""

    status = 403
    code = "account_inactive"
    what = N_("The messenger account “{name}” is not active.")
    remedy = N_("Ask the person who runs the gateway to activate it.")


class AccountOfOtherChannel(GatewayProblem):
    """The account serves another channel than the one that was asked."""

    status = 403
    code = "account_wrong_channel"
    what = N_("The messenger account “{name}” is for “{channel}”, not for “{wanted}”.")
    meaning = N_("One account serves one channel: Facebook and web chat need two accounts.")
    remedy = N_("Take a messenger account whose channel is “{wanted}”, or its token.")


class AccountUnknown(GatewayProblem):
    """An administrator or manager named an account that does not exist, or not for them."""

    status = 404
    code = "account_unknown"
    what = N_("There is no messenger account “{name}”.")
    remedy = N_("“fbtool gateway accounts list” shows all accounts, GET /v1/accounts those of a manager.")


class AccountNameTaken(GatewayProblem):
    """Two accounts of the same name would be mixed up."""

    status = 409
    code = "account_name_taken"
    what = N_("There is already a messenger account named “{name}”.")
    remedy = N_("Choose another name.")


class AccountHasSources(GatewayProblem):
    """Removing the account would silently stop what it is reached at."""

    status = 409
    code = "account_has_sources"
    what = N_("The messenger account “{name}” is still in use.")
    meaning = N_("Customers still reach it; removing it would stop that without anybody being told.")
    remedy = N_("Unlink its Pages and remove its other sources first, or disable the account instead.")


class PictureUnfit(GatewayProblem):
    """What was uploaded is no picture that a browser shows, or too large a one."""

    status = 400
    code = "picture_unfit"
    what = N_("This cannot be kept as a picture.")
    meaning = N_("A picture is a PNG, JPEG or WebP of at most {limit} bytes.")
    remedy = N_("Make it smaller (customers see it 40 pixels wide), or save it as one of these kinds.")


class TooManyPictures(GatewayProblem):
    """The account has as many pictures as one may have."""

    status = 409
    code = "too_many_pictures"
    what = N_("The messenger account has {limit} pictures already.")
    remedy = N_("Remove pictures of people who do not answer any more: DELETE /v1/agents/…/picture.")


class ManagerUnknown(GatewayProblem):
    """An administrator named a manager that does not exist."""

    status = 404
    code = "manager_unknown"
    what = N_("There is no manager “{name}”.")
    remedy = N_("“fbtool gateway managers list” shows all managers.")


class ManagerNameTaken(GatewayProblem):
    """Two managers of the same name would be mixed up."""

    status = 409
    code = "manager_name_taken"
    what = N_("There is already a manager named “{name}”.")
    remedy = N_("Choose another name.")


class AccountUnfit(GatewayProblem):
    """A name, greeting or picture that an account cannot have."""

    status = 422
    code = "account_unfit"
    what = N_("The messenger account cannot look like this: {reason}.")
    meaning = N_("Nothing was changed.")
    remedy = N_("Give another name, greeting or picture.")


class ChannelNotServed(GatewayProblem):
    """An account for a channel that is not installed or not offered."""

    status = 422
    code = "channel_not_served"
    what = N_("This gateway does not offer the channel “{channel}”: an account for it could do nothing.")
    meaning = N_("No account was made. Offered is: {offered}.")
    remedy = N_("Take one of these, or write the other one into server.channels of gateway.toml and run "
                "“fbtool gateway reload”.")  # fmt: skip


class RequestInvalid(GatewayProblem):
    """The request does not follow the contract."""

    status = 400
    code = "request_invalid"
    what = N_("The request does not follow the API's contract.")
    meaning = "{reason}"
    remedy = N_("Compare it with the API description at /v1/openapi.yaml.")


class RequestTooLarge(GatewayProblem):
    """The body is longer than any honest one."""

    status = 413
    code = "request_too_large"
    what = N_("The request is too large.")
    meaning = N_("The limit is {limit} bytes.")
    remedy = N_("Send less at once.")


class NothingHere(GatewayProblem):
    """No such path."""

    status = 404
    code = "not_found"
    what = N_("There is nothing at this address.")
    remedy = N_("Compare it with the API description at /v1/openapi.yaml.")


class MethodUnknown(GatewayProblem):
    """The path exists, the method does not."""

    status = 405
    code = "method_not_allowed"
    what = N_("This address does not take this method.")
    remedy = N_("Compare it with the API description at /v1/openapi.yaml.")


class Defect(GatewayProblem):
    """We made a mistake; nothing about it is told to strangers."""

    status = 500
    code = "defect"
    what = N_("The gateway made a mistake.")
    remedy = N_("Tell the person who runs the gateway; its log names the mistake.")


class StoreUnavailable(GatewayProblem):
    """Nothing can be stored at the moment, so nothing is accepted."""

    status = 503
    code = "store_unavailable"
    kind = Kind.UNREACHABLE
    what = N_("The gateway cannot store anything at the moment.")
    meaning = N_("Its disk may be full or broken. Nothing that was accepted is lost.")
    remedy = N_("Try again later; the person who runs the gateway has to look at its disk.")


class ConversationUnknown(GatewayProblem):
    """A business can never open a conversation, so ids cannot be made up."""

    status = 404
    code = "conversation_unknown"
    what = N_("There is no such conversation.")
    meaning = N_("Only a customer can open a conversation; its id comes with the customer's message.")
    remedy = N_("Use the “conversation” of an event that you received.")


class WindowClosed(GatewayProblem):
    """The channel's time to answer is over."""

    status = 409
    code = "window_closed"
    what = N_("The time to answer this customer is over.")
    meaning = N_("The channel allows answers only for a while after a customer wrote; “reply_until” says until when.")
    remedy = N_("Wait until the customer writes again.")


class FileUnknown(GatewayProblem):
    """The reference was not made by this gateway, or for a source of another account."""

    status = 404
    code = "file_unknown"
    what = N_("There is no such file.")
    remedy = N_("Use the “gateway_url” of an event that you received.")


class FileGone(GatewayProblem):
    """The channel no longer has it; Facebook's addresses of files are valid for some hours or days."""

    status = 410
    code = "file_gone"
    what = N_("The file is no longer at its address.")
    meaning = N_("Such addresses end after some hours or days, and the gateway keeps no files.")
    remedy = N_("Fetch files as soon as their event arrives. Ask the customer to send it again.")


class FileUnavailable(GatewayProblem):
    """The file cannot be fetched, or should not be."""

    status = 502
    code = "file_unavailable"
    kind = Kind.FACEBOOK
    what = N_("The file cannot be fetched: {reason}.")
    remedy = N_("Try again in a few minutes, or fetch it from its own “url”.")


class FileUnfit(GatewayProblem):
    """The channel would not take the file."""

    status = 422
    code = "file_unfit"
    what = N_("The channel does not take this file: {reason}.")
    remedy = N_("Send it with its right type.")


class UpgradeNeeded(GatewayProblem):
    """The stream is a WebSocket."""

    status = 426
    code = "upgrade_required"
    what = N_("This address speaks WebSocket only.")
    remedy = N_("Open it as a WebSocket, or take events from /v1/events.")


class ConsumerExists(GatewayProblem):
    """One consumer takes an account's events at a time."""

    status = 409
    code = "consumer_exists"
    what = N_("Another consumer, “{name}”, takes this account's events since {since}.")
    meaning = N_("An account's events go to one consumer, so that none is handled twice and their order is kept.")
    remedy = N_("Stop the other consumer and try again after half a minute, or use a messenger account of your own.")


class ConsumerReplaced(GatewayProblem):
    """A newer request of the same consumer has come."""

    status = 409
    code = "consumer_replaced"
    what = N_("A newer request of the same consumer has taken the place of this one.")
    meaning = N_("An account's events go to one request at a time. Nothing was lost; the newer one gets them.")
    remedy = N_("Run one loop per account. If two programs are meant, give each a “consumer” name of its own.")


class KeyUsedDifferently(GatewayProblem):
    """An idempotency key names one message for ever."""

    status = 409
    code = "idempotency_key_reused"
    what = N_("This Idempotency-Key was already used for another message.")
    remedy = N_("Use a new key for a new message.")


class SendingExpired(GatewayProblem):
    """The answer waited until nobody may send it any more."""

    status = 409
    code = "sending_expired"
    what = N_("The answer could not be sent before the time to answer was over.")
    meaning = N_("It waited for a link to be repaired, or for the channel to be available again.")
    remedy = N_("Wait until the customer writes again.")


class SendingGivenUp(GatewayProblem):
    """The channel was in trouble for too long."""

    status = 502
    code = "sending_given_up"
    what = N_("The answer could not be sent: the channel was not available for too long.")
    remedy = N_("Send it again when the channel is available.")


class SendingUnclear(GatewayProblem):
    """Nobody can say whether the message went out."""

    status = 502
    code = "sending_unclear"
    what = N_("The channel's answer was unclear; the message may have been sent.")
    meaning = N_("To be sure that the customer does not get it twice, it is not sent again by itself.")
    remedy = N_("Look into the conversation as the customer sees it before you send it again.")


class SourceNotLinked(GatewayProblem):
    """Where the customer wrote to is not the account's (any more)."""

    status = 404
    code = "source_not_linked"
    what = N_("What this customer wrote to does not belong to this messenger account.")
    meaning = N_("It was never linked with it, was unlinked, or belongs to another account by now.")
    remedy = N_("Link it with this account; or answer with the account that has it.")


class ChannelOff(GatewayProblem):
    """The operator does not offer the channel at the moment, or never did."""

    status = 503
    code = "channel_off"
    what = N_("This gateway does not serve the channel “{channel}” at the moment.")
    meaning = N_("What waits is still handed out, and answers that were taken wait.")
    remedy = N_(
        "Ask the person who runs the gateway to offer it: “channels” in gateway.toml, then “fbtool gateway reload”."
    )


class NotOfThisChannel(GatewayProblem):
    """Not every channel can do everything; `capabilities` in ``GET /v1/account`` tells what each source can."""

    status = 409
    code = "not_of_this_channel"
    what = N_("The channel “{channel}” cannot do this.")
    remedy = N_("Do without it: “capabilities” of the account's sources tells what can be done.")
