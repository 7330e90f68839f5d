"""All cases, in the order in which they are run: first who is trusted, at the end what is heavy."""

from fbtool.sandbox.conformance.case import Case
from fbtool.sandbox.conformance.cases import batches, load, shapes, trust

CASES: tuple[Case, ...] = (*trust.CASES, *batches.CASES, *shapes.CASES, *load.CASES)
