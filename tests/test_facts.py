"""The data states what the tables say, no more and no less, each fact in the graph of its source.

What it leaves out stands in `facts_left_out.csv`, what it has beside the tables in
`facts_beside.csv`, each with the reason.
"""

import datetime
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import counted
import pytest
import stated
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import ORG, RDF, SKOS
from tables import Omission, Row, left_out, omissions, table

from sixaika_graph.client.answers import parse_solutions
from sixaika_graph.dataset import named_graph
from sixaika_graph.engine import QueryRequest
from sixaika_graph.namespaces import FRAPO, GRAPH, ID, S6, SCHEMA
from sixaika_graph.preferred.period import Moment
from sixaika_graph.publication import Prepared, Publication

Check = Callable[[stated.Data, Row], Iterator[str]]

TABLES: Final[dict[str, Check]] = {
    "facts": stated.fact,
    "participations": stated.participation,
    "organisations": stated.organisation,
    "people": stated.person,
    "funding": stated.funding,
    "strategy": stated.strategy,
    "outcomes": stated.outcome,
    "gaps": stated.gap,
    "names": stated.name,
    "identifiers": stated.identifier,
    "projects": stated.project,
    "sources": stated.source,
}
# The tables with one node in the graph for each row.
ONE_TO_ONE: Final = ("participations", "outcomes", "gaps")
DRAWN: Final = 10


@dataclass
class Summary:
    """Lines for the end of the run, which pytest shows whether or not tests fail."""

    counts: dict[str, tuple[int, int, int, int, int]] = field(default_factory=dict)
    drawn: list[str] = field(default_factory=list)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        write = terminalreporter.write_line
        terminalreporter.section("from the tables to the graph")
        heads = ("rows", "left out", "in the graph", "by other tables", "beside")
        write(f"{'table':16}" + "".join(f"{head:>17}" for head in heads))
        for name, numbers in self.counts.items():
            write(f"{name:16}" + "".join(f"{number:>17}" for number in numbers))
        for line in self.drawn:
            write(line)


@pytest.fixture(scope="module")
def summary(request: pytest.FixtureRequest) -> Summary:
    lines = Summary()
    request.config.pluginmanager.register(lines)
    return lines


@pytest.fixture(scope="module")
def data(prepared: Prepared) -> stated.Data:
    return stated.Data(prepared.dataset)


@pytest.mark.parametrize("name", TABLES)
def test_every_row_is_stated_or_left_out(name: str, data: stated.Data, summary: Summary) -> None:
    rows = table(name)
    missing = {index: list(TABLES[name](data, row)) for index, row in enumerate(rows)}
    kept = [index for index, row in enumerate(rows) if not left_out(name, row)]

    assert [line for index in kept for line in missing[index]] == []
    stray = [rows[index] for index in missing if index not in kept and not missing[index]]
    assert stray == [], "left out, and yet stated"


@pytest.mark.parametrize("name", TABLES)
def test_every_statement_has_a_row_or_stands_beside(
    name: str, data: stated.Data, summary: Summary
) -> None:
    rows = table(name)
    kept = [row for row in rows if not left_out(name, row)]
    held, own = counted.held(data, name), counted.accounted(data)[name]
    surplus = counted.surplus(data, name)
    others = len(held - own) - surplus.total()
    summary.counts[name] = (len(rows), len(rows) - len(kept), len(held), others, surplus.total())

    assert surplus == counted.beside(name)
    if name in ONE_TO_ONE:
        assert len(held) - others - surplus.total() == len(kept)


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        ("organisations", (ID["organisation/invented"], RDF.type, SCHEMA.Organization)),
        ("names", (ID["organisation/oulun-kaupunki"], SKOS.altLabel, Literal("Uli", lang="sv"))),
        ("names", (ID["place/oulu"], SCHEMA.name, Literal("Turku", lang="fi"))),
        ("strategy", (stated.STRATEGY, SCHEMA.award, Literal("Best of all", lang="en"))),
        ("strategy", (stated.STRATEGY, SCHEMA.endDate, stated.moment("2031"))),
    ],
    ids=lambda value: value if isinstance(value, str) else value[2].split("/")[-1],
)
def test_what_is_invented_is_seen(
    name: str, statement: tuple[URIRef, URIRef, URIRef | Literal], prepared: Prepared
) -> None:
    quad = (*statement, named_graph(prepared.dataset, GRAPH["curated"]))
    prepared.dataset.add(quad)
    try:
        surplus = counted.surplus(stated.Data(prepared.dataset), name)
    finally:
        prepared.dataset.remove(quad)

    assert (surplus - counted.beside(name)).total() == 1


@pytest.mark.parametrize("one", omissions(), ids=lambda one: f"{one.table}-{one.where}")
def test_what_is_left_out_is_a_row_of_the_table(one: Omission) -> None:
    assert one.table in TABLES
    assert one.reason.endswith(".")
    assert sum(one.matches(row) for row in table(one.table)) == one.rows > 0


def test_no_row_is_left_out_twice() -> None:
    for name in TABLES:
        for row in table(name):
            whole = [one for one in omissions() if one.table == name and not one.cell]
            assert sum(one.matches(row) for one in whole) <= 1, row


