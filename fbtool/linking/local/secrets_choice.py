"""Which secret store this computer has."""

import os

from fbtool.linking.local.secrets import SecretStore
from fbtool.linking.system.errors import path_in

FILE_SETTING = "FBTOOL_SECRETS_FILE"
"""The environment variable that chooses a file instead of the system's store."""


def secrets_of_this_computer() -> SecretStore:
    """The store that ``FBTOOL_SECRETS_FILE`` names, otherwise the system's.

    Raises:
        SettingWrong: ``FBTOOL_SECRETS_FILE`` names nobody's folder.
        KeyringMissing: the system has none, and no file was chosen.
        SecretsFileExposed: others can read the chosen file.
    """
    chosen = os.environ.get(FILE_SETTING, "").strip()
    if chosen:
        from fbtool.linking.local.secrets_file import FileSecrets

        return FileSecrets(path_in(FILE_SETTING, chosen))
    from fbtool.linking.local.secrets_keyring import KeyringSecrets, system_keyring

    return KeyringSecrets(system_keyring())
