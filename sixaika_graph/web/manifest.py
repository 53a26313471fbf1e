"""The manifest of the reconciliation service: `manifest.json` with what only the program knows.

A language asked for at the manifest stays in every address that it names.
"""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from sixaika_graph.web.batch import SIZE
from sixaika_graph.web.lookup import Lookup
from sixaika_graph.web.service import publication

_TEXT: Final = Path(__file__).with_suffix(".json").read_text(encoding="utf-8")


def manifest(known: Lookup, language: str) -> dict[str, Any]:
    """Return the service manifest, with names in a language ("" for the usual one)."""
    text = _TEXT.replace("{home}", publication().settings.public_url)
    document: dict[str, Any] = json.loads(text.replace("{version}", version("sixaika-graph")))
    document["batchSize"] = SIZE
    document["defaultTypes"] = [
        {"id": kind, "name": known.label(kind, language).text} for kind in known.offered_classes()
    ]
    if language:
        _speak(document, language)
    return document


def _speak(document: dict[str, Any], language: str) -> None:
    document["name"] += f" ({language})"
    for name in ("view", "preview"):
        document[name]["url"] += f"&lang={language}"
    for service in document["suggest"].values():
        # Clients add their own query string to the path, so that it can have none.
        service["service_path"] += f"/{language}"
        service["flyout_service_path"] += f"&lang={language}"
    document["extend"]["propose_properties"]["service_path"] += f"/{language}"
