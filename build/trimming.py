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
    "PIL.ImageQt", "PIL.ImageShow", "PIL._imagingft",
]  # fmt: skip

_SERVERS = {
    "aiohttp", "anyio", "apsw", "asyncpg", "click", "h11", "httptools", "jinja2", "markupsafe", "multidict",
    "multipart", "python_multipart", "rich", "starlette", "uvicorn", "yaml", "yarl",
}  # fmt: skip
_SERVER_ROOMS = ("fbtool.cli", "fbtool.gateway", "fbtool.sandbox")
_PICTURES = {"BmpImagePlugin", "GifImagePlugin", "JpegImagePlugin", "JpegPresets", "PngImagePlugin", "PpmImagePlugin"}
"""What Facebook sends, what Tk reads, and what Pillow itself loads in any case."""

_UNWANTED = (
    "*.dist-info/*",  # licences are collected in one file, and nothing asks for versions
    "_tcl_data/tzdata/*", "_tcl_data/http1.0/*", "_tcl_data/opt0.4/*", "_tcl_data/msgs/*",
    "_tk_data/demos/*", "_tk_data/images/*", "tcl8/*",
    "*.pyi", "*.pxd", "*.pyx", "*.hash", "*/py.typed", "_tk_data/license.terms",
)  # fmt: skip
_OTHER_DIALOGS = {
    "choosedir", "clrpick", "comdlg", "console", "fontchooser", "iconlist", "mkpsenc", "msgbox", "obsolete", "optMenu",
    "palette", "safetk", "tkfbox", "unsupported", "xmfbox",
}  # fmt: skip
"""Scripts of Tk, loaded only when they are called: dialogs that Windows has of its own, and what nobody calls."""
_DIALOG_SCRIPTS = tuple(f"_tk_data/{script}.tcl" for script in sorted(_OTHER_DIALOGS))
_TK_MESSAGES = ("_tk_data/msgs/*", {"de.msg", "en.msg"})
_ENCODINGS = (
    "_tcl_data/encoding/*",
    {"ascii.enc", "cp1250.enc", "cp1252.enc", "cp850.enc", "iso8859-1.enc", "symbol.enc"},
)


def is_code_of_the_window(module: str) -> bool:
    """Whether the window needs a module; the command line has them all. Each program carries a copy of its modules."""
    in_a_room = any(module == room or module.startswith(f"{room}.") for room in _SERVER_ROOMS)
    return not in_a_room and module.partition(".")[0] not in _SERVERS


def is_wanted_module(module: str) -> bool:
    """Whether a module belongs into the download: of Pillow's formats only those that come into question."""
    package, _, name = module.rpartition(".")
    return package != "PIL" or not name.endswith(("ImagePlugin", "StubImagePlugin")) or name in _PICTURES


def is_wanted(name: str) -> bool:
    """Whether a file (named as in the folder ``_internal``) belongs into the download."""
    name = name.replace("\\", "/")
    if any(fnmatch(name, pattern) for pattern in (*_UNWANTED, *_DIALOG_SCRIPTS)):
        return False
    for pattern, kept in (_TK_MESSAGES, _ENCODINGS):
        if fnmatch(name, pattern):
            return name.rsplit("/", 1)[1] in kept
    return True
