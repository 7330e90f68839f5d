"""``Facebook-Tool.exe``: the window."""

from fbtool.desktop.program import main

main()
