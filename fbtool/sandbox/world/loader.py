"""Reads a world from YAML and refuses one that cannot be.

A test that runs in a world with a misspelt key tests something else than it says, so everything unknown,
double or dangling is an error that names the file and the key.
"""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
import yaml

from fbtool.language import N_, Sentence, say
from fbtool.sandbox.problems import WorldUnreadable
from fbtool.sandbox.world.description import World
from fbtool.sandbox.world.permissions import PERMISSIONS

SHIPPED = {
    "small-shop": N_("One admin, three Pages, two customers."),
    "agency": N_("An agency with 60 Pages in two business portfolios."),
    "everything-that-goes-wrong": N_("One Page for each thing that can be wrong with it; the name says what."),
}
"""The worlds that come with the sandbox: by name, what they are about."""


def shipped(name: str) -> World:
    """One of the worlds that come with the sandbox (`SHIPPED`).

    Raises:
        WorldUnreadable: if there is none of this name.
    """
    if name not in SHIPPED:
        reason = say("there is no such world; these exist: {names}", names=", ".join(SHIPPED))
        raise WorldUnreadable(file=name, key="/", reason=reason)
    text = files("fbtool.sandbox.world").joinpath(f"{name}.yaml").read_text("utf-8")
    return msgspec.structs.replace(read(text, f"{name}.yaml"), about=SHIPPED[name])


def load(path: Path) -> World:
    """The world in a file.

    Raises:
        WorldUnreadable: with the file, the key and the reason.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeError) as error:
        raise WorldUnreadable(file=path, key="/", reason=error) from error
    return read(text, str(path))


def read(text: str, file: str) -> World:
    """The world in a YAML text; ``file`` is only for the error.

    Raises:
        WorldUnreadable: with the file, the key and the reason.
    """
    try:
        raw = yaml.load(text, _NoDoubleKeys)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise WorldUnreadable(file=file, key="/", reason=" ".join(str(error).split())) from error
    try:
        world = msgspec.convert(raw, World)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at `$")
        raise WorldUnreadable(file=file, key=place.rstrip("`") or "/", reason=reason) from error
    for key, contradiction in _contradictions(world):
        raise WorldUnreadable(file=file, key=key, reason=contradiction)
    return world


class _NoDoubleKeys(yaml.SafeLoader):
    """YAML's own loader keeps the last of two equal keys and says nothing."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                where = key_node.start_mark
                raise yaml.constructor.ConstructorError(None, None, f"the key {key} is there twice", where)
            seen.add(key)
        return super().construct_mapping(node, deep)


def _contradictions(world: World) -> Iterator[tuple[str, Sentence]]:
    yield from _double_ids(world)
    people = {person.key for person in world.people}
    businesses = {business.key for business in world.businesses}
    apps = {app.id for app in world.apps}
    for number, page in enumerate(world.pages):
        place = f".pages[{number}]"
        yield from _unknown(f"{place}.roles", page.roles, people)
        yield from _unknown(f"{place}.business", [page.business] if page.business else [], businesses)
        yield from _unknown(f"{place}.clients", page.clients, businesses)
        yield from _unknown(f"{place}.default_app", [page.default_app] if page.default_app else [], apps)
    for number, business in enumerate(world.businesses):
        yield from _unknown(f".businesses[{number}].members", business.members, people)
    for number, app in enumerate(world.apps):
        place = f".apps[{number}]"
        yield from _unknown(f"{place}.roles", app.roles, people)
        for inner, configuration in enumerate(app.configurations):
            names = configuration.permissions
            yield from _unknown(f"{place}.configurations[{inner}].permissions", names, set(PERMISSIONS))
    for number, customer in enumerate(world.customers):
        place = f".customers[{number}].role_on_apps"
        yield from _unknown(place, customer.role_on_apps, apps)


def _double_ids(world: World) -> Iterator[tuple[str, Sentence]]:
    listed = {
        ".apps": [app.id for app in world.apps],
        ".pages": [page.id for page in world.pages],
        ".people": [person.key for person in world.people],
        ".people (email)": [person.email for person in world.people],
        ".people (number)": [str(person.number) for person in world.people],
        ".customers": [customer.key for customer in world.customers],
        ".customers (number)": [str(customer.number) for customer in world.customers],
        ".businesses": [business.id for business in world.businesses],
        ".pages and .customers (page-scoped ids)": [
            world.psid(page, customer) for page in world.pages for customer in world.customers
        ],
    }
    for key, values in listed.items():
        for value in values:
            if values.count(value) > 1:
                yield key, say("{value} is there twice", value=value)
    for key, ids in listed.items():
        if key in (".apps", ".pages", ".businesses"):
            for value in ids:
                if not value.isdecimal():
                    yield key, say("the id {value} must consist of digits", value=value)


def _unknown(key: str, used: Any, known: set[str]) -> Iterator[tuple[str, Sentence]]:
    for name in used:
        if name not in known:
            yield key, say("{value} is not known", value=name)
