"""``Facebook-Tool.exe``: the window."""

from fbtool.desktop import main

main()
