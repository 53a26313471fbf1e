"""What is doubtful in an answer: known faults of the engine, functions that nobody knows.

It goes out where a hint on an empty answer does, and like it knows a query by its tokens alone.
"""

import re
from typing import Final

from sixaika_graph.descriptions.service import ENGINE
from sixaika_graph.sentence import Sentence
from sixaika_graph.sparql_text import tokens
from sixaika_graph.web.hints import LONGEST, MISTAKES, written

_SUSPECT: Final = re.compile(r"GRAPH|BNODE|DURATION|\||[>:][\w.-]*+\s*+\(", re.IGNORECASE)
"""What stands in every query that there is a caution for, so that most need no second look."""
_SIGNS: Final = ("GRAPH", "BNODE", "|", "(")
"""Without one of these the pattern finds nothing, and they are found sooner."""


def caution(text: str) -> str | None:
    """Return what to know of the answer to a query, or None."""
    upper = text.upper()
    if len(text) > LONGEST or not any(sign in upper for sign in _SIGNS):
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
