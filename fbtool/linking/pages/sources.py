"""Where Pages are looked for, and what it means when one of these places does not answer."""

from dataclasses import dataclass

from fbtool.language import N_, Sentence, Worded, say
from fbtool.meta.errors import GraphError
from fbtool.problem import Problem


class Source(Worded):
    """A source of the list, in a person's words. The value is stable, for programs."""

    PERMISSIONS = "permissions", N_("the permissions granted at Facebook")
    ACCOUNTS = "accounts", N_("Facebook's list of your Pages")
    GRANT = "grant", N_("which Pages were ticked at Facebook")
    SINGLE_PAGES = "single_pages", N_("Pages that Facebook's list leaves out")
    BUSINESSES = "businesses", N_("the Pages of the business portfolios")
    LINKS = "links", N_("which Pages are linked")

    @property
    def meaning(self) -> Sentence:
        """What the list lacks without it."""
        return Sentence(_MEANINGS[self])


_MEANINGS = {
    Source.PERMISSIONS: N_("A missing permission would not be noticed."),
    Source.ACCOUNTS: N_("Pages may be missing in the list."),
    Source.GRANT: N_("Pages that are not ticked, or reached through a portfolio only, may be missing in the list."),
    Source.SINGLE_PAGES: N_("Pages that are reached through a portfolio may be shown without access."),
    Source.BUSINESSES: N_("Pages that are reached through a portfolio may be missing in the list."),
    Source.LINKS: N_("Pages that are linked already are shown as not linked; linking them again does no harm."),
}


@dataclass(frozen=True)
class Failure:
    """A source that did not answer."""

    source: Source
    problem: Problem
    """Why."""
    portfolio: str = ""
    """The portfolio, where only one of them could not be read."""

    @property
    def sentence(self) -> Sentence:
        """What could not be read and why, in one line."""
        told = self.problem.told()
        if self.portfolio:
            return say(
                "Not read: the Pages of the portfolio “{portfolio}”. {why}", portfolio=self.portfolio, why=told.what
            )
        return say("Not read: {source}. {why}", source=self.source.words, why=told.what)

    @property
    def trace_id(self) -> str:
        """Facebook's reference for its support, or nothing."""
        return self.problem.trace_id if isinstance(self.problem, GraphError) else ""
