"""A file that is uploaded to Facebook: the body of its request, made while the file arrives."""

import secrets
from collections.abc import AsyncIterator, Mapping

from fbtool.gateway.channels.port import FileUpload


def upload_request(file: FileUpload, form: Mapping[str, str]) -> tuple[AsyncIterator[bytes], dict[str, str]]:
    """The body that carries ``form`` and the file (multipart, field ``filedata``), and the headers that describe it.

    Facebook is told the length of the whole request.
    """
    boundary = secrets.token_hex(16)
    head = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in form.items()
    )
    head += (
        f'--{boundary}\r\nContent-Disposition: form-data; name="filedata"; filename="{file.name}"\r\n'
        f"Content-Type: {file.content_type}\r\n\r\n"
    )
    before, after = head.encode(), f"\r\n--{boundary}--\r\n".encode()
    headers = {
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "Content-Length": str(len(before) + file.size + len(after)),
    }
    return _body(before, file.content, after), headers


async def _body(before: bytes, content: AsyncIterator[bytes], after: bytes) -> AsyncIterator[bytes]:
    yield before
    async for part in content:
        yield part
    yield after
