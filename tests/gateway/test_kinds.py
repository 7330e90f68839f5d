"""The kinds of events in the contract are those of the code."""

from fbtool.facebook.events import Kind
from tests.gateway.test_contract import CONTRACT

OWN = {"sent", "failed", "unclear", "link"}


def test_every_kind_is_promised_and_no_other() -> None:
    promised = set(CONTRACT["components"]["schemas"]["Event"]["properties"]["kind"]["enum"])
    assert promised == {kind.value for kind in Kind} | OWN
