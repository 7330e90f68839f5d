"""``/{page}/messenger_profile`` and personas (Meta, "Messenger Profile API" and "Personas API")."""

from typing import Any

from fbtool.sandbox import minting
from fbtool.sandbox.graph import errors, paging
from fbtool.sandbox.graph.send import may_message
from fbtool.sandbox.graph.visit import Body, Persona, Visit
from fbtool.sandbox.world import Page

GREETING_LIMIT = 160
_FIELDS = (
    "greeting", "get_started", "persistent_menu", "ice_breakers", "commands", "whitelisted_domains",
    "account_linking_url",
)  # fmt: skip


async def read(visit: Visit, page: Page) -> Body:
    """The wanted ones of the fields that are set."""
    may_message(visit, page)
    profile = visit.state.profiles.get(page.id, {})
    wanted = visit.call.names("fields")
    if not wanted:
        raise errors.missing_parameter("fields")
    _check_names(wanted)
    shown = {name: profile[name] for name in wanted if name in profile}
    return {"data": [shown] if shown else []}


async def write(visit: Visit, page: Page) -> Body:
    """Set one or more fields; a persistent menu needs ``get_started`` (long-standing knowledge)."""
    may_message(visit, page)
    given = {name: visit.call.value(name) for name in _FIELDS if visit.call.has(name)}
    if not given:
        raise errors.parameter("You must set at least one property to update.")
    _check_greeting(given.get("greeting", []))
    profile = visit.state.profiles.setdefault(page.id, {})
    if "persistent_menu" in given and "get_started" not in profile | given:
        raise errors.parameter("You must set a Get Started button if you also wish to use persistent menu", 2018145)
    profile.update(given)
    return {"result": "success"}


async def delete(visit: Visit, page: Page) -> Body:
    """Clear the named fields."""
    may_message(visit, page)
    names = visit.call.names("fields")
    if not names:
        raise errors.missing_parameter("fields")
    _check_names(names)
    profile = visit.state.profiles.setdefault(page.id, {})
    if "get_started" in names and "persistent_menu" in profile and "persistent_menu" not in names:
        raise errors.parameter("You must set a Get Started button if you also wish to use persistent menu", 2018145)
    for name in names:
        profile.pop(name, None)
    return {"result": "success"}


async def list_personas(visit: Visit, page: Page) -> Body:
    """The Page's personas."""
    may_message(visit, page)
    personas = visit.state.personas.get(page.id, {})
    return paging.page_of(
        visit.call,
        list(personas.items()),
        key=lambda item: item[0],
        show=lambda item: {"id": item[0], **item[1]},
        path=f"{page.id}/personas",
    )


async def create_persona(visit: Visit, page: Page) -> Body:
    """A named face for the Page's answers."""
    may_message(visit, page)
    for name in ("name", "profile_picture_url"):
        if not visit.call.text(name):
            raise errors.missing_parameter(name)
    personas = visit.state.personas.setdefault(page.id, {})
    persona_id = minting.number_id("persona", page.id, visit.call.text("name"), len(personas))
    personas[persona_id] = {name: visit.call.text(name) for name in ("name", "profile_picture_url")}
    return {"id": persona_id}


async def delete_persona(visit: Visit, persona: Persona) -> Body:
    """Take a persona away."""
    may_message(visit, persona.page)
    del visit.state.personas[persona.page.id][persona.id]
    return {"success": True}


def _check_names(names: list[str]) -> None:
    for name in names:
        if name not in _FIELDS:
            raise errors.parameter(f'Param fields must be one of {{{", ".join(_FIELDS)}}} - got "{name}".')


def _check_greeting(greeting: Any) -> None:
    if not isinstance(greeting, list) or any(not isinstance(one, dict) for one in greeting):
        raise errors.parameter("Param greeting must be an array.")
    for number, one in enumerate(greeting):
        if len(str(one.get("text", ""))) > GREETING_LIMIT:
            raise errors.parameter(
                f"Length of param greeting[{number}][text] must be less than or equal to {GREETING_LIMIT}"
            )
