"""What the named graphs have of each table's kind, counted in the graphs, and the rows behind it.

A statement that no row accounts for must stand in `facts_beside.csv`, with the reason.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import stated
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, ORG, RDF, SKOS
from rdflib.term import Node
from tables import Row, left_out, table

from sixaika_graph.namespaces import DEF, FRAPO, GRAPH, ID, S6, SCHEMA

Statement = tuple[Node, Node, Node, Graph]
Pattern = tuple[URIRef | None, Node | None]
Rows = Callable[[stated.Data, Row], Iterator[Statement]]

BESIDE: Final = Path(__file__).parent / "facts_beside.csv"
PLAIN: Final = tuple(
    stated.statement(name, "2014")[0]
    for name in (
        "eura_code fund acronym kind focus_area status responsible_authority priority_axis website "
        "confirmed_6aika start_date end_date decision_date specific_objective"
    ).split()
)
NAMES: Final = (SKOS.prefLabel, SKOS.altLabel, SCHEMA.name, SCHEMA.alternateName)
# What stands for one entry of a table: a property and, where a class is meant, its value.
PATTERNS: Final[dict[str, tuple[Pattern, ...]]] = {
    "facts": tuple((path, None) for path in (*PLAIN, SCHEMA.name, SCHEMA.alternateName)),
    "participations": ((RDF.type, S6.Participation),),
    "organisations": ((RDF.type, SCHEMA.Organization),),
    "people": ((RDF.type, S6.Assignment),),
    "funding": ((RDF.type, S6.Budget), (RDF.type, S6.FundingContribution)),
    "strategy": ((None, None),),
    "outcomes": ((RDF.type, S6.Figure),),
    "gaps": ((RDF.type, S6.KnownGap),),
    "names": tuple((path, None) for path in NAMES),
    "identifiers": ((SCHEMA.sameAs, None), (ORG.identifier, None)),
    "projects": ((RDF.type, S6.Project),),
    "sources": ((SCHEMA.url, None),),
}
# The subjects that are meant where a property says it of other things too.
SUBJECTS: Final[dict[str, tuple[str, ...]]] = {
    "facts": (ID["project/"],),
    "strategy": (stated.STRATEGY,),
    "names": (
        *(ID[kind] for kind in ("fund/", "organisation/", "place/", "programme/")),
        *(DEF[scheme] for scheme in ("focus/", "project-kind/")),
    ),
    "sources": (ID["source/"],),
}
# What an organisation is there for that has no row of its own: each of these is counted itself.
TASKS: Final = (
    DCTERMS.publisher,
    ORG.organization,
    ORG.resultingOrganization,
    SCHEMA.funder,
    S6.financedBy,
    S6.intermediateBody,
)


def held(data: stated.Data, name: str) -> set[Statement]:
    """Return the statements of a table's kind in all named graphs."""
    start = SUBJECTS.get(name, ("",))
    return {
        (subject, path, value, graph)
        for graph in data.graphs()
        for pattern in PATTERNS[name]
        for subject, path, value in graph.triples((None, *pattern))
        if str(subject).startswith(start)
        if name != "strategy" or path not in NAMES  # which are counted with the other names
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
    known = needed(data).union(*accounted(data).values())
    return Counter(
        (_short(graph.identifier, str(GRAPH)), _short(subject, str(ID)) + _of(path))
        for subject, path, _, graph in held(data, name) - known
    )


def needed(data: stated.Data) -> set[Statement]:
    """Return the kinds and preferred names of the organisations that have a task, but no row."""
    rows = {ID["organisation/" + row["slug"]] for row in table("organisations")}
    graphs = data.graphs()
    tasked = {body for graph in graphs for path in TASKS for body in graph.objects(None, path)}
    return {
        (*one, graph)
        for graph in graphs
        for body in tasked - rows
        if str(body).startswith(ID["organisation/"])
        for path in (RDF.type, SKOS.prefLabel)
        for one in graph.triples((body, path, None))
    }


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
    member = ID["organisation/" + row["organisation_slug"]]
    yield from _named([graph], member, Literal(row["organisation"], lang="fi"))
    if row["business_id"]:
        yield from _code(graph, member, row["business_id"])


def _named(graphs: Iterable[Graph], thing: Node, *names: Literal) -> Iterator[Statement]:
    """Yield the statements that give a thing one of these names: small letters are as good."""
    wanted = {(name.casefold(), name.language) for name in names}
    for graph in graphs:
        for path in NAMES:
            for one in graph.triples((thing, path, None)):
                if isinstance(one[2], Literal) and (one[2].casefold(), one[2].language) in wanted:
                    yield (*one, graph)


def _organisation(data: stated.Data, row: Row) -> Iterator[Statement]:
    thing, graphs = ID["organisation/" + row["slug"]], data.graphs()
    for graph in graphs:
        yield from _typed(graph, thing)
    names = (Literal(row["name_" + tag], lang=tag) for tag in ("fi", "en") if row["name_" + tag])
    yield from _named(graphs, thing, *names)
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
    if row["item"] == "ESF":
        yield (stated.STRATEGY, S6.eligibleFund, ID["fund/esf"], graph)
    sums = [row["amount"], *stated.sums_in_words(row)]
    for text in sums:
        if text.isdigit():
            yield from _sum(graph, text)
            for node in data.curated.subjects(FRAPO.hasMonetaryValue, stated.number(text)):
                yield from _typed(graph, node)


def _strategy(data: stated.Data, row: Row) -> Iterator[Statement]:
    graph = data.page(row["source_url"])
    told = [one for one in graph if stated.says(row, one[2])]
    for thing, path, value in told:
        # The words in each language, or what the row speaks of: a publication, a place, a name.
        pattern = (path, None) if thing == stated.STRATEGY else (None, thing)
        yield from ((*one, graph) for one in graph.triples((stated.STRATEGY, *pattern)))
        if isinstance(value, Literal) and str(thing).startswith(SUBJECTS["names"]):
            yield from _named(data.graphs(), thing, value)
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


def _name(data: stated.Data, row: Row) -> Iterator[Statement]:
    names = stated.names_of(row)
    for thing, held in data.names.items():
        if names <= held and str(thing).startswith(SUBJECTS["names"]):
            yield from _named(
                data.graphs(), thing, *(Literal(text, lang=tag) for text, tag in names)
            )


def _source(data: stated.Data, row: Row) -> Iterator[Statement]:
    document = ID["source/" + row["id"]]
    about = data.named("sources")
    yield (document, SCHEMA.url, URIRef(row["url"]), about)
    for publisher in about.objects(document, DCTERMS.publisher):
        names = (Literal(row["publisher"], lang=tag) for tag in ("fi", "sv", "en"))
        yield from _named([data.curated], publisher, *names)


ROWS: Final[dict[str, Rows]] = {
    "facts": _fact,
    "participations": _participation,
    "organisations": _organisation,
    "people": _person,
    "funding": _funding,
    "strategy": _strategy,
    "outcomes": _outcome,
    "gaps": _gap,
    "names": _name,
    "identifiers": _identifier,
    "projects": _project,
    "sources": _source,
}
