"""What is doubtful in an answer: faults of the engine, functions and variables nobody knows.

It goes out where a hint on an empty answer does, and like it knows a query by its tokens alone.
"""

import re
from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice, pairwise
from typing import Final

from sixaika_graph.descriptions.service import ENGINE
from sixaika_graph.sentence import Sentence
from sixaika_graph.sparql_text import tokens
from sixaika_graph.web.hints import LONGEST, MISTAKES, found, written

_SUSPECT: Final = re.compile(r"GRAPH|BNODE|DURATION|\||[>:][\w.-]*+\s*+\(", re.IGNORECASE)
"""What stands in every query that there is a caution for, so that most need no second look."""
_SIGNS: Final = ("GRAPH", "BNODE", "|", "(")
"""Without one of these the pattern finds nothing, and they are found sooner."""


_NAMED: Final = re.compile(r"(?<![Aa][Ss]\s)[?$](\w+)")
"""A variable that does not get its value there."""
_VARIABLE: Final = re.compile(r"[?$](\w+)")
_COMPARED: Final = 25
_SHORT: Final = 40
_BEHIND_SELECT: Final = frozenset({"{", "FROM", "WHERE"})


def caution(text: str) -> str | None:
    """Return what to know of the answer to a query, or None."""
    return None if len(text) > LONGEST else _doubtful(text) or _nowhere(text)


def _doubtful(text: str) -> str | None:
    upper = text.upper()
    if not any(sign in upper for sign in _SIGNS):
        return None
    if _SUSPECT.search(text) is None:
        return None
    seen = written(list(tokens(text)))
    for fault in ENGINE["faults"].values():
        if "text" in fault and re.search(fault["text"], seen):
            return str(fault["note"])
    for row in MISTAKES["doubtful"]:
        match = re.search(row.text, seen)
        if match:
            return Sentence(row.hint, **match.groupdict())
    return None


def _nowhere(text: str) -> str | None:
    """Find a variable that is selected and stands nowhere else."""
    every = Counter(_VARIABLE.findall(text))
    if all(every[name] > 1 for name in _NAMED.findall(text.partition("{")[0])):
        return None
    seen = list(tokens(text))
    names = Counter(token.text[1:] for token in seen if token.kind == "variable")
    start = next((place for place, one in enumerate(seen) if one.keyword == "SELECT"), len(seen))
    for before, token in pairwise(seen[start:]):
        if (token.keyword or token.text) in _BEHIND_SELECT:
            break
        if token.kind == "variable" and before.keyword != "AS" and names[token.text[1:]] == 1:
            near = _near(token.text[1:], names)
            if near:
                return found("nowhere-near", variable=token.text, near=f"?{near[0]}")
            return found("nowhere", variable=token.text)
    return None


def _near(name: str, names: Iterable[str]) -> list[str]:
    """Return the name that is most like another one; few and short ones are compared."""
    short = (one for one in names if one != name and len(one) <= _SHORT)
    return get_close_matches(name[:_SHORT], list(islice(short, _COMPARED)), 1)
