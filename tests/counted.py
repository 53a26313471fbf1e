"""What the named graphs have of each table's kind, counted in the graphs, and the rows behind it.

A statement that no row accounts for must stand in `facts_beside.csv`, with the reason.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import stated
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, ORG, RDF
from rdflib.term import Node
from tables import Row, left_out, table

from sixaika_graph.namespaces import FRAPO, GRAPH, ID, S6, SCHEMA

Statement = tuple[Node, Node, Node, Graph]
Pattern = tuple[URIRef, Node | None]
Rows = Callable[[stated.Data, Row], Iterator[Statement]]

BESIDE: Final = Path(__file__).parent / "facts_beside.csv"
PLAIN: Final = tuple(
    stated.statement(name, "2014")[0]
    for name in (
        "eura_code fund acronym kind focus_area status responsible_authority priority_axis website "
        "confirmed_6aika start_date end_date decision_date specific_objective"
    ).split()
)
# What stands for one entry of a table: a property and, where a class is meant, its value.
PATTERNS: Final[dict[str, tuple[Pattern, ...]]] = {
    "facts": tuple((path, None) for path in (*PLAIN, SCHEMA.name, SCHEMA.alternateName)),
    "participations": ((RDF.type, S6.Participation),),
    "people": ((RDF.type, S6.Assignment),),
    "funding": ((RDF.type, S6.Budget), (RDF.type, S6.FundingContribution)),
    "outcomes": ((RDF.type, S6.Figure),),
    "gaps": ((RDF.type, S6.KnownGap),),
    "identifiers": ((SCHEMA.sameAs, None), (ORG.identifier, None)),
    "projects": ((RDF.type, S6.Project),),
    "sources": ((SCHEMA.url, None),),
}
# The subjects that are meant where a property says it of other things too.
SUBJECTS: Final = {"facts": ID["project/"], "sources": ID["source/"]}


def held(data: stated.Data, name: str) -> set[Statement]:
    """Return the statements of a table's kind in all named graphs."""
    start = SUBJECTS.get(name, "")
    return {
        (subject, path, value, graph)
        for graph in data.graphs()
        for pattern in PATTERNS[name]
        for subject, path, value in graph.triples((None, *pattern))
        if str(subject).startswith(start)
    }


@cache
def accounted(data: stated.Data) -> dict[str, set[Statement]]:
    """Return the statements that each table's kept rows account for, of whatever kind."""
    return {
        name: {one for row in table(name) if not left_out(name, row) for one in rows(data, row)}
        for name, rows in ROWS.items()
    }


def surplus(data: stated.Data, name: str) -> Counter[tuple[str, str]]:
    """Return the statements of a table's kind that no row accounts for, by graph and subject."""
    known = set[Statement]().union(*accounted(data).values())
    return Counter(
        (_short(graph.identifier, str(GRAPH)), _short(subject, str(ID)) + _of(path))
        for subject, path, _, graph in held(data, name) - known
    )


def beside(name: str) -> Counter[tuple[str, str]]:
    """Return the statements that are known to stand beside a table."""
    with BESIDE.open(encoding="utf-8", newline="") as lines:
        return Counter(
            {
                (row["graph"], row["statement"]): int(row["count"])
                for row in csv.DictReader(lines)
                if row["table"] == name and row["reason"].endswith(".")
            }
        )


def _short(name: Node, start: str) -> str:
    return str(name).removeprefix(start)


def _of(path: Node) -> str:
    return "" if path == RDF.type else " " + str(path).replace("#", "/").rpartition("/")[2]


def _typed(graph: Graph, node: Node) -> Iterator[Statement]:
    yield from ((*one, graph) for one in graph.triples((node, RDF.type, None)))


# What each row accounts for


def _fact(data: stated.Data, row: Row) -> Iterator[Statement]:
    graph, name, text = data.of(row), row["property"], row["value"]
    project = ID["project/" + row["entity"]]
    if name.startswith("name_"):
        texts = {text, *(text.replace(*pair) for pair in stated.OTHER_SPELLING.items())}
        for path in (SCHEMA.name, SCHEMA.alternateName):
            for one in texts:
                yield (project, path, Literal(one, lang=name[-2:]), graph)
    elif name.endswith("_eur"):
        yield from _sum(graph, row["value"], project)
    elif name == "lead":
        member = stated.organisation_named(text)
        for node in graph.subjects(ORG.member, member):
            if (node, ORG.organization, project) in graph:
                yield from _typed(graph, node)
    elif name == "lead_business_id":
        yield from _code(graph, None, text)
    else:
        yield (project, *stated.statement(name, text), graph)


