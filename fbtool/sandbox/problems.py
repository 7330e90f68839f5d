"""What can go wrong around the stand-in itself (what goes wrong *inside* it is its purpose)."""

from fbtool.language import N_
from fbtool.problem import Kind, Problem


class WorldUnreadable(Problem):
    """A world file is missing, is no YAML, or says something that makes no sense."""

    code = "world_unreadable"
    what = N_("The world file {file} cannot be used: at {key}: {reason}")
    meaning = N_("The sandbox knows no people and no Pages without it.")
    remedy = N_("Correct the file at the place named, or use one of the worlds that come with the sandbox.")


class ScriptedBrowserStuck(Problem):
    """The scripted browser saw a page on which it could not go on."""

    code = "scripted_browser_stuck"
    kind = Kind.FACEBOOK
    what = N_("The scripted browser cannot go on at the page “{screen}”: {reason}")
    meaning = N_("The sign-in has not been finished.")
    remedy = N_("Open the address in a browser and look at the page.")
