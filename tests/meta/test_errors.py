"""Every product wraps its errors alike; what they mean, each product's own catalogue knows."""

from fbtool.meta.catalogue import Meaning, Reaction, Scope
from fbtool.meta.errors import GraphError


class ToyError(GraphError):
    code = product = "toy"

    def _look_up(self) -> Meaning:
        if self.error_code == 131047:
            return Meaning(Reaction.WINDOW, "Too late.", "Wait.")
        return Meaning(Reaction.RETRY if self.transient else Reaction.DEFECT, "Unknown.", "Tell somebody.", Scope.APP)


def test_a_product_reads_the_envelope_with_its_own_catalogue() -> None:
    error = ToyError.read(400, {"error": {"code": "131047", "message": "m", "fbtrace_id": "T"}})
    assert isinstance(error, ToyError)
    assert (error.code, error.reaction, error.scope) == ("toy_131047", Reaction.WINDOW, Scope.CUSTOMER)
    assert (error.message, error.trace_id, error.told("en").what) == ("m", "T", "Too late.")


def test_it_is_told_what_passes_by_itself() -> None:
    error = ToyError.read(500, {"error": {"code": 1, "error_subcode": 2, "is_transient": True}})
    assert error is not None
    assert (error.code, error.reaction, error.scope) == ("toy_1_2", Reaction.RETRY, Scope.APP)


def test_what_is_no_envelope_is_no_error() -> None:
    assert [ToyError.read(500, content) for content in ({}, [], None, {"error": "no"})] == [None] * 4
