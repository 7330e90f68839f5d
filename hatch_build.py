"""Compiles the translation catalogues (.po, kept in git) to what gettext reads (.mo, never kept)."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.builders.utils import get_reproducible_timestamp


class CompileCatalogues(BuildHookInterface[Any]):
    """Runs for wheels and for editable installs, so that a checkout speaks German too."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write a .mo beside each .po."""
        for source in Path(self.root, "fbtool", "locale").rglob("*.po"):
            with source.open("rb") as text:
                catalogue = read_po(text)
            # It would bear the moment of the build, and no two wheels of the same commit were alike.
            catalogue.creation_date = datetime.fromtimestamp(get_reproducible_timestamp(), UTC)
            with source.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, catalogue)
