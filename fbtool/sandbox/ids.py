"""Every id and secret that Facebook would make up: their looks follow the real ones, their values mean nothing."""

import base64
import hashlib
import secrets
import string

_ALPHABET = string.ascii_letters + string.digits


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def access_token(length: int) -> str:
    """An opaque token for a person or a Page, ``length`` characters long; Facebook's start with EAA."""
    return "EAAG" + _random(length - 4)


def app_token_tail() -> str:
    """What stands behind ``{app-id}|`` in an app token that was fetched, not composed from the secret."""
    return _random(27)


def login_code() -> str:
    """The dialog's ``code``; real ones start with AQ and are several hundred characters long."""
    return "AQ" + _random(300)


def device_code() -> str:
    """The code that a device polls with: 32 hexadecimal digits."""
    return secrets.token_hex(16)


def device_user_code() -> str:
    """The eight characters that a person types; without those that look alike."""
    return "".join(secrets.choice("ABCDEFGHJKMNPQRSTUVWXYZ23456789") for _ in range(8))


def second_factor() -> str:
    """What an authenticator shows: six digits, here for ever the same."""
    return f"{secrets.randbelow(10**6):06}"


def browser_cookie() -> str:
    """The name of one browser's session."""
    return secrets.token_urlsafe(24)


def trace_id() -> str:
    """Facebook's ``fbtrace_id``: the short reference that its support asks for."""
    return "A" + _random(22)


def challenge() -> str:
    """The number that a webhook has to send back when it is verified."""
    return str(secrets.randbelow(2_000_000_000) + 1)


def message_id(page_id: str, psid: str, number: int, time_ms: int) -> str:
    """The ``mid`` of the ``number``-th message of a thread.

    It follows from its arguments. The time is one of them because a restarted sandbox counts from one again,
    and whoever remembers the ids of yesterday must not take today's messages for repetitions.
    """
    digest = hashlib.sha512(f"{page_id}/{psid}/{number}/{time_ms}".encode()).digest()
    return "m_" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def number_id(kind: str, *parts: object) -> str:
    """A deterministic numeric id of 16 digits for things like attachments and personas."""
    digest = hashlib.sha256("/".join([kind, *map(str, parts)]).encode()).digest()
    return str(10**15 + int.from_bytes(digest[:8]) % (9 * 10**15))
