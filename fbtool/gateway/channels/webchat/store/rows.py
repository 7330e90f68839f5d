"""The web chat's queries that are the same in both databases, and what their rows say."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from fbtool.gateway.channels.webchat.store import (
    AT_ONCE,
    EPISODE_MS,
    FAREWELL_MS,
    FORGOTTEN_MS,
    KEPT_FORGOTTEN_MS,
    Due,
    DueText,
    Row,
    RowKind,
    VisitorMessage,
)
from fbtool.gateway.store.outbox import QueuedMessage


class State(NamedTuple):
    """What decides about a conversation's next message."""

    last_message_ms: int
    closed_ms: int | None

    def begins_episode(self, now_ms: int) -> bool:
        """Whether the visitor's next message begins an episode."""
        return self.closed_ms is not None or self.last_message_ms + EPISODE_MS <= now_ms

    def may_be_answered(self, now_ms: int) -> bool:
        """Whether an answer is still taken: also a farewell is."""
        return self.closed_ms is None or now_ms <= self.closed_ms + FAREWELL_MS


STATE = "SELECT last_message, closed FROM webchat_conversation WHERE conversation = $1"
"""To be read by `State`."""
BEGIN_EPISODE = """
    INSERT INTO webchat_conversation VALUES ($1, $2, $3, $4, $5, true, $6, $6, $6, 0, NULL, $7, $8)
    ON CONFLICT (conversation) DO UPDATE SET keeps = excluded.keeps, here = true, episode = excluded.episode,
    last_message = excluded.last_message, last_poll = excluded.last_poll, last_automatic = 0, closed = NULL,
    due_step = excluded.due_step, due = excluded.due"""
FORGET_CLOSED = "DELETE FROM webchat_answer WHERE conversation = $1 AND kind = 'closed'"
"""A browser that has not heard of the end before its visitor began anew, hears nothing of it any more."""
GO_ON = "UPDATE webchat_conversation SET keeps = $1, last_message = $2, last_poll = $2 WHERE conversation = $3"
REFUSED = "SELECT 1 FROM webchat_refused WHERE visitor = $1 AND until > $2"
EVENTS_WAITING = "SELECT count(*) FROM (SELECT 1 FROM inbox WHERE account_id = $1 LIMIT $2) AS first_ones"
"""Counted no further than to the limit."""

ON_ITS_WAY = (
    "EXISTS (SELECT 1 FROM outbox AS o WHERE o.conversation = {of}.conversation AND o.state IN ('queued', 'sending'))"
)
"""Whether an answer of a conversation has not been handed over yet."""
WAITING = f"""
    SELECT sequence, kind, coalesce(message_id, ''), body FROM webchat_answer AS a
    WHERE conversation = $1 AND (not_after IS NULL OR not_after >= $2)
    AND NOT (kind = 'closed' AND {ON_ITS_WAY.format(of="a")})
    ORDER BY kind = 'closed', sequence LIMIT $3"""  # noqa: S608 - constants
"""To be read by `row_of`."""
IS_QUEUED = "SELECT 1 FROM outbox WHERE account_id = $1 AND key = $2"
UNFETCHED = """
    SELECT (SELECT count(*) FROM webchat_answer WHERE conversation = $1 AND kind = 'message')
         + (SELECT count(*) FROM outbox WHERE conversation = $1 AND state IN ('queued', 'sending'))"""
"""How many answers wait for a visitor."""
ANSWERED = """
    UPDATE webchat_conversation SET last_message = $1, due_step = CASE WHEN $2 THEN NULL ELSE due_step END,
    due = CASE WHEN $2 THEN NULL ELSE due END WHERE conversation = $3"""
"""$2: whether by a human."""
HAND_OVER = """
    INSERT INTO webchat_answer (conversation, kind, message_id, body, not_after)
    VALUES ($1, 'message', $2, $3, $4)"""
FORGET_SHOWN = "DELETE FROM webchat_answer WHERE conversation = $1 AND kind = $2"
SHOW = "INSERT INTO webchat_answer (conversation, kind, body) VALUES ($1, $2, $3)"

DUE_TEXTS = """
    SELECT account_id, conversation, conversation_id, episode, due_step, due, here, last_automatic
    FROM webchat_conversation WHERE due <= $1 ORDER BY due LIMIT $2"""
"""To be read by `due_text_of`."""
SETTLE_DUE = """
    UPDATE webchat_conversation SET due_step = $1, due = $2,
    last_automatic = CASE WHEN $3 THEN $4 ELSE last_automatic END
    WHERE conversation = $5 AND episode = $6 AND due_step = $7 AND due = $8"""
