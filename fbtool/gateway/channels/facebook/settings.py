"""The settings of the Facebook channel, section ``facebook``: the Meta app, and how its deliveries come in."""

from dataclasses import dataclass, field

from fbtool.facebook.graph import App, Platform
from fbtool.gateway.setting import Secret, Setting, SettingsReader
from fbtool.language import N_, Sentence, say
from fbtool.problem import Problem

APP_ID = Setting(
    "facebook.app_id",
    "",
    N_("The id of the Meta app, a number (developers.facebook.com, “My Apps”)."),
    "FBTOOL_APP_ID",
    "--app-id",
)
APP_SECRET = Secret(
    "facebook.app_secret_file",
    "app.secret",
    N_("The file with the app's secret (App settings, Basic)."),
    "FBTOOL_APP_SECRET_FILE",
)
EARLIER_APP_SECRET = Secret(
    "facebook.earlier_app_secret_file",
    "app.secret.earlier",
    N_("The file with the secret before a rotation, if it exists; deliveries signed with it are still accepted."),
    "FBTOOL_APP_SECRET_EARLIER_FILE",
)
SETTINGS = (
    APP_ID,
    APP_SECRET,
    EARLIER_APP_SECRET,
    Setting(
        "facebook.sign_in_by_code",
        True,
        N_(
            "Whether an admin whose browser runs on another device may type a code into the tool. A code can be talked "
            "out of people: write false if nobody needs it."
        ),
        "FBTOOL_SIGN_IN_BY_CODE",
    ),
    Setting(
        "facebook.stand_in",
        "",
        N_("For trials: the address of a stand-in for Facebook (see “fbtool sandbox”). Empty: Facebook."),
        "FBTOOL_FACEBOOK",
        "--facebook",
    ),
)


class AppIdUnusable(Problem):
    """Something else than a number, perhaps the app's name."""

    code = "app_id_unusable"
    what = N_("“{app_id}” cannot be the id of a Meta app: that is a number.")
    remedy = N_("Copy it from App settings, Basic, at developers.facebook.com.")


class SecretUnusable(Problem):
    """A secret that somebody could guess, or only a part of one."""

    code = "app_secret_unusable"
    what = N_("This cannot be the app's secret: {why}.")
    meaning = N_("Nothing was changed. Whoever knows or guesses the secret can forge messages.")
    remedy = N_("Copy it whole from App settings, Basic, at developers.facebook.com.")


@dataclass(frozen=True)
class FacebookSettings:
    """What the channel needs to know."""

    app: App
    earlier_secret: str = field(default="", repr=False)
    """The app's secret before a rotation; still accepted for signatures."""
    platform: Platform = field(default_factory=Platform)
    sign_in_by_code: bool = True
    """Whether a person may carry a short code from the browser to the tool by hand."""

    @property
    def signing_secrets(self) -> tuple[str, ...]:
        """The secrets a webhook may be signed with."""
        return tuple(secret for secret in (self.app.secret, self.earlier_secret) if secret)


def read(reader: SettingsReader) -> FacebookSettings:
    """The settings' values; mistakes are noted with the reader."""
    app_id = reader.text(APP_ID.place)
    if not app_id:
        reader.wrong(APP_ID.place, say("The app's id is missing: give --app-id, set FBTOOL_APP_ID or facebook.app_id "
                                       "in gateway.toml."))  # fmt: skip
    elif not _is_app_id(app_id):
        reader.wrong(APP_ID.place, Sentence(AppIdUnusable.what, {"app_id": app_id}))
    secret = reader.secret(
        APP_SECRET.place,
        N_(
            "The app's secret is missing: write it into {file}, or set FBTOOL_APP_SECRET_FILE (or "
            "FBTOOL_APP_SECRET). Without it no message could be proven to come from Facebook."
        ),
    )
    stand_in = reader.address("facebook.stand_in")
    return FacebookSettings(
        App(app_id, secret),
        reader.secret(EARLIER_APP_SECRET.place),
        Platform(stand_in, stand_in) if stand_in else Platform(),
        reader.switch("facebook.sign_in_by_code"),
    )


def for_setup(app_id: str, app_secret: str) -> tuple[dict[str, object], dict[Secret, str]]:
    """What the setting-up of a gateway writes down for the channel; what is empty is to be written later.

    Raises:
        AppIdUnusable, SecretUnusable: they cannot be an app's.
    """
    if app_id:
        check_app_id(app_id)
    if app_secret:
        check_app_secret(app_secret)
    values: dict[str, object] = {APP_ID.place: app_id, APP_SECRET.place: APP_SECRET.default}
    return values, {APP_SECRET: app_secret} if app_secret else {}


def check_app_id(text: str) -> None:
    """Raise `AppIdUnusable` unless this can be the id of a Meta app."""
    if not _is_app_id(text):
        raise AppIdUnusable(app_id=text)


def check_app_secret(text: str) -> None:
    """Raise `SecretUnusable` unless this can be an app's secret."""
    if why := APP_SECRET.weakness(text):
        raise SecretUnusable(why=why)


def _is_app_id(text: str) -> bool:
    return text.isascii() and text.isdigit()