WHO_SAYS_SO: Final = """
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX schema: <https://schema.org/>
SELECT DISTINCT ?g ?url {{
  GRAPH ?g {{ {{ {thing} ?p ?other }} UNION {{ ?other ?p {thing} }} }}
  OPTIONAL {{
    ?g prov:hadPrimarySource ?source .
    ?source schema:url ?url .
  }}
}}"""


def test_facts_drawn_at_random_are_stated(
    data: stated.Data, summary: Summary, publication: Publication
) -> None:
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    rows = [row for row in table("facts") if not left_out("facts", row)]
    drawn = random.Random(today).sample(rows, DRAWN)
    summary.drawn.append(f"{DRAWN} facts drawn for {today}:")
    for row in drawn:
        graph = data.of(row).identifier
        summary.drawn.append(f"  {row['entity']} {row['property']} {row['value']!r} in {graph}")

    assert [line for row in drawn for line in stated.fact(data, row)] == []
    # What the curator adds rests on no document.
    curated = {data.curated.identifier, data.named(stated.MISSING_PAGE).identifier}
    for row in drawn:
        graph = data.of(row).identifier
        query = WHO_SAYS_SO.format(thing=ID["project/" + row["entity"]].n3())
        answer = publication.engine.query(QueryRequest(text=query)).read()
        said = {one["g"]: one.get("url") for one in parse_solutions(answer).rows}
        assert said[graph] == (None if graph in curated else URIRef(row["source_url"])), row


# The preferred graph

# A project may have several addresses on the web: the preferred graph keeps all of them.
SEVERAL: Final = {"website"}
BOUNDS: Final = {
    "start_date": (S6.earliestStart, S6.latestStart),
    "end_date": (S6.earliestEnd, S6.latestEnd),
}
PARTS: Final = {"eu_and_state_funding_eur", "eu_contribution_eur", "lead_business_id"}


def test_what_the_table_prefers_is_preferred(prepared: Prepared) -> None:
    rows = [row for row in table("facts") if row["preferred"] == "yes"]
    differing = []
    for row in rows:
        held, value = _preferred(prepared.preferred, row)
        several = row["property"] in SEVERAL | PARTS
        if not left_out("facts", row) and not (value in held if several else held == {value}):
            differing.append((row["entity"], row["property"], row["value"], held))

    assert len(rows) > 500
    assert differing == []


def test_why_another_value_is_preferred_is_stated(data: stated.Data, prepared: Prepared) -> None:
    """For each line that the table sets aside, unless the preferred graph keeps all values.

    Nor is it a choice between sources where one page gives a further name beside the first.
    """
    graph = prepared.preferred
    aside = [
        row
        for row in table("facts")
        if row["preferred"] == "no" and row["property"] not in SEVERAL
        if not left_out("facts", row)
    ]
    unexplained = [
        (row["entity"], row["property"], row["value"])
        for row in aside
        if not any(
            (choice, S6.choiceProperty, path) in graph
            for thing, path in _chosen(row)
            for choice in graph.subjects(S6.choiceOf, thing)
        )
        and not any(
            str(name) == row["value"]
            for name in data.of(row).objects(ID["project/" + row["entity"]], SCHEMA.alternateName)
        )
    ]

    assert len(aside) > 50
    assert unexplained == []


def _chosen(row: Row) -> Iterator[tuple[URIRef, URIRef]]:
    """Yield of which thing and which property a choice is, for a line of facts.csv."""
    project, name = ID["project/" + row["entity"]], row["property"]
    if name == "lead":
        member = stated.organisation_named(row["value"]).rpartition("/")[2]
        yield ID[f"participation/{row['entity']}--{member}"], ORG.role
    elif name == "total_cost_eur":
        yield project, S6.totalBudget
    elif name.startswith("name_"):
        yield project, SCHEMA.name
    else:
        yield project, stated.statement(name, row["value"])[0]


def _preferred(graph: Graph, row: Row) -> tuple[set[object], object]:
    """Return what the preferred graph has for a line of facts.csv, and what the line says."""
    project, name, text = ID["project/" + row["entity"]], row["property"], row["value"]
    if name.startswith("name_"):
        names = graph.objects(project, SKOS.prefLabel)
        texts = {
            str(one) for one in names if isinstance(one, Literal) and one.language == name[-2:]
        }
        for printed, spelling in stated.OTHER_SPELLING.items():
            text = text.replace(printed, spelling)
        return set(texts), text
    if name in BOUNDS:
        moment = stated.moment(text)
        found = [str(one) for path in BOUNDS[name] for one in graph.objects(project, path)]
        span = Moment.of(moment)
        assert span is not None
        return {tuple(found)}, (str(span.earliest), str(span.latest))
    if name == "total_cost_eur":
        totals = graph.objects(project, S6.totalBudget)
        sums = {one for total in totals for one in graph.objects(total, FRAPO.hasMonetaryValue)}
        return set(sums), stated.number(text)
    if name in ("eu_and_state_funding_eur", "eu_contribution_eur"):
        return set(graph.objects(None, FRAPO.hasMonetaryValue)), stated.number(text)
    if name == "lead_business_id":
        return set(graph.objects(None, ORG.identifier)), stated.business_id(text)
    if name == "lead":
        return set(graph.objects(project, S6.leadOrganisation)), stated.organisation_named(text)
    path, value = stated.statement(name, text)
    return set(graph.objects(project, path)), value
