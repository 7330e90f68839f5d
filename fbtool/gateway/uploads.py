"""A file on its way to Facebook: passed through while it arrives, never kept."""

import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class FileUpload:
    """A file as the multipart field ``filedata``."""

    content: AsyncIterator[bytes]
    size: int
    """Bytes, known beforehand: Facebook is told the length of the whole request."""
    content_type: str
    name: str

    def request(self, form: Mapping[str, str]) -> tuple[AsyncIterator[bytes], dict[str, str]]:
        """The body that carries ``form`` and the file, and the headers that describe it."""
        boundary = secrets.token_hex(16)
        head = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in form.items()
        )
        head += (
            f'--{boundary}\r\nContent-Disposition: form-data; name="filedata"; filename="{self.name}"\r\n'
            f"Content-Type: {self.content_type}\r\n\r\n"
        )
        before, after = head.encode(), f"\r\n--{boundary}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(len(before) + self.size + len(after)),
        }
        return self._body(before, after), headers

    async def _body(self, before: bytes, after: bytes) -> AsyncIterator[bytes]:
        yield before
        async for part in self.content:
            yield part
        yield after
