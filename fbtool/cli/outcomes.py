"""What linking and unlinking report: each outcome as it comes, and a summary."""

from collections.abc import Iterable

from fbtool.cli import CANCELLED, output
from fbtool.cli.listing import problem_fields, show_remedy
from fbtool.language import Sentence, say, say_n
from fbtool.linking.links.linker import Outcome, Result
from fbtool.linking.pages.diagnosis import remedy_at_hand
from fbtool.problem import Kind, Problem
from fbtool.safe_text import shown

_DONE = {
    Result.LINKED: lambda name: say("✓ {name}: linked", name=name),
    Result.REFRESHED: lambda name: say("✓ {name}: was linked already; renewed", name=name),
    Result.UNLINKED: lambda name: say("✓ {name}: unlinked", name=name),
    Result.REPEATED: lambda name: say("= {name}: named more than once", name=name),
}


def report(work: Iterable[Outcome]) -> int:
    """Carry out the work, show each outcome as it comes, and choose the exit code."""
    outcomes = []
    for outcome in work:
        outcomes.append(outcome)
        _show(outcome)
    if output.wants_json():
        # They come in the order in which they end; a program wants the same order every time.
        by_name = sorted(outcomes, key=lambda outcome: (outcome.name.casefold(), outcome.page_id))
        output.document({"outcomes": [_fields(outcome) for outcome in by_name]})
    tried = [outcome for outcome in outcomes if not outcome.result.idle]
    failed = [outcome.problem for outcome in tried if outcome.problem]
    if len(tried) > 1:
        output.line(_summary(len(tried) - len(failed), len(failed)))
    return _exit_code(tried, failed)


def _exit_code(outcomes: list[Outcome], failed: list[Problem]) -> int:
    if any(outcome.result is Result.STOPPED for outcome in outcomes):
        return CANCELLED
    if not failed:
        return 0
    kinds = {problem.kind for problem in failed}
    same = len(failed) == len(outcomes) and len(kinds) == 1
    return kinds.pop().value if same else Kind.ATTENTION.value


def _show(outcome: Outcome) -> None:
    name = shown(outcome.name or outcome.page_id)  # a file may say anything
    if outcome.result is Result.UNCHANGED:
        return  # counted in one sentence before
    if outcome.problem is None:
        output.line(_DONE[outcome.result](name))
        if outcome.note:
            output.line(f"  → {outcome.note}")
        return
    told = outcome.problem.told()
    output.line(f"✗ {name}: {told.what}")
    # For all that were not begun, the summary says the rest once.
    if outcome.result is Result.STOPPED:
        return
    if told.meaning:
        output.line(f"  {told.meaning}")
    show_remedy(remedy_at_hand(outcome.problem), outcome.step, of_a_page=True)


def _summary(done: int, failed: int) -> Sentence:
    if not failed:
        return say("All {done} done.", done=done)
    return say_n("{done} done, {count} Page not.", "{done} done, {count} Pages not.", failed, done=done)


def _fields(outcome: Outcome) -> dict[str, object]:
    return {
        "id": outcome.page_id,
        "name": outcome.name,
        "result": outcome.result.value,
        "problem": problem_fields(outcome.problem) if outcome.problem else None,
        "verdict": outcome.verdict.value if outcome.verdict else None,
        "step": outcome.step.value,
        "note": outcome.note,
    }
