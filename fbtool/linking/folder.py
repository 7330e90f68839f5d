"""Where this tool keeps its settings."""

import os
from pathlib import Path

HOME_SETTING = "FBTOOL_HOME"
"""The environment variable that moves the settings into another folder."""


def folder_of_this_computer() -> Path:
    """Where settings are: ``FBTOOL_HOME``, else where they belong on this system."""
    home = os.environ.get(HOME_SETTING, "").strip()
    if home:
        return Path(home).expanduser()
    import platformdirs

    return platformdirs.user_config_path("fbtool", appauthor=False)