"""$3: whether a text is queued, $4: now."""

RETURNED = """
    UPDATE webchat_conversation SET here = true, last_poll = $1
    WHERE conversation = $2 AND NOT here AND closed IS NULL"""
_KNOWN = "SELECT account_id, conversation, conversation_id, last_message, last_poll FROM webchat_conversation AS c"
_SOME = f"ORDER BY conversation LIMIT {AT_ONCE}"
LEFT = f"{_KNOWN} WHERE here AND closed IS NULL AND last_poll < $1 {_SOME}"
"""To be read by `KnownConversation`."""

_UNREACHED = (
    "a.conversation = c.conversation AND a.kind = 'message' AND ((NOT c.keeps AND c.last_poll < $1)"
    " OR (c.keeps AND c.last_poll < $2) OR a.not_after < $3)"
)
WITH_UNREACHED = f"""
    SELECT conversation FROM webchat_conversation AS c
    WHERE EXISTS (SELECT 1 FROM webchat_answer AS a WHERE {_UNREACHED}) {_SOME}"""  # noqa: S608 - constants
"""Conversations of which answers are not fetched any more: whose visitors last asked before $1 (before $2 where the
browser keeps the history), or whose automatic text was over before $3."""
_LOST = """
    SELECT a.sequence, c.account_id, c.conversation_id, a.message_id, a.body
    FROM webchat_answer AS a JOIN webchat_conversation AS c ON c.conversation = a.conversation"""
UNREACHED = f"{_LOST} WHERE {_UNREACHED} AND c.conversation = $4 ORDER BY a.sequence"
"""Those of one conversation; but for the first column to be read by `Unreached`."""
ALL_UNREACHED = f"{_LOST} WHERE a.kind = 'message' AND c.conversation = $1 ORDER BY a.sequence"
"""All answers of one, to be read in the same way."""

CLOSE = """
    UPDATE webchat_conversation SET closed = $1, due_step = NULL, due = NULL
    WHERE conversation = $2 AND closed IS NULL"""
_TOO_OLD = f"last_message + CASE WHEN keeps THEN {KEPT_FORGOTTEN_MS} ELSE {FORGOTTEN_MS} END <= $1"
OPEN_TOO_LONG = f"{_KNOWN} WHERE closed IS NULL AND {_TOO_OLD} {_SOME}"
"""To be read by `KnownConversation`."""
FORGETTABLE = f"""
    SELECT conversation FROM webchat_conversation AS c WHERE closed + {FAREWELL_MS} < $1 AND ({_TOO_OLD} OR NOT (
        EXISTS (SELECT 1 FROM webchat_answer AS a WHERE a.conversation = c.conversation)
        OR {ON_ITS_WAY.format(of="c")}
    )) {_SOME}"""  # noqa: S608 - constants
FORGET = "DELETE FROM webchat_conversation WHERE conversation = $1"
REFUSE = """
    INSERT INTO webchat_refused VALUES ($1, $2)
    ON CONFLICT (visitor) DO UPDATE SET until = excluded.until WHERE webchat_refused.until < excluded.until"""


def episode_row(message: VisitorMessage, now_ms: int) -> tuple[Any, ...]:
    """What `BEGIN_EPISODE` is given."""
    return (
        message.conversation,
        message.conversation_id,
        message.account_id,
        message.first_event.source_id,
        message.keeps,
        now_ms,
        *(message.due or (None, None)),
    )


def settle_row(text: DueText, message: QueuedMessage | None, following: Due | None, now_ms: int) -> tuple[Any, ...]:
    """What `SETTLE_DUE` is given."""
    planned = following or (None, None)
    return (*planned, message is not None, now_ms, text.conversation, text.episode_ms, *text.due)


def automatic_key(message: QueuedMessage) -> bytes:
    """Stands in the queue for an automatic text's Idempotency-Key: that it is queued once, its plan makes sure."""
    return b"automatic " + message.id.encode()


def row_of(row: Sequence[Any]) -> Row:
    """What a row of `WAITING` says."""
    sequence, kind, message_id, body = row
    return Row(sequence, RowKind(kind), message_id, bytes(body))


def due_text_of(row: Sequence[Any]) -> DueText:
    """What a row of `DUE_TEXTS` says."""
    account_id, conversation, conversation_id, episode, step, at, here, last_automatic = row
    return DueText(account_id, bytes(conversation), conversation_id, episode, Due(step, at), bool(here), last_automatic)
