"""What a card of the list says about a Page: its chip, its one button, and the group it is filtered by. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fbtool.language import N_, Sentence, Worded, say
from fbtool.linking.names import as_read, page_address
from fbtool.linking.pages.verdicts import PageView, Verdict
from fbtool.linking.repair.plan import LADDER
from fbtool.palette import Tone


class Action(Worded):
    """What the one button of a card does, as its label says."""

    LINK = "link", N_("Link")
    UNLINK = "unlink", N_("Unlink")
    REPAIR = "repair", N_("Repair")
    TAKE_OVER = "take_over", N_("Take over")
    EXPLAIN = "explain", N_("What to do")
    """Shows the details: what to do lies with somebody else."""


class Group(Worded):
    """The states that the list can be filtered by."""

    ALL = "all", N_("All {count}")
    ATTENTION = "attention", N_("Needs attention {count}")
    LINKED = "linked", N_("Linked {count}")
    READY = "ready", N_("Ready {count}")
    OUT_OF_REACH = "out_of_reach", N_("Out of reach {count}")

    def label(self, count: int) -> Sentence:
        """The filter's label."""
        return Sentence(self.text, {"count": count})


_TONES = {
    Verdict.LINKED: Tone.GOOD,
    Verdict.LINKED_BY_OTHER: Tone.GOOD,
    Verdict.READY: Tone.BUSY,
    Verdict.ENDS_SOON: Tone.WARNING,
    Verdict.NEEDS_SIGN_IN: Tone.BAD,
    Verdict.SUBSCRIPTION_INCOMPLETE: Tone.BAD,
    Verdict.NOT_LISTED: Tone.BAD,
    Verdict.NOT_TICKED: Tone.OPEN,
    Verdict.BUSINESS_NOT_TICKED: Tone.OPEN,
    Verdict.LINKED_ELSEWHERE: Tone.OPEN,
    Verdict.UNPUBLISHED: Tone.OPEN,
}
"""All others are a warning."""


@dataclass(frozen=True)
class PageRow:
    """One card."""

    page_id: str
    name: str
    about: str
    """The line below the name."""
    chip: str
    tone: Tone
    action: Action
    can_act: bool
    picture_url: str
    selected: bool = False

    @property
    def text(self) -> str:
        """The card in one line, to be copied."""
        return f"{self.name} ({self.about}): {self.chip}"


def row_of(view: PageView, *, busy: bool = False, selected: bool = False) -> PageRow:
    """The card of a Page; ``busy`` while it is being linked or unlinked."""
    parts = (view.category, view.portfolio, view.page_id)
    return PageRow(
        page_id=view.page_id,
        name=view.name or view.page_id,
        about=" · ".join(part for part in parts if part),
        chip=str(say("under way …") if busy else view.verdict.words),
        tone=Tone.BUSY if busy else tone_of(view.verdict),
        action=action_of(view),
        can_act=not busy,
        picture_url=view.picture_url,
        selected=selected,
    )


def tone_of(verdict: Verdict) -> Tone:
    """The colour of a verdict's chip."""
    return _TONES.get(verdict, Tone.WARNING)


def action_of(view: PageView) -> Action:
    """What the card's button does."""
    if view.verdict is Verdict.READY:
        return Action.LINK
    if view.verdict is Verdict.LINKED_ELSEWHERE:
        return Action.TAKE_OVER if view.token else Action.EXPLAIN
    if view.verdict.fine:
        return Action.UNLINK
    return Action.REPAIR if view.step in LADDER else Action.EXPLAIN


def group_of(view: PageView) -> Group:
    """The group of a Page; never `Group.ALL`."""
    if view.verdict.alarming:
        return Group.ATTENTION
    if view.verdict is Verdict.READY:
        return Group.READY
    return Group.LINKED if view.verdict.fine else Group.OUT_OF_REACH


def counts_of(views: Iterable[PageView]) -> dict[Group, int]:
    """How many Pages each group has."""
    counts = dict.fromkeys(Group, 0)
    for view in views:
        counts[Group.ALL] += 1
        counts[group_of(view)] += 1
    return counts


def filtered(views: Sequence[PageView], group: Group, searched: str) -> list[PageView]:
    """The Pages of a group whose name, category, portfolio or id holds every word, or whose address is searched."""
    address = page_address(searched)
    words = [address.page_id] if address and address.page_id else as_read(searched).split()
    found = []
    for view in views:
        if group is not Group.ALL and group_of(view) is not group:
            continue
        text = as_read(f"{view.name} {view.category} {view.portfolio} {view.page_id}")
        if all(word in text for word in words):
            found.append(view)
    return found
