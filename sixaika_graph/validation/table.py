"""A report as a table for people at a terminal."""

import re
import textwrap
from collections.abc import Iterator, Mapping
from itertools import groupby, zip_longest
from typing import Final

from rdflib import URIRef

from sixaika_graph.namespaces import PREFIXES
from sixaika_graph.validation.report import Report, Result, Severity

_WIDTH: Final = 100
_WIDEST_NAME: Final = 32
_HEAD: Final = ("Focus node", "Rule", "Message")
_IRI: Final = re.compile(r"<([^<>\s]+)>")
_LOCAL: Final = re.compile(r"[A-Za-z0-9_](?:[\w.-]*[\w-])?")


def to_text(
    report: Report, *, language: str = "en", files: Mapping[URIRef, str] | None = None
) -> str:
    """Write a report as a table for a terminal of 100 columns, the gravest results first.

    The results stand below the source files that describe their focus node; `files` gives the file
    name to show for a graph.
    """
    lines: list[str] = []
    for severity in Severity:
        results = [result for result in report.results if result.severity is severity]
        if results:
            lines += [f"{severity.value}s", *_table(results, language, files or {}), ""]
    totals = ", ".join(_counted(report.count(one), one.value) for one in Severity)
    return "\n".join([*lines, totals]) + "\n"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun.lower()}{'' if number == 1 else 's'}"


def _table(results: list[Result], language: str, files: Mapping[URIRef, str]) -> Iterator[str]:
    rows = [_cells(result, language) for result in results]
    widths = [
        min(_WIDEST_NAME, max(len(row[column]) for row in (_HEAD, *rows))) for column in (0, 1)
    ]
    widths.append(_WIDTH - sum(widths) - len("    ") - 2 * len("  "))
    yield from _line(_HEAD, widths)
    yield "    " + "  ".join("-" * width for width in widths)
    for sources, group in groupby(zip(results, rows, strict=True), lambda pair: pair[0].sources):
        shown = [files.get(source) or _short(source.n3()) for source in sources]
        yield from textwrap.wrap(
            ", ".join(shown) or "(described by no source)",
            _WIDTH,
            initial_indent="  ",
            subsequent_indent="  ",
            break_on_hyphens=False,
        )
        for _, row in group:
            yield from _line(row, widths)


def _cells(result: Result, language: str) -> tuple[str, str, str]:
    message = result.message(language)
    if result.value is not None and result.value != result.focus_node:
        message += f" Value: {_short(result.value.n3())}"
    return _short(result.focus_node.n3()), _short(result.shape.n3()), message


def _line(cells: tuple[str, str, str], widths: list[int]) -> Iterator[str]:
    """Lay cells side by side, each wrapped to the width of its column."""
    columns = [textwrap.wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for parts in zip_longest(*columns, fillvalue=""):
        padded = (part.ljust(width) for part, width in zip(parts, widths, strict=True))
        yield ("    " + "  ".join(padded)).rstrip()


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
