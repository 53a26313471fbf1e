"""How an answer is best looked at: the suggested view of a query, and the columns that it reads.

A chart names its columns in the header, in the order that the table below gives, so that whoever
draws it has nothing to guess.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sixaika_graph import sparql_text
from sixaika_graph.queries.header import Header
from sixaika_graph.sparql_text import QueryForm

DEFAULT: Final[Mapping[QueryForm, str]] = {
    "SELECT": "table",
    "ASK": "answer",
    "CONSTRUCT": "graph",
    "DESCRIBE": "graph",
}
"""The view of a query that suggests none."""


@dataclass(frozen=True)
class Chart:
    """The columns of a chart: those that it must have, and those that may follow."""

    columns: tuple[str, ...]
    more: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ", ".join([*self.columns, *(f"[{one}]" for one in self.more)])


CHARTS: Final[Mapping[str, Chart]] = {
    "bar": Chart(("label", "number"), ("series",)),
    "line": Chart(("date or year", "number"), ("series",)),
    "map": Chart(("label", "point as WKT"), ("number",)),
    "timeline": Chart(("label", "first day", "last day")),
    "network": Chart(("label", "label of what it is linked to"), ("number",)),
    "number": Chart(("number",), ("number", "number")),
}


def read_view(header: Header, form: QueryForm, text: str) -> tuple[str, tuple[str, ...]]:
    """Return the view of a query and the columns that it reads; both are empty without a header.

    Raises:
        SourceError: the view does not fit the form, or its columns are not those of the answer.
    """
    view, columns = header.get("view", ""), header.words("columns")
    charts = CHARTS if form == "SELECT" else {}
    if view and view not in (DEFAULT[form], *charts):
        known = " or ".join((DEFAULT[form], *charts))
        raise header.fault("view", f"{form} is shown as {known}, not as {view}")
    if view not in charts:
        if columns:
            raise header.fault("columns", "only a chart names its columns")
        return view, ()
    chart = charts[view]
    least, most = len(chart.columns), len(chart.columns) + len(chart.more)
    if not least <= len(columns) <= most:
        reason = f"a {view} needs #+ columns: {chart}; there are {len(columns)}"
        raise header.fault("columns", reason)
    missing = [column for column in columns if column not in set(projection(text))]
    if missing:
        raise header.fault("columns", f"SELECT gives no {', '.join(missing)}")
    return view, columns


def projection(text: str) -> Iterator[str]:
    """Yield the names of the variables that a SELECT query gives, in their order; none for `*`."""
    tokens = iter(sparql_text.tokens(text))
    depth = 0
    previous = next((token for token in tokens if token.keyword == "SELECT"), None)
    for token in tokens:
        if depth == 0 and (token.text == "{" or token.keyword in ("WHERE", "FROM")):
            return
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        named = depth == 1 and previous is not None and previous.keyword == "AS"
        if token.kind == "variable" and (depth == 0 or named):
            yield token.text[1:]
        previous = token