def _sum(graph: Graph, text: str, project: URIRef | None = None) -> Iterator[Statement]:
    for node in graph.subjects(FRAPO.hasMonetaryValue, stated.number(text)):
        whole = graph.value(node, DCTERMS.isPartOf) or node
        if project is None or (whole, S6.budgetOf, project) in graph:
            yield from _typed(graph, node)


def _code(graph: Graph, thing: URIRef | None, text: str) -> Iterator[Statement]:
    code = stated.business_id(text)
    yield from ((*one, graph) for one in graph.triples((thing, ORG.identifier, code)))


def _participation(data: stated.Data, row: Row) -> Iterator[Statement]:
    graph = data.page(row["source_url"])
    node = ID[f"participation/{row['project_slug']}--{row['organisation_slug']}"]
    yield from _typed(graph, node)
    if row["business_id"]:
        yield from _code(graph, ID["organisation/" + row["organisation_slug"]], row["business_id"])


def _organisation(data: stated.Data, row: Row) -> Iterator[Statement]:
    if row["business_id"]:
        graph = data.page(row["source_url"])
        yield from _code(graph, ID["organisation/" + row["slug"]], row["business_id"])


def _person(data: stated.Data, row: Row) -> Iterator[Statement]:
    thing = ID["person/" + stated.slug(row["name"])]
    curated = data.named("people-curated")
    urls = (row["source_url"], *row["further_source_urls"].split())
    for graph in (curated, *(data.people(url) for url in urls)):
        for node in stated.assignments(graph, thing, row):
            yield from _typed(graph, node)
    # The employer that is inferred, of a role that a page states.
    sent_by = ID["organisation/" + row["organisation_slug"]]
    for node in curated.subjects(ORG.member, thing):
        if row["organisation_basis"] == "inferred" and (node, S6.onBehalfOf, sent_by) in curated:
            yield from _typed(curated, node)


def _funding(data: stated.Data, row: Row) -> Iterator[Statement]:
    graph = data.page(row["source_url"])
    sums = [row["amount"], *stated.sums_in_words(row)]
    for text in sums:
        if text.isdigit():
            yield from _sum(graph, text)
            for node in data.curated.subjects(FRAPO.hasMonetaryValue, stated.number(text)):
                yield from _typed(graph, node)


def _strategy(data: stated.Data, row: Row) -> Iterator[Statement]:
    graph = data.page(row["source_url"])
    numbers = stated.quantities(row)
    for node, _, value in graph.triples((None, SCHEMA.value, None)):
        if isinstance(value, Literal) and value.toPython() in numbers:
            yield from _typed(graph, node)


def _outcome(data: stated.Data, row: Row) -> Iterator[Statement]:
    graph = data.page(row["source_url"])
    for node in stated.figures(graph, row):
        yield from _typed(graph, node)


def _gap(data: stated.Data, row: Row) -> Iterator[Statement]:
    yield from _typed(data.curated, stated.gap_node(row))


def _identifier(data: stated.Data, row: Row) -> Iterator[Statement]:
    code = row["value"]
    values: list[Node] = [URIRef(row["uri"])] if row["uri"] else [stated.business_id(code)]
    for graph in data.graphs():
        for value in values:
            yield from ((*one, graph) for one in graph.triples((None, None, value)))
        if row["scheme"].startswith("population"):
            for node in graph.subjects(SCHEMA.value, stated.number(code)):
                yield from _typed(graph, node)


def _project(data: stated.Data, row: Row) -> Iterator[Statement]:
    for graph in data.graphs():
        yield (ID["project/" + row["slug"]], RDF.type, S6.Project, graph)


def _source(data: stated.Data, row: Row) -> Iterator[Statement]:
    document = ID["source/" + row["id"]]
    yield (document, SCHEMA.url, URIRef(row["url"]), data.named("sources"))


ROWS: Final[dict[str, Rows]] = {
    "facts": _fact,
    "participations": _participation,
    "organisations": _organisation,
    "people": _person,
    "funding": _funding,
    "strategy": _strategy,
    "outcomes": _outcome,
    "gaps": _gap,
    "identifiers": _identifier,
    "projects": _project,
    "sources": _source,
}
