"""The list of parts (SBOM) in CycloneDX 1.5 JSON; the same for the same commit."""

import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from build.bundled import Component
from fbtool import __version__


def write(target: Path, components: Sequence[Component], epoch: int) -> None:
    """Write the list; ``epoch`` (Unix seconds) is the moment it stands for."""
    parts = [_part(component) for component in components]
    content = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(epoch, UTC).isoformat(),
            "component": {
                "type": "application",
                "bom-ref": "fbtool",
                "name": "fbtool",
                "version": __version__,
                "licenses": [{"license": {"id": "MIT"}}],
            },
        },
        "components": parts,
        "dependencies": [{"ref": "fbtool", "dependsOn": [part["bom-ref"] for part in parts]}],
    }
    # Its number has to be one of its own, and the same for the same content.
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(content, sort_keys=True))
    target.write_text(
        json.dumps({"serialNumber": f"urn:uuid:{serial}"} | content, indent=1) + "\n", "utf-8", newline=""
    )


def _part(component: Component) -> dict[str, Any]:
    name = component.name.lower().replace("_", "-")
    purl = f"pkg:{'pypi' if component.distribution else 'generic'}/{name}@{component.version}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": component.name,
        "version": component.version,
        "purl": purl,
        "licenses": [{"license": {"name": component.licence}}],
    }
