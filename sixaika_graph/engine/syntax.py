"""Where and why a query is malformed, better than the engine's own message can say it.

The engine reports the furthest character that it looked at, up to 14 characters behind the fault,
and a list of everything that could have stood there. When the text is parsed again with wide gaps
between its tokens, that character lies in the gap behind the token at fault, and so names it.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Final

from sixaika_graph.errors import MalformedQuery
from sixaika_graph.sentence import Sentence
from sixaika_graph.sparql_text import Token, position, resolved, tokens

# Wider than the longest keyword of the grammar.
_GAP: Final = " " * 40
_MESSAGE: Final = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
# Among the literals and character classes of the list, a sentence is the parser's own reason.
_REASON: Final = re.compile(r"[^,\[\]\"']*\b[a-z]+ [a-z]+\b[^,\[\]\"']*")
_ABSOLUTE: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")


def respaced(text: str) -> str:
    """Write a query with white space only where the engine takes it, with the same meaning.

    The grammar allows it between any two tokens, the engine not in `CONCAT (?a, ?b)`.
    """
    return _spread(list(tokens(text)))[0]


def malformed(text: str, parse: Callable[[str], object], *, based: bool = False) -> MalformedQuery:
    """Explain a text on which `parse` raises SyntaxError; `based` parsers take relative IRIs."""
    token, detail = _fault(text, list(tokens(text)), parse)
    if not based and token.kind == "iri" and not _ABSOLUTE.match(token.text):
        detail = f"{token.text} is a relative IRI, and there is no BASE to resolve it against."
    line, column = position(text, token.start)
    return MalformedQuery(detail, line=line, column=column)


def _fault(text: str, found: Sequence[Token], parse: Callable[[str], object]) -> tuple[Token, str]:
    """Find the token at fault and say what is wrong with it."""
    spread, starts = _spread(found)
    offset, reason = _complaint(spread, parse)
    at = bisect_right(starts, offset) - 1
    if not 0 <= at < len(found):
        return Token("end", "", len(text.rstrip())), reason or Sentence("The query ends too early.")
    # Cut off behind the token, no keyword can be looked for any further, and the reason shows.
    _, clearer = _complaint(spread[: starts[at] + len(resolved(found[at].text))], parse)
    return found[at], _detail(found[at], clearer or reason)


def _spread(found: Sequence[Token]) -> tuple[str, list[int]]:
    """Set the tokens apart; return the new text and where each of them, and its end, now begins."""
    pieces: list[str] = []
    starts: list[int] = []
    size = 0
    before = Token("", "", 0)
    for token in found:
        pieces += (_GAP if _apart(before, token) else "", resolved(token.text))
        starts.append(size + len(pieces[-2]))
        size = starts[-1] + len(pieces[-1])
        before = token
    return "".join(pieces) + _GAP, [*starts, size + len(_GAP)]


def _apart(before: Token, token: Token) -> bool:
    """Tell whether the engine takes white space between two tokens."""
    signed = before.text in ("+", "-") and before.start + 1 == token.start
    return not (
        token.kind == "tag"
        or "^^" in (token.text, before.text)
        or (token.kind == "number" and signed)
        or (token.text == "(" and before.kind == "word")
    )


def _complaint(text: str, parse: Callable[[str], object]) -> tuple[int, str]:
    """Parse a text; return where the engine complains, and its reason if it has one."""
    try:
        parse(text)
    except SyntaxError as error:
        match = _MESSAGE.match(str(error))
        if match is None:
            return len(text), str(error)
        above = sum(len(line) + 1 for line in text.split("\n")[: int(match[1]) - 1])
        reason = _REASON.search(match[3].replace("\n", " "))
        return above + int(match[2]) - 1, reason[0].strip().rstrip(".") + "." if reason else ""
    return len(text), ""


def _detail(token: Token, reason: str) -> str:
    if token.kind == "name" and reason == "Prefix not found.":
        return f"The prefix {token.text.partition(':')[0]}: is not declared."
    if reason == "IRI parsing failed.":
        return f"Not an IRI: {token.text}"
    shown = token.text[:80] if token.text.isprintable() else ascii(token.text[:80])
    return reason or f"Unexpected {shown}"
