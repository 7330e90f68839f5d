"""Nothing that a stranger can send costs memory that stays, and nothing costs much while it lasts."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.conftest import ScriptedFacebook
from tests.gateway.flood import ALLOWED_MB, KINDS, PEAK_MB, Flood
from tests.gateway.program import Program

SECONDS = 0.7
"""For each kind; before there were limits, trailers took a gigabyte in this time. `nox -s flood` goes on longer."""


@pytest.fixture
def gateway(tmp_path: Path, facebook: ScriptedFacebook) -> Iterator[Program]:
    program = Program(tmp_path, facebook)
    yield program
    program.close()


@pytest.mark.skipif(sys.platform != "linux", reason="reads what a process takes from /proc")
def test_after_every_flood_the_gateway_is_as_small_as_before(gateway: Program) -> None:
    flood = Flood(gateway)
    before = flood.memory()
    figures = [flood.of(kind, SECONDS, before) for kind in KINDS]
    print(*figures, sep="\n")
    assert [one for one in figures if one.after > before + ALLOWED_MB] == []
    assert [one for one in figures if one.peak > before + PEAK_MB] == []
