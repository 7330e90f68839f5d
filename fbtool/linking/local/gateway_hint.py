"""The gateway's address that came along with the download, so that nobody has to type it.

A gateway offers the tool under a name that ends in its own address (`fbtool.download_name`). The installer keeps that
name in ``downloaded-as.txt`` beside the program; of a zip it stays in the folder's name. Who distributes the tool in a
company can put the address into ``gateway.txt`` beside the program instead.

It is a proposal, shown before anything is sent there: whoever passes a file on can rename it.
"""

import sys
from pathlib import Path

from fbtool.connection_code import AddressUnusable, checked_address
from fbtool.decoding import decoded
from fbtool.download_name import address_in

SIDE_FILE = "gateway.txt"
"""Holds an address, written by a person."""
NAME_FILE = "downloaded-as.txt"
"""Holds the name of the installer's file, in UTF-16, written by the installer."""


def gateway_of_download() -> str:
    """The address that came with this program, or nothing; nothing either if it is not the downloaded one."""
    return gateway_beside(Path(sys.executable)) if getattr(sys, "frozen", False) else ""


def gateway_beside(program: Path) -> str:
    """The address that a side file or a name tells to the program in this file, or nothing."""
    folder = program.parent
    names = (_text(folder / NAME_FILE), program.name, folder.name, folder.parent.name)
    candidates = (_text(folder / SIDE_FILE), *map(address_in, names))
    return next((address for address in map(_checked, candidates) if address), "")


def _checked(address: str) -> str:
    try:
        return checked_address(address) if address else ""
    except AddressUnusable:
        return ""


def _text(file: Path) -> str:
    try:
        return decoded(file.read_bytes()).strip()
    except OSError:
        return ""
