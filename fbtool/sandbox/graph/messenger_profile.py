"""``/{page}/messenger_profile`` and personas (Meta, "Messenger Profile API" and "Personas API")."""

from typing import Any

from fbtool.sandbox import ids
from fbtool.sandbox.graph import errors, paging
from fbtool.sandbox.graph.context import Body, CallContext, Persona
from fbtool.sandbox.graph.send import may_message
from fbtool.sandbox.world import Page

GREETING_LIMIT = 160
_FIELDS = (
    "greeting", "get_started", "persistent_menu", "ice_breakers", "commands", "whitelisted_domains",
    "account_linking_url",
)  # fmt: skip


async def read(context: CallContext, page: Page) -> Body:
    """The wanted ones of the fields that are set."""
    may_message(context, page)
    profile = context.state.profiles.get(page.id, {})
    wanted = context.call.names("fields")
    if not wanted:
        raise errors.missing_parameter("fields")
    _check_names(wanted)
    shown = {name: profile[name] for name in wanted if name in profile}
    return {"data": [shown] if shown else []}


async def write(context: CallContext, page: Page) -> Body:
    """Set one or more fields; a persistent menu needs ``get_started`` (long-standing knowledge)."""
    may_message(context, page)
    given = {name: context.call.value(name) for name in _FIELDS if context.call.has(name)}
    if not given:
        raise errors.parameter("You must set at least one property to update.")
    _check_greeting(given.get("greeting", []))
    profile = context.state.profiles.setdefault(page.id, {})
    if "persistent_menu" in given and "get_started" not in profile | given:
        raise errors.parameter("You must set a Get Started button if you also wish to use persistent menu", 2018145)
    profile.update(given)
    return {"result": "success"}


async def delete(context: CallContext, page: Page) -> Body:
    """Clear the named fields."""
    may_message(context, page)
    names = context.call.names("fields")
    if not names:
        raise errors.missing_parameter("fields")
    _check_names(names)
    profile = context.state.profiles.setdefault(page.id, {})
    if "get_started" in names and "persistent_menu" in profile and "persistent_menu" not in names:
        raise errors.parameter("You must set a Get Started button if you also wish to use persistent menu", 2018145)
    for name in names:
        profile.pop(name, None)
    return {"result": "success"}


async def list_personas(context: CallContext, page: Page) -> Body:
    """The Page's personas."""
    may_message(context, page)
    personas = context.state.personas.get(page.id, {})
    return paging.page_of(
        context.call,
        list(personas.items()),
        key=lambda item: item[0],
        show=lambda item: {"id": item[0], **item[1]},
        path=f"{page.id}/personas",
    )


async def create_persona(context: CallContext, page: Page) -> Body:
    """A name and picture for the Page's answers."""
    may_message(context, page)
    for name in ("name", "profile_picture_url"):
        if not context.call.text(name):
            raise errors.missing_parameter(name)
    personas = context.state.personas.setdefault(page.id, {})
    persona_id = ids.number_id("persona", page.id, context.call.text("name"), len(personas))
    personas[persona_id] = {name: context.call.text(name) for name in ("name", "profile_picture_url")}
    return {"id": persona_id}


async def delete_persona(context: CallContext, persona: Persona) -> Body:
    """Take a persona away."""
    may_message(context, persona.page)
    del context.state.personas[persona.page.id][persona.id]
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
