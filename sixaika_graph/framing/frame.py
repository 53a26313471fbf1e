"""Frames: for each class, which nodes that link to a thing stand in its document, and where."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sixaika_graph.errors import SourceError
from sixaika_graph.framing.context import Context, Term

GENERAL: Final = "thing"
"""The frame of what has none of its own."""

_CONTEXT: Final = "@context"
_SHARED: Final = ("../context.jsonld", "terms.jsonld")


@dataclass(frozen=True)
class Branch:
    """What stands under one key: nodes that link here by a property, of one class or of any.

    `embedded` nodes are whole, others are told by IRI and name alone.
    """

    term: Term
    kind: str
    embedded: bool
    branches: tuple["Branch", ...] = ()


@dataclass(frozen=True)
class Frame:
    """One frame: its name, the IRI of its class ("" for any), its keys, and its branches.

    `text` is the file, which is the JSON-LD context of the documents too.
    """

    name: str
    kind: str
    context: Context
    branches: tuple[Branch, ...]
    text: bytes


def read_frames(ontology: Path) -> dict[str, Frame]:
    """Read the frames below the folder of the ontology by name, the general one last.

    Raises:
        SourceError: a file cannot be read.
    """
    folder = ontology / "frames"
    shared = [_read(folder / name)[_CONTEXT] for name in _SHARED]
    paths = sorted(path for path in folder.glob("*.jsonld") if path.name not in _SHARED)
    frames = [_frame(path, shared) for path in paths]
    return {one.name: one for one in sorted(frames, key=lambda one: not one.kind)}


def frame_of(frames: Mapping[str, Frame], kinds: Iterable[str]) -> Frame:
    """Return the frame for a thing of some classes."""
    known = set(kinds)
    return next((one for one in frames.values() if one.kind in known), frames[GENERAL])


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise SourceError(path, error.msg, line=error.lineno, column=error.colno) from None
    except OSError as error:
        raise SourceError(path, error.strerror or "cannot be read") from None


def _frame(path: Path, shared: Iterable[Mapping[str, Any]]) -> Frame:
    document = _read(path)
    own = [one for one in document[_CONTEXT] if isinstance(one, dict)]
    context = Context([*shared, *own])
    kind = context.terms[document["type"]].iri if "type" in document else ""
    return Frame(path.stem, kind, context, _branches(document, context), path.read_bytes())


def _branches(document: Mapping[str, Any], context: Context) -> tuple[Branch, ...]:
    return tuple(
        Branch(
            context.terms[key],
            context.terms[inside["type"]].iri if "type" in inside else "",
            inside.get("@embed") != "@never",
            _branches(inside, context),
        )
        for key, inside in document.items()
        if isinstance(inside, dict) and key in context.terms
    )
