"""Where this tool keeps its settings."""

import os
from pathlib import Path

from fbtool.linking.system.errors import HomeUnknown, path_in

HOME_SETTING = "FBTOOL_HOME"
"""The environment variable that moves the settings into another folder."""


def folder_of_this_computer() -> Path:
    """Where settings are: ``FBTOOL_HOME``, else where they belong on this system.

    Raises:
        SettingWrong: ``FBTOOL_HOME`` names nobody's folder.
        HomeUnknown: it is not set, and nobody knows this person's folder.
    """
    home = os.environ.get(HOME_SETTING, "").strip()
    if home:
        return path_in(HOME_SETTING, home)
    import platformdirs

    try:
        folder = platformdirs.user_config_path("fbtool", appauthor=False)
    except RuntimeError:
        raise HomeUnknown from None
    if not folder.is_absolute():  # its earlier versions leave “~” as it is where it stands for nothing
        raise HomeUnknown
    return folder
