"""``fbtool.exe``: the command line, with the gateway and the stand-in for Facebook."""

from fbtool.__main__ import main

main()
