"""Files that Pages have sent."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StoredFile:
    """One file; its id can be used again by the same Page."""

    id: str
    page_id: str
    content_type: str
    content: bytes
