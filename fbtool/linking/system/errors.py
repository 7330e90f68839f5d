"""Troubles of this computer that are nobody's mistake: settings that name nothing, full disks, closed streams.

An OSError is many causes. Who catches one asks here which it is, so that a person hears of the cause and not of fbtool.
"""

import errno
import io
from pathlib import Path

from fbtool.language import N_, say
from fbtool.problem import Problem

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CLOSED = {errno.EBADF}
_TOO_MANY = {errno.EMFILE, errno.ENFILE}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO, errno.ENOMEM, errno.ENOLCK, errno.ESTALE}


class SettingWrong(Problem):
    """A setting of this computer makes the work impossible."""

    code = "computer_setting_wrong"
    what = N_("A setting of this computer is wrong: {name} is “{value}”.")
    meaning = "{reason}"
    remedy = N_(
        "Correct the setting or remove it, then start fbtool anew. If you did not make it yourself, ask your IT "
        "department."
    )


class HomeUnknown(Problem):
    """Nobody knows where this person's files are."""

    code = "home_unknown"
    what = N_("The home folder of the person who runs fbtool is not known, so there is no place for its settings.")
    meaning = N_("The variable HOME is not set, and the system knows no home folder either.")
    remedy = N_("Set HOME, or set FBTOOL_HOME to a folder for the settings of fbtool.")


class DiskFull(Problem):
    """There is no room."""

    code = "disk_full"
    what = N_("The disk is full: {place} cannot be written ({error}).")
    meaning = N_("What was there before is unchanged, unless it was written in parts.")
    remedy = N_("Make room on the disk, or use a folder on another one, then try again.")


class StreamClosed(Problem):
    """What the program should write to or read from is closed."""

    code = "stream_closed"
    what = N_("The output cannot be written, because it is closed.")
    meaning = N_("The program that started fbtool gave it no place to write its result to.")
    remedy = N_("Start fbtool in a terminal, or send its output to a file.")


class ComputerRefused(Problem):
    """The system said no, and said why."""

    code = "computer_refused"
    what = N_("This computer refused something that fbtool needs: {error}.")
    meaning = N_("It was about: {place}.")
    remedy = N_("Put that in order, or ask the person who looks after this computer, then try again.")


def path_in(setting: str, value: str) -> Path:
    """The path that a setting names; ``~`` is somebody's home folder.

    Raises:
        SettingWrong: nobody knows that home folder.
    """
    try:
        return Path(value).expanduser()
    except RuntimeError:
        who = value.partition("/")[0]
        reason = say("The home folder “{who}” is not known: there is no such person on this computer.", who=who)
        raise SettingWrong(name=setting, value=value, reason=reason) from None


def trouble_of(error: OSError, place: object = "") -> Problem | None:
    """What an error of the system means, where the cause is the system itself; None if it may be our mistake."""
    where = place or error.filename or say("the output")
    told = error.strerror or type(error).__name__
    if error.errno in _FULL:
        return DiskFull(place=where, error=told)
    if error.errno in _CLOSED or isinstance(error, io.UnsupportedOperation):
        return StreamClosed()
    if error.errno in _TOO_MANY | _REFUSED:
        return ComputerRefused(error=told, place=where)
    return None
