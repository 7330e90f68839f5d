"""What stays out of the download: parts of the libraries that nothing of fbtool uses."""

from fnmatch import fnmatch

PARTS = ("fbtool", "uvicorn.protocols", "uvicorn.lifespan", "uvicorn.loops", "keyring.backends")
"""Packages whose modules are imported by name, where PyInstaller does not see it."""

_OLD_ENCODINGS = (
    "bz2_codec", "cp037", "cp1006", "cp1026", "cp1125", "cp1140", "cp273", "cp424", "cp500", "cp720", "cp737", "cp775",
    "cp855", "cp856", "cp857", "cp858", "cp860", "cp861", "cp862", "cp863", "cp864", "cp865", "cp866", "cp869", "cp875",
    "hp_roman8", "kz1048", "mac_arabic", "mac_croatian", "mac_cyrillic", "mac_farsi", "mac_greek", "mac_iceland",
    "mac_latin2", "mac_roman", "mac_romanian", "mac_turkish", "palmos", "ptcp154", "tis_620",
)  # fmt: skip
"""Of mainframes, of DOS, of the Mac before 2001: nothing that a server of today answers in."""

EXCLUDED = [
    # of Python: tools, what other systems have, what only a module's own command line imports, and what the library
    # itself does without where it is missing
    "argparse", "asyncio.unix_events", "bz2", "ctypes._aix", "ctypes.macholib", "curses", "doctest", "ensurepip",
    "ftplib", "getopt", "idlelib", "lib2to3", "lzma", "pdb", "pty", "py_compile", "pydoc", "pydoc_data",
    "smtplib", "sqlite3", "statistics", "tarfile", "test", "tkinter.test", "tkinter.tix", "tracemalloc", "tty",
    "turtle", "unittest", "venv", "xml", "xmlrpc", "_py_abc", "_pydecimal",
    *(f"encodings.{name}" for name in _OLD_ENCODINGS),
    # its pools of processes: no program of ours starts one; the rest is what uvicorn names
    "concurrent.futures.process", "multiprocessing.dummy", "multiprocessing.forkserver", "multiprocessing.heap",
    "multiprocessing.managers", "multiprocessing.pool", "multiprocessing.popen_fork",
    "multiprocessing.popen_forkserver", "multiprocessing.popen_spawn_posix", "multiprocessing.queues",
    "multiprocessing.resource_sharer", "multiprocessing.resource_tracker", "multiprocessing.shared_memory",
    "multiprocessing.sharedctypes", "multiprocessing.synchronize",
    # rich without highlighting of source and Markdown
    "markdown_it", "mdurl", "pygments", "rich.__main__", "rich._inspect", "rich.markdown", "rich.syntax",
    "rich.traceback",
    # servers: one way to speak each protocol, the one that fbtool.serving asks for; aiohttp is a client only
    "aiohttp.web", "aiohttp.web_app", "aiohttp.web_exceptions", "aiohttp.web_request", "aiohttp.web_response",
    "aiohttp.worker", "h11", "uvicorn.protocols.http.auto_zttp_impl", "uvicorn.protocols.http.h11_impl",
    "uvicorn.protocols.http.zttp_h2_impl", "uvicorn.protocols.http.zttp_impl",
    "uvicorn.protocols.websockets.websockets_impl", "uvicorn.protocols.websockets.wsproto_impl",
    "uvicorn.supervisors.watchfilesreload", "uvicorn.workers", "websockets.asyncio", "websockets.cli",
    "websockets.client", "websockets.legacy", "websockets.sync", "websockets.trio", "wsproto",
    "anyio._backends._trio",
    # cryptography: the vault needs ciphers, hashes, and keys derived from keys
    "cryptography.hazmat.backends", "cryptography.hazmat.bindings.openssl", "cryptography.hazmat.primitives.asymmetric",
    "cryptography.hazmat.primitives.serialization", "cryptography.x509",
    # requests guesses with it how a text without that information is encoded; what we talk to says it
    "charset_normalizer",
    # what is there a second time, slower, or for something else than Windows
    "aiohttp._websocket.reader_py", "cffi", "multidict._multidict_py", "platformdirs.android", "platformdirs.ios",
    "platformdirs.macos", "platformdirs.unix", "propcache._helpers_py", "urllib3.contrib.emscripten",
    "urllib3.contrib.pyopenssl", "urllib3.http2.connection", "uvloop", "win32ctypes.core.cffi", "yaml._yaml",
    "yaml.cyaml", "yarl._quoting_py",
    # tools for developers
    "aiohttp.pytest_plugin", "aiohttp.test_utils", "apsw.shell", "apsw.tests", "distutils", "IPython", "numpy",
    "pycparser", "setuptools", "watchfiles",
    # Pillow: what Facebook's pictures do not need
    "PIL._avif", "PIL._imagingcms", "PIL._imagingft", "PIL._imagingmath", "PIL._imagingmorph", "PIL._webp",
    "PIL.features", "PIL.ImageCms", "PIL.ImageDraw2", "PIL.ImageQt", "PIL.ImageShow", "PIL.ImageWin", "PIL.PdfParser",
]  # fmt: skip

UNWANTED_HOOKS = {"pyi_rth_multiprocessing"}
"""What PyInstaller would run before each program, and nothing here needs."""

_SERVERS = {
    "aiohappyeyeballs", "aiohttp", "aiosignal", "anyio", "apsw", "asyncpg", "attr", "attrs", "click", "cryptography",
    "frozenlist", "httptools", "jinja2", "markupsafe", "multidict", "multipart", "propcache",
    "python_multipart", "rich", "starlette", "uvicorn", "websockets", "yaml", "yarl",
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
