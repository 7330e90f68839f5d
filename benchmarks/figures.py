"""What was measured: a figure with its spread, the aim it is held against, and a verdict."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Spread:
    """Several measurements of the same thing."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The one in the middle."""
        return statistics.median(self.values)

    def told(self, unit: str = "", digits: int = 0) -> str:
        """Median, and in brackets the lowest and highest."""
        low, high = min(self.values), max(self.values)
        return f"{self.median:,.{digits}f}{unit} ({low:,.{digits}f}–{high:,.{digits}f})"


def spread(values: Sequence[float]) -> Spread:
    """The measurements as a value."""
    return Spread(tuple(values))


def ratios(of: Sequence[float], to: Sequence[float]) -> Spread:
    """Round by round, so that what disturbed a whole round cancels out."""
    return Spread(tuple(a / b for a, b in zip(of, to, strict=True)))


@dataclass(frozen=True)
class Aim:
    """What is promised: a ratio that is to be reached or not to be exceeded."""

    what: str
    target: float
    measured: Spread
    at_least: bool = True
    digits: int = 2
    unit: str = "×"
    if_short: str = ""
    """Why it falls short where it does, and what would help."""

    @property
    def holds(self) -> bool:
        """Whether the median reaches the target."""
        return self.measured.median >= self.target if self.at_least else self.measured.median <= self.target

    @property
    def verdict(self) -> str:
        """For the table."""
        return "pass" if self.holds else "short"

    @property
    def wanted(self) -> str:
        """The target as text."""
        return f"{'≥' if self.at_least else '≤'} {self.target:g}{self.unit}"


@dataclass
class Table:
    """Rows of one experiment, for the report."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    note: str = ""


@dataclass
class Chapter:
    """The result of one experiment."""

    title: str
    tables: list[Table] = field(default_factory=list)
    aims: list[Aim] = field(default_factory=list)
    series: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    """For the plots: name of the plot → name of a bar or line → values."""
    run: str = ""
    """When it was measured, and on what machine."""
