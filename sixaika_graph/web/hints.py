"""What was probably meant by a query that cannot be read, judged by the token at fault.

Nothing here parses SPARQL: each hint looks at the tokens around one position.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from sixaika_graph.namespaces import PREFIXES
from sixaika_graph.sparql_text import Token, tokens

_WIDTH: Final = 120


def excerpt(text: str, line: int, column: int) -> str:
    """Return the line of a text with a caret under one column; both count from 1."""
    lines = text.split("\n")
    shown = lines[line - 1].rstrip("\r") if 0 < line <= len(lines) else ""
    start = max(0, column - 1 - _WIDTH // 2)
    shown = shown[start : start + _WIDTH].replace("\t", " ")
    return f"{shown}\n{' ' * (column - 1 - start)}^"


def hint(text: str, line: int, column: int) -> str | None:
    """Return advice on a query whose reading stopped at a line and a column, or None."""
    start = sum(len(above) + 1 for above in text.split("\n")[: line - 1]) + column - 1
    found = list(tokens(text))
    at = next((place for place, token in enumerate(found) if token.start == start), None)
    if at is None:
        return None
    before, token = found[:at], found[at]
    return next((advice for judge in _JUDGES if (advice := judge(before, token))), None)


def _prefix(before: Sequence[Token], token: Token) -> str | None:
    if token.kind != "name":
        return None
    prefix = token.text.partition(":")[0]
    declared = {
        name.text.removesuffix(":") for word, name in pairwise(before) if word.keyword == "PREFIX"
    }
    if prefix in declared:
        return None
    if prefix in PREFIXES:
        return f"Declare the prefix at the top: PREFIX {prefix}: <{PREFIXES[prefix]}>"
    return f"Declare the prefix {prefix}: at the top of the query, in a line PREFIX {prefix}: <…>"


def _relative(before: Sequence[Token], token: Token) -> str | None:
    based = any(word.keyword == "BASE" for word in before)
    if token.kind != "iri" or ":" in token.text or based:
        return None
    return "Write the whole IRI, with its scheme, or declare BASE <…> at the top."


def _order(before: Sequence[Token], token: Token) -> str | None:
    limited = any(word.keyword in ("LIMIT", "OFFSET") for word in before[-4:])
    if limited and token.keyword in ("ORDER", "GROUP", "HAVING"):
        return f"{token.keyword} comes before LIMIT and OFFSET."
    return None


_JUDGES: Final[tuple[Callable[[Sequence[Token], Token], str | None], ...]] = (
    _prefix,
    _relative,
    _order,
)
