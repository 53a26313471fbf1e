"""What was probably meant by a query that cannot be read, judged by the text where reading stopped.

Nothing here parses SPARQL: each hint looks at the words around one position.
"""

import re
from collections.abc import Callable
from typing import Final

from sixaika_graph.namespaces import PREFIXES

_WIDTH: Final = 120
_NAME: Final = re.compile(r"(?<![\w<?$])([A-Za-z][\w-]*):[\w./%-]*$")
_RELATIVE: Final = re.compile(r"<([^<>\s:]*)>\s*$")
_ENDS: Final = re.compile(r"\b(limit|offset)\s+\d+\s*$", re.IGNORECASE)
_ORDERS: Final = re.compile(r"\s*(order|group|having)\b", re.IGNORECASE)
_CHANGES: Final = re.compile(
    r"\s*(insert|delete|load|clear|drop|create|add|move|copy|with)\b", re.IGNORECASE
)
_PROLOGUE: Final = re.compile(r"(\s|#[^\n]*\n|(prefix|base)\b[^<]*<[^>]*>)*", re.IGNORECASE)


def excerpt(text: str, line: int, column: int) -> str:
    """Return the line of a text with a caret under one column; both count from 1."""
    lines = text.splitlines()
    shown = lines[line - 1] if 0 < line <= len(lines) else ""
    start = max(0, column - 1 - _WIDTH // 2)
    shown = shown[start : start + _WIDTH].replace("\t", " ")
    return f"{shown}\n{' ' * (column - 1 - start)}^"


def hint(text: str, line: int, column: int) -> str | None:
    """Return advice on a query whose reading stopped at a line and a column, or None."""
    lines = text.splitlines(keepends=True)
    position = sum(map(len, lines[: line - 1])) + column - 1
    before, after = text[:position], text[position:]
    return next(
        (advice for judge in _JUDGES if (advice := judge(text, before, after)) is not None), None
    )


def _update(text: str, _before: str, _after: str) -> str | None:
    prologue = _PROLOGUE.match(text)
    if _CHANGES.match(text, prologue.end() if prologue else 0):
        return "This is an update; the endpoint is read-only and answers queries."
    return None


def _prefix(text: str, before: str, _after: str) -> str | None:
    match = _NAME.search(before)
    if match is None:
        return None
    prefix = match[1]
    if re.search(rf"\bprefix\s+{re.escape(prefix)}:", text, re.IGNORECASE):
        return None
    if prefix in PREFIXES:
        return f"Declare the prefix at the top: PREFIX {prefix}: <{PREFIXES[prefix]}>"
    return f"The prefix {prefix}: is not declared; add a line PREFIX {prefix}: <…> at the top."


def _relative(text: str, before: str, _after: str) -> str | None:
    match = _RELATIVE.search(before)
    if match is None or re.search(r"\bbase\s*<", text, re.IGNORECASE):
        return None
    return f"<{match[1]}> is a relative IRI; write the whole IRI, or declare BASE <…> at the top."


def _order(_text: str, before: str, after: str) -> str | None:
    misplaced = _ORDERS.match(after)
    if misplaced and _ENDS.search(before):
        return f"{misplaced[1].upper()} comes before LIMIT and OFFSET."
    return None


_JUDGES: Final[tuple[Callable[[str, str, str], str | None], ...]] = (
    _update,
    _prefix,
    _relative,
    _order,
)
