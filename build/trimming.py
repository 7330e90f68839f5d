"""What stays out of the download: parts of the libraries that nothing of fbtool uses."""

from fnmatch import fnmatch

PARTS = ("fbtool", "uvicorn.protocols", "uvicorn.lifespan", "uvicorn.loops", "keyring.backends")
"""Packages whose modules are imported by name, where PyInstaller does not see it."""

EXCLUDED = [
    # of Python
    "curses", "doctest", "ensurepip", "idlelib", "lib2to3", "pdb", "pydoc", "pydoc_data", "sqlite3", "test",
    "tkinter.test", "tkinter.tix", "turtle", "unittest", "venv", "xmlrpc",
    # rich without highlighting of source and Markdown
    "markdown_it", "mdurl", "pygments",
    # builds of other systems, and tools for developers
    "pycparser", "setuptools", "uvloop", "watchfiles", "wsproto", "apsw.shell", "apsw.tests",
    "aiohttp.pytest_plugin", "cffi", "distutils", "aiohttp.test_utils", "IPython", "numpy",
    # Pillow: what Facebook's pictures do not need
    "PIL._avif", "PIL._webp", "PIL._imagingcms", "PIL._imagingmath", "PIL._imagingmorph",
    "PIL.ImageQt", "PIL.ImageShow",
]  # fmt: skip

_UNWANTED = (
    "*.dist-info/*",  # licences are collected in one file, and nothing asks for versions
    "_tcl_data/tzdata/*", "_tcl_data/http1.0/*", "_tcl_data/opt0.4/*", "_tcl_data/msgs/*",
    "_tk_data/demos/*", "_tk_data/images/*", "tcl8/*",
    "*.pyi", "*.pxd", "*.pyx", "*.hash", "*/py.typed", "_tk_data/license.terms",
)  # fmt: skip
_TK_MESSAGES = ("_tk_data/msgs/*", {"de.msg", "en.msg"})
_ENCODINGS = (
    "_tcl_data/encoding/*",
    {"ascii.enc", "cp1250.enc", "cp1252.enc", "cp850.enc", "iso8859-1.enc", "symbol.enc"},
)


def is_wanted(name: str) -> bool:
    """Whether a file (named as in the folder ``_internal``) belongs into the download."""
    name = name.replace("\\", "/")
    if any(fnmatch(name, pattern) for pattern in _UNWANTED):
        return False
    for pattern, kept in (_TK_MESSAGES, _ENCODINGS):
        if fnmatch(name, pattern):
            return name.rsplit("/", 1)[1] in kept
    return True
