"""What a look at the shared database finds."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Inspection:
    """The shared database as it is now."""

    place: str
    """Where it is, without user and password."""
    server: str
    """PostgreSQL's version, as "15.18"."""
    shape: int
    """The last step of the core that it has seen; 0: the first start makes the tables."""
    gateways: int
    """How many are connected."""
    is_read_only: bool
    risks: tuple[str, ...]
    """Settings that are off and without which an answer 200 may be lost with the power."""
    data_key: bytes | None = field(repr=False)
    """Wrapped; None: there is none yet."""
