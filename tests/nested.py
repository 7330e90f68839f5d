"""Values that hold others of their kind, for property tests."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Values = st.SearchStrategy[Any]


def nested(leaf: Values, wider: Callable[[Values], Values], depth: int = 3) -> Values:
    """Leaves, and what ``wider`` makes of values that are one level less deep.

    Hypothesis' own ``recursive`` counts leaves in a state of its own, and has taken a test for flaky because of it:
    "The second run drew more data than the first run".
    """
    values = leaf
    for _ in range(depth):
        values = leaf | wider(values)
    return values
