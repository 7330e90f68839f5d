"""The API's contract, as a CRM reads it and as we have to keep it today."""

from importlib import resources
from typing import Any

import yaml

TEXT = resources.files("fbtool.gateway").joinpath("openapi.yaml").read_text("utf-8")
CONTRACT: dict[str, Any] = yaml.safe_load(TEXT)


def closed(part: Any) -> Any:
    """The same without room for what may come: every open list of values holds all that there is today."""
    if isinstance(part, list):
        return [closed(one) for one in part]
    if not isinstance(part, dict):
        return part
    return {("enum" if name == "x-extensible-enum" else name): closed(value) for name, value in part.items()}


TODAY: dict[str, Any] = closed(CONTRACT)
"""The contract as it has to be kept today. Of the codes, Facebook's own are not listed."""
del TODAY["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
