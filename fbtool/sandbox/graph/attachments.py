"""Files of outgoing messages: by URL, by upload, or again by id (Meta, "Attachment Upload API" and "Send API").

Files that are uploaded are kept until the sandbox ends; files that are named by an address are fetched from there, as
Facebook does, with its limits of size and time.
"""

import asyncio
from typing import Any

import aiohttp

from fbtool.sandbox import ids
from fbtool.sandbox.graph import errors
from fbtool.sandbox.graph.call import Upload
from fbtool.sandbox.graph.context import CallContext
from fbtool.sandbox.state.threads import StoredFile
from fbtool.sandbox.world import Page

TYPES = ("image", "audio", "video", "file")
MEGABYTE = 1024 * 1024
LIMITS = {"image": 8 * MEGABYTE, "audio": 25 * MEGABYTE, "video": 25 * MEGABYTE, "file": 25 * MEGABYTE}
"""Bytes; the documentation counts the encoded size of all but pictures, and its limit for videos is inexact (seen)."""
_FETCH_WITHIN = {"video": 75.0}
_FETCH_WITHIN_ELSE = 10.0


async def attached(context: CallContext, page: Page, message: dict[str, Any]) -> tuple[list[dict[str, Any]], str]:
    """The attachment of a message as the customer gets it, and its id if it can be used again.

    Raises:
        Refusal: code 100 with the subcode of what is wrong with it.
    """
    raw = message.get("attachment")
    if raw is None:
        return [], ""
    if not isinstance(raw, dict) or raw.get("type") not in (*TYPES, "template"):
        names = ", ".join((*TYPES, "template"))
        raise errors.parameter(f"Param message[attachment][type] must be one of {{{names}}}")
    payload = raw.get("payload", {})
    if not isinstance(payload, dict):
        raise errors.parameter("Param message[attachment][payload] must be an object.")
    if raw["type"] == "template":
        return [{"type": "template", "payload": payload}], ""
    file, reusable = await _file(context, page, raw["type"], payload)
    address = f"{context.call.base}/sandbox/files/{file.id}"
    return [{"type": raw["type"], "payload": {"url": address}}], file.id if reusable else ""


async def upload(context: CallContext, page: Page) -> StoredFile:
    """``/{page}/message_attachments``: keep a file for later.

    Raises:
        Refusal: as `attached`.
    """
    message = context.call.value("message")
    if not isinstance(message, dict):
        raise errors.missing_parameter("message")
    raw = message.get("attachment")
    if not isinstance(raw, dict) or raw.get("type") not in TYPES:
        raise errors.parameter(f"Param message[attachment][type] must be one of {{{', '.join(TYPES)}}}")
    payload = raw.get("payload", {})
    file, _ = await _file(context, page, raw["type"], payload if isinstance(payload, dict) else {})
    return file


async def _file(context: CallContext, page: Page, kind: str, payload: dict[str, Any]) -> tuple[StoredFile, bool]:
    if "attachment_id" in payload:
        known = context.state.files.get(str(payload["attachment_id"]))
        # An id belongs to the Page that uploaded it.
        if known is None or known.page_id != page.id or not isinstance(payload["attachment_id"], str):
            raise errors.parameter("Invalid attachment ID", 2018074)
        return known, False
    if "filedata" in context.call.files:
        uploaded = context.call.files["filedata"]
    elif payload.get("url"):
        uploaded = await _fetched(context, kind, str(payload["url"]))
    else:
        raise errors.parameter("Missing attachment: no url, attachment_id or filedata", 2018008)
    _check(kind, uploaded)
    file_id = ids.number_id("file", page.id, len(context.state.files), context.state.clock.now_ms())
    stored = StoredFile(file_id, page.id, uploaded.content_type, uploaded.content)
    context.state.files[file_id] = stored
    return stored, bool(payload.get("is_reusable"))


def _check(kind: str, uploaded: Upload) -> None:
    """The part's own content type is obligatory and must fit the declared kind."""
    family = uploaded.content_type.partition("/")[0]
    if not uploaded.content_type or (kind != "file" and family != kind):
        raise errors.parameter("Upload attachment failure.", 2018047)
    if len(uploaded.content) > LIMITS[kind]:
        raise errors.parameter("Attachment size exceeds allowable limit", 2018109)


async def _fetched(context: CallContext, kind: str, address: str) -> Upload:
    subcode = 2018294 if kind == "video" else 2018008
    refused = errors.parameter("Failed to fetch the file from the url", subcode)
    if not address.lower().startswith(("http://", "https://")):
        raise refused
    try:
        async with asyncio.timeout(_FETCH_WITHIN.get(kind, _FETCH_WITHIN_ELSE)):
            async with context.webhooks.client().get(address, timeout=aiohttp.ClientTimeout(None)) as answer:
                if answer.status != 200:
                    raise refused
                content = await answer.content.read(LIMITS[kind] + 1)
                while len(content) <= LIMITS[kind] and (more := await answer.content.read(MEGABYTE)):
                    content += more
                return Upload(answer.content_type, content)
    except (aiohttp.ClientError, TimeoutError, ValueError):
        raise refused from None
