"""Many things in one call: batches, and one read of many ids (Meta, "Batch Requests" and "Multiple ID Lookup")."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from fbtool.sandbox.graph import errors
from fbtool.sandbox.graph.call import Call, GraphAnswer, split_path
from fbtool.sandbox.webhooks.payload import wire_json

MOST = 50
_REFERENCE = re.compile(r"\{result=([A-Za-z0-9_-]+):\$\.([A-Za-z0-9_.\[\]*]+)\}")
Ask = Callable[[Call], Awaitable[GraphAnswer]]


async def read_many(call: Call, ask: Ask) -> GraphAnswer:
    """``/?ids=1,2``: an object keyed by id; one bad id fails the whole call (long-standing knowledge)."""
    ids = call.names("ids")
    if not ids or len(ids) > MOST:
        raise errors.parameter(f"Too many IDs. Maximum: {MOST}. Provided: {len(ids)}")
    rest = {name: value for name, value in call.parameters.items() if name != "ids"}
    found = {}
    for one in dict.fromkeys(ids):
        answer = await ask(replace(call, path=(one, *call.path), parameters=rest))
        if answer.status != 200:
            return answer
        found[one] = answer.body
    return GraphAnswer(found)


async def batch(call: Call, ask: Ask) -> GraphAnswer:
    """The answers in the order of the requests; the outer status is 200 even if all of them failed."""
    items = call.value("batch")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise errors.parameter("batch parameter must be a JSON array")
    if len(items) > MOST:
        raise errors.parameter(f"Too many requests in batch message. Maximum batch size is {MOST}")
    with_headers = call.wants("include_headers", default=True)
    named: dict[str, Any] = {}
    answers: list[Any] = []
    for item in items:
        single = _call_of(call, item, named)
        answer = await ask(single) if single else errors.parameter("Invalid relative_url").answer()
        name = str(item.get("name", ""))
        if name:
            named[name] = answer.body
        omitted = name and item.get("omit_response_on_success", True) and answer.status == 200
        if omitted or answer.cut:
            answers.append(None)
        else:
            answers.append(_shown(answer, single.version if single else call.version, with_headers))
    return GraphAnswer(answers)


def _call_of(outer: Call, item: dict[str, Any], named: dict[str, Any]) -> Call | None:
    relative = item.get("relative_url")
    if not isinstance(relative, str):
        return None
    relative = _filled(relative, named)
    path, _, query = relative.partition("?")
    version, parts = split_path(path)
    parameters: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True))
    parameters |= dict(parse_qsl(_filled(str(item.get("body", "")), named), keep_blank_values=True))
    token = str(parameters.get("access_token", "")) or outer.token
    if token == outer.token and outer.has("appsecret_proof"):
        # One proof for the outer token is enough.
        parameters |= {name: outer.text(name) for name in ("appsecret_proof", "appsecret_time") if outer.has(name)}
    method = str(parameters.pop("method", item.get("method", "GET"))).upper()
    files = {name: outer.files[name] for name in str(item.get("attached_files", "")).split(",") if name in outer.files}
    return Call(method, parts, version, parameters, outer.base, token, files)


def _filled(text: str, named: dict[str, Any]) -> str:
    """``{result=first:$.data.*.id}`` replaced by what the request "first" has answered."""
    return _REFERENCE.sub(lambda match: ",".join(_looked_up(named.get(match[1]), match[2].split("."))), text)


def _looked_up(value: Any, steps: list[str]) -> list[str]:
    if not steps:
        return [] if value is None else [str(value)]
    step, rest = steps[0], steps[1:]
    if step == "*":
        children = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
        return [text for child in children for text in _looked_up(child, rest)]
    if isinstance(value, dict):
        return _looked_up(value.get(step), rest)
    return []


def _shown(answer: GraphAnswer, version: str, with_headers: bool) -> dict[str, Any]:
    body = answer.raw.decode() if answer.raw is not None else wire_json(answer.body).decode()
    shown: dict[str, Any] = {"code": answer.status, "body": body}
    if with_headers:
        headers = {"Content-Type": "application/json; charset=UTF-8", "facebook-api-version": version}
        named = {**headers, **answer.headers}
        shown["headers"] = [{"name": name, "value": value} for name, value in named.items()]
    return shown
