"""The version resource: what Windows shows under a program's properties."""

from typing import Any

from fbtool import __version__

_DESCRIPTIONS = {
    "fbtool": "fbtool: links Facebook Pages to a messenger account (command line)",
    "Facebook-Tool": "Facebook tool: links Facebook Pages to a messenger account",
    "empty": "An empty window",
}


def four_numbers() -> tuple[int, int, int, int]:
    """The version as Windows counts."""
    numbers = [int(number) for number in __version__.split(".")]
    major, minor, patch = [*numbers, 0, 0][:3]
    return major, minor, patch, 0


def resource(name: str) -> Any:
    """The resource of the program ``name``.exe, in English (United States) and Unicode."""
    # Only there where PyInstaller runs.
    from PyInstaller.utils.win32.versioninfo import (
        FixedFileInfo,
        StringFileInfo,
        StringStruct,
        StringTable,
        VarFileInfo,
        VarStruct,
        VSVersionInfo,
    )

    texts = {
        "CompanyName": "fbtool",
        "FileDescription": _DESCRIPTIONS[name],
        "FileVersion": __version__,
        "InternalName": name,
        "LegalCopyright": "MIT license; see LICENSE.txt",
        "OriginalFilename": f"{name}.exe",
        "ProductName": "fbtool",
        "ProductVersion": __version__,
    }
    table = StringTable("040904B0", [StringStruct(key, value) for key, value in texts.items()])
    fixed = FixedFileInfo(filevers=four_numbers(), prodvers=four_numbers())
    return VSVersionInfo(fixed, [StringFileInfo([table]), VarFileInfo([VarStruct("Translation", [0x0409, 1200])])])
