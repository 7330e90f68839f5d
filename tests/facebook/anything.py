"""Anything that JSON can say, in pieces small enough to try many."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from tests.nested import nested


def anything(keys: Sequence[str]) -> st.SearchStrategy[Any]:
    """Any JSON whose objects have members with these names, so that readers look into them."""
    numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    return nested(
        st.none() | st.booleans() | numbers | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(keys), inner, max_size=4),
    )
