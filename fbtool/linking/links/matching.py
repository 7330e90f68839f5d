"""Which Page each row of a file means, and what is left to do about it. Every row comes to an outcome."""

from collections.abc import Sequence
from dataclasses import dataclass

from fbtool.language import N_, Sentence, say
from fbtool.linking.links.linker import Outcome, PageAmbiguous, PageUnknown, Result
from fbtool.linking.links.mapping import Entry
from fbtool.linking.names import is_called
from fbtool.linking.network.gateway_documents import Account
from fbtool.linking.pages.verdicts import PageView
from fbtool.problem import Kind, Problem


class PageOfOtherAccountInFile(Problem):
    """The file names another account for the Page."""

    code = "page_of_other_account_in_file"
    kind = Kind.ATTENTION
    what = N_("The file gives this Page to the messenger account “{account}”.")
    meaning = N_("This computer is connected with the messenger account “{here}”.")
    remedy = N_("Connect with that account and import the file again, or use --any-account to link the Page here.")


class PageIdRounded(Problem):
    """A spreadsheet has made a number of the id, and the name does not say which Page is meant."""

    code = "page_id_rounded"
    kind = Kind.ATTENTION
    what = N_("The file holds “{id}” in place of this Page's id; a spreadsheet has rounded it.")
    meaning = "{hint}"
    remedy = N_(
        "Export the file again. In the spreadsheet import it with the column “page_id” as text, and save it as CSV."
    )


class PageIdMissing(Problem):
    """A row says neither id nor name of a Page that is there."""

    code = "page_id_missing"
    kind = Kind.ATTENTION
    what = N_("This row of the file holds no id of a Page.")
    meaning = N_("Its name does not say which Page is meant either.")
    remedy = N_("Write the id into the column “page_id” as the list of Pages shows it (command: fbtool pages).")


@dataclass(frozen=True)
class Matching:
    """The rows, sorted by what is left to do."""

    to_link: tuple[PageView, ...]
    settled: tuple[Outcome, ...]
    """The rows about which nothing is left to do, or nothing can be done."""


def match(entries: Sequence[Entry], pages: Sequence[PageView], account: Account, *, any_account: bool) -> Matching:
    """Find the Page of every row; a row that gives its Page to another account is refused unless ``any_account``."""
    to_link: dict[str, PageView] = {}
    settled: list[Outcome] = []
    first_rows: dict[str, int] = {}
    for row, entry in enumerate(entries, 1):
        try:
            if not any_account and entry.account_id not in {"", account.id}:
                raise PageOfOtherAccountInFile(account=entry.account_name or entry.account_id, here=account.name)
            view = _page_of(entry, pages)
        except Problem as problem:
            settled.append(Outcome(entry.page_id, entry.page_name, Result.FAILED, problem))
            continue
        first = first_rows.setdefault(view.page_id, row)
        if first != row:
            note = say("Row {row} of the file names the same Page as row {first}.", row=row, first=first)
            settled.append(Outcome(view.page_id, view.name, Result.REPEATED, note=str(note)))
        elif view.link is not None and view.verdict.fine:
            settled.append(Outcome(view.page_id, view.name, Result.UNCHANGED))
        else:
            to_link[view.page_id] = view
    return Matching(tuple(to_link.values()), tuple(settled))


def _page_of(entry: Entry, pages: Sequence[PageView]) -> PageView:
    """The Page that a row means: by its id, and where a spreadsheet has spoilt that, by its name.

    Raises:
        PageUnknown, PageAmbiguous, PageIdRounded, PageIdMissing: it cannot be told.
    """
    rounded = entry.rounded
    for view in pages:
        if view.page_id == entry.page_id or (rounded and view.page_id == rounded.exact):
            return view
    if entry.page_id and rounded is None:
        raise PageUnknown(wanted=entry.page_id, hint="")
    # The name alone may be that of another Page; what is left of the id has to fit, too.
    called = [view for view in pages if is_called(view.name, entry.page_name)]
    found = [view for view in called if rounded is None or rounded.may_be(view.page_id)]
    if len(found) == 1:
        return found[0]
    if rounded is not None:
        raise PageIdRounded(id=entry.page_id, hint=_why(found))
    if found:
        raise PageAmbiguous(wanted=entry.page_name, ids=", ".join(view.page_id for view in found))
    raise PageIdMissing


def _why(found: Sequence[PageView]) -> Sentence:
    if found:
        ids = ", ".join(view.page_id for view in found)
        return say("Several Pages have its name and may be meant: {ids}.", ids=ids)
    return say("No Page has both its name and an id that fits.")
