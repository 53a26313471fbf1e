"""A report as a table for people at a terminal."""

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, zip_longest
from typing import Final

from rdflib import URIRef

from sixaika_graph.namespaces import PREFIXES
from sixaika_graph.validation.report import Report, Result, Severity
from sixaika_graph.validation.waiver import Waiver

_WIDTH: Final = 100
_WIDEST_RULE: Final = 36
_IRI: Final = re.compile(r"<([^<>\s]+)>")
_LOCAL: Final = re.compile(r"[A-Za-z0-9_](?:[\w.-]*[\w-])?")


def to_text(
    report: Report,
    *,
    language: str = "en",
    files: Mapping[URIRef, str] | None = None,
    severities: Iterable[Severity] = tuple(Severity),
) -> str:
    """Write a report as a table for a terminal of 100 columns, the totals last.

    The rules that a node breaks stand below the node and the source files that describe it;
    `files` gives the file name to show for a graph. Results of other severities than those asked
    for are counted only.
    """
    lines: list[str] = []
    severities = tuple(severities)
    for severity in severities:
        results = [one for one in report.results if one.severity is severity and not one.waiver]
        if results:
            lines += [f"{severity.value}s", *_table(results, language, files or {}), ""]
    if Severity.WARNING in severities and report.waived:
        lines += ["Waived warnings", *_table(report.waived, language, files or {}), ""]
    if report.stale:
        lines += ["Waivers that accept nothing: remove them", *_stale(report.stale), ""]
    return "\n".join([*lines, _totals(report)]) + "\n"


def _totals(report: Report) -> str:
    totals = [_counted(report.count(one), one.value) for one in Severity]
    totals += [f"{len(report.waived)} waived"] if report.waived else []
    totals += [_counted(len(report.stale), "stale waiver")] if report.stale else []
    return ", ".join(totals)


def _stale(waivers: Iterable[Waiver]) -> Iterator[str]:
    for waiver in waivers:
        yield f"  {_short(waiver.iri.n3())}"
        yield from _row(_short(waiver.shape.n3()), _short(waiver.focus_node.n3()), _WIDEST_RULE)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun.lower()}{'' if number == 1 else 's'}"


def _table(results: Sequence[Result], language: str, files: Mapping[URIRef, str]) -> Iterator[str]:
    rules = [_short(result.shape.n3()) for result in results]
    width = min(_WIDEST_RULE, max(map(len, rules)))
    for (node, sources), group in groupby(
        zip(results, rules, strict=True), lambda pair: (pair[0].focus_node, pair[0].sources)
    ):
        shown = [files.get(source) or _short(source.n3()) for source in sources]
        heading = f"{_short(node.n3())}  ({', '.join(shown) or 'described by no source'})"
        yield from _wrapped(heading, indent="  ", width=_WIDTH)
        for result, rule in group:
            yield from _row(rule, _message(result, language), width)
            if result.waiver:
                yield from _row("", f"Accepted: {result.waiver.reason(language)}", width)


def _message(result: Result, language: str) -> str:
    message = _short(result.message(language))
    value = None if result.value is None else _short(result.value.n3())
    if value is None or result.value == result.focus_node or value in message:
        return message
    return f"{message} Value: {value}"


def _row(rule: str, message: str, width: int) -> Iterator[str]:
    """Lay a rule and its message side by side, each wrapped to its column."""
    left = _wrapped(rule, indent="", width=width)
    right = _wrapped(message, indent="", width=_WIDTH - width - 6)
    for one, other in zip_longest(left, right, fillvalue=""):
        yield f"    {one.ljust(width)}  {other}".rstrip()


def _wrapped(text: str, *, indent: str, width: int) -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )


def _short(text: str) -> str:
    """Write the IRIs in a text as prefixed names where the repository has a prefix."""
    return _IRI.sub(lambda match: _prefixed(match[1]) or match[0], text)


def _prefixed(iri: str) -> str | None:
    names = [
        f"{prefix}:{iri.removeprefix(namespace)}"
        for prefix, namespace in PREFIXES.items()
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri.removeprefix(namespace))
    ]
    return min(names, key=len, default=None)
