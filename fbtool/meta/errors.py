"""Errors of the Graph API, as people and software need them: one envelope for all products."""

from abc import abstractmethod
from typing import Any, ClassVar

from fbtool.meta.catalogue import Meaning, Reaction, Scope
from fbtool.problem import Kind, Problem

_DEAD_TOKEN = 190


class GraphError(Problem):
    """Meta answered and said no. Each product has a kind of its own, which knows the product's catalogue."""

    kind = Kind.FACEBOOK
    what = remedy = ""  # both come from the catalogue
    product: ClassVar[str]
    """What its code starts with."""

    def __init__(
        self,
        error_code: int,
        subcode: int | None = None,
        *,
        status: int = 400,
        message: str = "",
        trace_id: str = "",
        transient: bool = False,
    ) -> None:
        self.error_code = error_code
        self.subcode = subcode
        self.status = status
        self.message = message
        """Meta's own words: for the details, never to decide by."""
        self.trace_id = trace_id
        """Meta's reference for its support."""
        self.transient = transient
        """Meta says that it passes by itself."""
        self._meaning = self._look_up()
        self.code = f"{self.product}_{self._name}"  # type: ignore[misc]
        super().__init__()

    @classmethod
    def read(cls, status: int, content: Any) -> "GraphError | None":
        """The error in a decoded answer, or None if it holds none. Never raises, whatever ``content`` is."""
        error = content.get("error") if isinstance(content, dict) else None
        if not isinstance(error, dict):
            return None
        code = _whole(error.get("code")) or 0
        return cls._kind_of(code, str(error.get("message")))(
            code,
            _whole(error.get("error_subcode")),
            status=status,
            message=str(error.get("error_user_msg") or error.get("message") or ""),
            trace_id=str(error.get("fbtrace_id") or ""),
            transient=error.get("is_transient") is True,
        )

    @property
    def reaction(self) -> Reaction:
        """What can be done about it."""
        return self._meaning.reaction

    @property
    def scope(self) -> Scope:
        """How far it reaches; `Scope.LINK` is a question until the link is checked."""
        return self._meaning.scope

    @property
    def is_about_a_person(self) -> bool:
        """Whether it tells what happened to a person's token (password, role, …), which an app's own cannot meet."""
        return self.error_code == _DEAD_TOKEN and self.subcode is not None

    @classmethod
    def _kind_of(cls, code: int, message: str) -> "type[GraphError]":
        """A more special kind, where the product has one for this."""
        return cls

    @abstractmethod
    def _look_up(self) -> Meaning:
        """The row of the product's catalogue."""

    @property
    def _name(self) -> str:
        return f"{self.error_code}" + (f"_{self.subcode}" if self.subcode else "")

    def _texts(self) -> tuple[str, str, str]:
        return self._meaning.what, self.meaning, self._meaning.remedy


def _whole(value: Any) -> int | None:
    try:
        return int(value) or None
    except (TypeError, ValueError, OverflowError):
        return None
