"""How the Windows download is made: ``nox -s exe`` on Linux (under wine) or on Windows.

`make` is the way from a checkout to ``dist/windows``; the other modules are its steps.
"""
