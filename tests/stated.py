"""What the data must state for a row of a table; each function yields what it does not find.

A fact is looked for in the named graph of the page that the row names as its source, and in no
other; what the tables infer themselves, in the curated graph.
"""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from typing import Final

from rdflib import Dataset, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, ORG, RDF, SKOS, XSD
from rdflib.term import Node
from tables import Row, left_out, table

from sixaika_graph.dataset import named_graph
from sixaika_graph.namespaces import DEF, FRAPO, GEO, GRAPH, ID, S6, SCHEMA

STRATEGY: Final = ID["programme/6aika"]
MISSING_PAGE: Final = "compiled"
# The pages of the register that were read once: the tables give them as a rule, not as a page.
REGISTER: Final = "https://www.eura2014.fi/"

FUNDS: Final = {"ERDF": "erdf", "ESF": "esf"}
KINDS: Final = {"lead": "lead", "pilot": "pilot", "other": "coordination"}
FOCUS: Final = {"open-participation": "open-participation-and-customership"}
AUTHORITIES: Final = {
    "Uudenmaan liitto": "uudenmaan-liitto",
    "Hämeen elinkeino-, liikenne- ja ympäristökeskus": "hameen-ely-keskus",
    "Pohjois-Pohjanmaan elinkeino-, liikenne- ja ympäristökeskus": "pohjois-pohjanmaan-ely-keskus",
}
ROLES: Final = {
    "lead": "lead",
    "part-implementer": "co-implementer",
    "partner": "participant",
    "participant, not stated": "participant",
    "coordinator": "lead",
}
MEASURES: Final = {
    "companies_involved": {"companies-involved"},
    "pilots_or_experiments": {"pilots"},
    "new_products_or_services": {"new-products-or-services"},
    "co2_reduction": {"co2-reduction"},
    "other": {"other", "projects", "rating", "would-take-part-again"},
}
PRECISIONS: Final = {
    "exact": "exact",
    "approx": "approximate",
    "over": "at-least",
    "under": "nearly",
    "almost": "nearly",
    "about": "approximate",
    "approx.": "approximate",
    "at least": "at-least",
    "": "exact",
}
# The roles of a person that the kind of the row means, and those that its words name.
PERSON_KINDS: Final[dict[str, tuple[str, ...]]] = {
    "contact-of-record": ("contact-of-record",),
    "coordinator": (),
    "director": ("responsible-director",),
    "management-board": ("member",),
    "other": (),
    "project-manager": ("project-manager",),
    "steering-group": ("member",),
    "strategy-office": ("member",),
    "sub-project-manager": ("part-project-manager",),
}
PERSON_WORDS: Final = {
    "chair": "chair",
    "deputy chair": "deputy-chair",
    "expert 20": "expert",
    "secretary": "secretary",
    "city coordinator": "city-coordinator",
    "project coordinator": "project-coordinator",
    "project representative": "representative",
    # The page prints this word for the manager of a part too.
    "projektipäällikkö": "project-manager",
}
ORGANISATION_TYPES: Final = {
    "business development body of the City of Oulu": "municipal-enterprise",
    "programme office": "",
    "": "",
}
# The page of Oulu was written down first, with the hyphen that it prints.
OTHER_SPELLING: Final = {"HIPPA – hyvinvointia": "HIPPA - hyvinvointia"}


class Data:
    """The dataset and the way from the address of a page to its named graph."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._ids = {row["url"]: row["id"] for row in table("sources")}
        self.curated = self.named("curated")

    def named(self, name: str) -> Graph:
        """Return a named graph; an empty one where the dataset has none of the name."""
        return named_graph(self._dataset, GRAPH[name])

    def graphs(self) -> list[Graph]:
        """Return all named graphs of the data."""
        names = {one.identifier for one in self._dataset.graphs()}
        return [
            named_graph(self._dataset, name)
            for name in names
            if isinstance(name, URIRef) and name.startswith(GRAPH)
        ]

    def page(self, url: str) -> Graph:
        """Return the named graph of a page."""
        return self.named(self._ids[url])

    def people(self, url: str) -> Graph:
        """Return the named graph with the names of persons on a page."""
        return self.named("people-" + self._ids[url])

    def of(self, row: Row) -> Graph:
        """Return the named graph that states a line of facts.csv."""
        if row["basis"] == "compiled":
            return self.named(MISSING_PAGE)
        if row["basis"] == "rule" and not row["source_url"].startswith(REGISTER):
            return self.curated
        return self.page(row["source_url"])

    def has(self, value: Node) -> bool:
        """Tell whether any named graph has a value."""
        return any(self._dataset.quads((None, None, value, None)))

    @cached_property
    def names(self) -> dict[Node, set[tuple[str, str | None]]]:
        """The names of each thing in all named graphs, in small letters."""
        held: dict[Node, set[tuple[str, str | None]]] = {}
        for path in (SKOS.prefLabel, SKOS.altLabel, SCHEMA.name):
            for thing, _, text, _ in self._dataset.quads((None, path, None, None)):
                if isinstance(text, Literal):
                    held.setdefault(thing, set()).add((str(text).casefold(), text.language))
        return held


def organisation_named(name: str) -> URIRef:
    """Return the organisation of a Finnish name."""
    (found,) = (row["slug"] for row in table("organisations") if row["name_fi"] == name)
    return ID["organisation/" + found]


def slug(name: str) -> str:
    """Return a name as it stands in an IRI."""
    letters = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", letters).strip("-")


def moment(text: str) -> Literal:
    """Return a date as precise as it is written."""
    return Literal(text, datatype={4: XSD.gYear, 7: XSD.gYearMonth, 10: XSD.date}[len(text)])


def number(text: str) -> Literal:
    """Return a number in its canonical form."""
    whole, _, rest = text.partition(".")
    return Literal(f"{whole}.{rest.rstrip('0') or '0'}", datatype=XSD.decimal)


def business_id(text: str) -> Literal:
    """Return a business ID."""
    return Literal(text, datatype=DEF["datatype/y-tunnus"])


def has_text(graph: Graph, thing: Node | None, text: str, *paths: URIRef) -> bool:
    """Tell whether a thing has a text in some language: small letters are as good as capitals."""
    wanted = text.casefold()
    return any(
        str(value).casefold() == wanted
        for path in paths
        for value in graph.objects(thing, path)
        if isinstance(value, Literal)
    )


# facts.csv


def fact(data: Data, row: Row) -> Iterator[str]:
    """Yield what is missing of a line of facts.csv."""
    graph, name, text = data.of(row), row["property"], row["value"]
    project = ID["project/" + row["entity"]]
    if name.startswith("name_"):
        language = name[-2:]
        texts = {text, *(text.replace(*pair) for pair in OTHER_SPELLING.items())}
        found = any(
            (project, path, Literal(one, lang=language)) in graph
            for one in texts
            for path in (SCHEMA.name, SCHEMA.alternateName)
        )
    elif name.endswith("_eur"):
        found = _amount(graph, project, name, row)
    elif name == "lead":
        taking_part = graph.subjects(ORG.organization, project)
        lead = organisation_named(text)
        found = any(
            (node, ORG.member, lead) in graph and (node, ORG.role, DEF["role/lead"]) in graph
            for node in taking_part
        )
    elif name == "lead_business_id":
        found = (None, ORG.identifier, business_id(text)) in graph
    else:
        path, value = statement(name, text)
        found = (project, path, value) in graph
    if not found:
        yield f"{row['entity']} {name} {text} in {graph.identifier}"


def statement(name: str, text: str) -> tuple[URIRef, Node]:
    """Return the property and the value that say a plain fact of a project."""
    if name == "specific_objective":
        return S6.specificObjective, DEF[f"specific-objective/{text[0]}-{text[2]}"]
    ways: dict[str, tuple[URIRef, Node]] = {
        "eura_code": (DCTERMS.identifier, Literal(text)),
        "fund": (S6.fund, ID["fund/" + FUNDS.get(text, "")]),
        "acronym": (S6.acronym, Literal(text)),
        "kind": (S6.projectKind, DEF["project-kind/" + KINDS.get(text, "")]),
        "focus_area": (S6.focusArea, DEF["focus/" + FOCUS.get(text, slug(text))]),
        "status": (S6.status, DEF["status/" + slug(text)]),
        "responsible_authority": (
            S6.intermediateBody,
            ID["organisation/" + AUTHORITIES.get(text, "")],
        ),
        "priority_axis": (S6.priorityAxis, DEF["priority-axis/" + text[0]]),
        "website": (SCHEMA.url, URIRef(text)),
        "confirmed_6aika": (S6.programme, STRATEGY),
    }
    dates = {
        "start_date": SCHEMA.startDate,
        "end_date": SCHEMA.endDate,
        "decision_date": FRAPO.hasDecisionDate,
    }
    return (dates[name], moment(text)) if name in dates else ways[name]


def _amount(graph: Graph, project: URIRef, name: str, row: Row) -> bool:
    """Tell whether a graph has a sum of money of a project, as precise as the table has it."""
    value, exact = number(row["value"]), DEF["precision/exact"]
    if name == "total_cost_eur":
        return any(
            (total, FRAPO.hasMonetaryValue, value) in graph
            and (total, S6.precision, DEF["precision/" + (row["precision"] or "exact")]) in graph
            for total in graph.objects(project, S6.totalBudget)
        )
    parts = {
        part
        for total in graph.subjects(S6.budgetOf, project)
        for part in (total, *graph.subjects(DCTERMS.isPartOf, total))
    }
    union = ID["organisation/european-union"]
    return any(
        (part, FRAPO.hasMonetaryValue, value) in graph
        and (part, S6.precision, exact) in graph
        and bool({S6.financedBy, SCHEMA.funder} & set(graph.predicates(part, union)))
        for part in parts
    )


# participations.csv and organisations.csv


def participation(data: Data, row: Row) -> Iterator[str]:
    """Yield what is missing of a row of participations.csv."""
    graph = data.page(row["source_url"])
    node = ID[f"participation/{row['project_slug']}--{row['organisation_slug']}"]
    organisation = ID["organisation/" + row["organisation_slug"]]
    wanted: list[tuple[Node, URIRef, Node]] = [
        (node, RDF.type, S6.Participation),
        (node, ORG.organization, ID["project/" + row["project_slug"]]),
        (node, ORG.member, organisation),
        (node, ORG.role, DEF["role/" + ROLES[row["role"]]]),
    ]
    if row["six_city_region"]:
        wanted.append((node, S6.sixCityRegion, ID["place/" + slug(row["six_city_region"])]))
    yield from _not_in(graph, wanted)
    words = row["role_in_source"]
    if words and not left_out("participations", row, "role_in_source"):
        said = [str(word).casefold() for word in graph.objects(node, S6.roleInSource)]
        # A page has "Osatoteuttajat" above a list: each of them is an "osatoteuttaja".
        if words.casefold() not in said and words.casefold().removesuffix("t") not in said:
            yield f"{node} words {words}"
    printed = row["business_id_basis"].startswith("printed")
    if printed and not left_out("organisations", {"slug": row["organisation_slug"]}, "business_id"):
        yield from _not_in(graph, [(organisation, ORG.identifier, business_id(row["business_id"]))])


def organisation(data: Data, row: Row) -> Iterator[str]:
    """Yield what is missing of a row of organisations.csv."""
    thing = ID["organisation/" + row["slug"]]
    names = (SCHEMA.name, SKOS.prefLabel, SKOS.altLabel)
    graph = data.page(row["source_url"])
    if not any(has_text(one, thing, row["name_fi"], *names) for one in (graph, data.curated)):
        yield f"{thing} {row['name_fi']}"
    english = row["name_en"]
    if english and not has_text(data.page(row["name_en_source_url"]), thing, english, *names):
        yield f"{thing} {english}"
    kind = ORGANISATION_TYPES.get(row["type"], slug(row["type"]))
    wanted: list[tuple[Node, URIRef, Node]] = [(thing, RDF.type, SCHEMA.Organization)]
    if kind:
        wanted.append((thing, ORG.classification, DEF["org-type/" + kind]))
    if row["home_city"]:
        wanted.append((thing, S6.sixCityRegion, ID["place/" + slug(row["home_city"])]))
    yield from _not_in(data.curated, wanted)
    if row["website"]:
        yield from _not_in(graph, [(thing, SCHEMA.url, URIRef(row["website"]))])
    code = row["business_id"]
    if code and not left_out("organisations", row, "business_id"):
        yield from _not_in(graph, [(thing, ORG.identifier, business_id(code))])


def _not_in(graph: Graph, wanted: list[tuple[Node, URIRef, Node]]) -> Iterator[str]:
    yield from (f"{triple} in {graph.identifier}" for triple in wanted if triple not in graph)


# people.csv


def person(data: Data, row: Row) -> Iterator[str]:
    """Yield what is missing of a row of people.csv: a name, a role and on whose behalf."""
    thing = ID["person/" + slug(row["name"])]
    graphs = [data.people(url) for url in (row["source_url"], *row["further_source_urls"].split())]
    for graph in graphs:
        if (thing, FOAF.name, Literal(row["name"])) not in graph:
            yield f"{row['name']} in {graph.identifier}"
        if not list(assignments(graph, thing, row)):
            yield f"{row['name']}: {row['role']} in {graph.identifier}"
    if row["organisation_slug"]:
        stated = row["organisation_basis"] == "stated"
        places = graphs if stated else [data.named("people-curated")]
        sent_by = ID["organisation/" + row["organisation_slug"]]
        if not any(
            {S6.onBehalfOf, ORG.organization} & set(graph.predicates(node, sent_by))
            for graph in places
            for node in graph.subjects(ORG.member, thing)
        ):
            yield f"{row['name']} of {sent_by}"


def assignments(graph: Graph, thing: URIRef, row: Row) -> Iterator[Node]:
    """Yield the roles of a person in a graph that the row names; in its project if it has one."""
    roles = {DEF["role/" + code] for code in PERSON_KINDS[row["role_kind"]]}
    roles |= {DEF["role/" + code] for word, code in PERSON_WORDS.items() if word in row["role"]}
    for node in graph.subjects(ORG.member, thing):
        about = str(graph.value(node, S6.forProject) or "").rpartition("/")[2]
        # A part of a project is named after the project.
        of_project = not about or about.startswith(row["project_slug"])
        # The code list has no role for who speaks at an event.
        role = graph.value(node, ORG.role)
        if of_project and (role in roles or (role is None and "speaker" in row["role"])):
            yield node


# funding.csv


def funding(data: Data, row: Row) -> Iterator[str]:
    """Yield what is missing of a row of funding.csv: its sums, its dates, its names."""
    graph = data.page(row["source_url"])
    if row["amount"].isdigit() and not _has_sum(graph, data.curated, row):
        yield f"{row['item']}: {row['amount']} in {graph.identifier}"
    if row["record_type"] == "authority":
        body = ID["organisation/" + slug(row["amount"])]
        yield from _not_in(
            graph, [(ID[f"fund/{row['item'][:4].strip().lower()}"], S6.intermediateBody, body)]
        )
    elif row["item"] == "structural fund programme":
        if not has_text(graph, None, row["amount"], SCHEMA.name):
            yield row["amount"]
    elif row["item"] == "ESF":
        yield from _not_in(graph, [(STRATEGY, S6.eligibleFund, ID["fund/esf"])])
    elif row["record_type"] == "call" and "four projects funded" not in row["item"]:
        yield from _call(graph, row)
    for text in sums_in_words(row):
        if (None, FRAPO.hasMonetaryValue, number(text)) not in graph:
            yield f"{row['item']}: {text} in {graph.identifier}"


def sums_in_words(row: Row) -> list[str]:
    """Return the sums that the words of a row give beside its amount."""
    found = re.findall(r"\b\d{1,3}(?: \d{3})+\b", row["item"] + row["note"])
    return [text.replace(" ", "") for text in found]


def _has_sum(graph: Graph, curated: Graph, row: Row) -> bool:
    """Tell whether a page's graph speaks of the row's sum, which may be reckoned by us."""
    words = re.split("[;,(]", row["amount_qualifier"].removeprefix("sought"))[0].strip()
    precision, value = DEF["precision/" + PRECISIONS[words]], number(row["amount"])
    return any(
        (node, S6.precision, precision) in one and (node, None, None) in graph
        for one in (graph, curated)
        for node in one.subjects(FRAPO.hasMonetaryValue, value)
    )


def _call(graph: Graph, row: Row) -> Iterator[str]:
    """Yield what is missing of a call: that it is one, when it opened and when it closed."""
    if (None, RDF.type, S6.Call) not in graph:
        yield f"{row['item']}: no call in {graph.identifier}"
    for text in row["date"].split("/"):
        # The dates of this call stand on another page, which has a row of its own.
        if (None, None, moment(text)) not in graph and "applications" not in row["item"]:
            yield f"{row['item']}: {text} in {graph.identifier}"


# strategy.csv

# What no number, date or name says: English words that the page's graph must have.
SAID: Final = {
    "iti": "integrated territorial investments",
    "rule_two_cities": "at least two",
    "lead_project_length": "three years",
    "publication": "Era of Cities",
    "publication_turku": "Turku – Lisää kilpailukykyä ja askelia kohti älykaupunkia",
    "publication_tampere_turku": "6Aika-strategia tuotti vaikuttavaa kaupunkikehittämistä",
    "research_article": "Finland's ITI – The Six City Strategy",
    "coordination": "a strategy office, city coordinators, a management board and a steering group",
    "first_in_europe": "the first development programme in Europe",
    "award_2018": "30th anniversary of EU cohesion policy",
    "award_integral_city": "Integral Cities of the Year 2018",
    "activities_until": "the summer of 2022",
    "chair_rotation": "take turns, a year at a time",
    "companies_not_funded": "Private firms cannot get money",
    "why_one_strategy": "to the six cities together",
    "peer_review_2017": "peer-review workshop",
    "turku_decision_2014": "on 26 June 2014",
}
# Figures that the table gives in another form than the data.
FORMS: Final = {
    "period": "2014; 2020",
    "company_rating": "4.4",
    "tampere_projects_2018": "20",
    "funding_split": "0.5; 0.33; 0.17",
}


def strategy(data: Data, row: Row) -> Iterator[str]:
    """Yield what is missing of a row of strategy.csv."""
    graph = data.page(row["source_url"])
    fact_, text = row["fact"], FORMS.get(row["fact"], row["value"])
    literals = [value for value in graph.objects() if isinstance(value, Literal)]
    if fact_ in SAID:
        if not any(SAID[fact_] in value for value in literals):
            yield f"{fact_}: {text} in {graph.identifier}"
        return
    texts = {str(value).casefold() for value in literals}
    numbers = {value.toPython() for value in literals if value.datatype == XSD.decimal}
    for part in re.split("; |/", text):
        if fact_ == "sdg_links":
            goals = re.findall(r"\d+", part)
            found = all(
                (STRATEGY, DCTERMS.subject, URIRef(f"http://metadata.un.org/sdg/{goal}")) in graph
                for goal in goals
            )
        elif part.casefold() in texts or _place(graph, part):
            found = True
        else:
            found = _quantity(part) in numbers
        if not found:
            yield f"{fact_}: {part} in {graph.identifier}"


def says(row: Row, value: Node) -> bool:
    """Tell whether a text or date is what a row of strategy.csv says, or a part of it."""
    if not isinstance(value, Literal):
        goals = re.findall(r"\d+", row["value"]) if row["fact"] == "sdg_links" else ()
        return str(value) in {f"http://metadata.un.org/sdg/{goal}" for goal in goals}
    if row["fact"] in SAID:
        return SAID[row["fact"]] in value
    parts = re.split("; |/", FORMS.get(row["fact"], row["value"]))
    return value.casefold() in {part.casefold() for part in parts}


def quantities(row: Row) -> set[Decimal | None]:
    """Return the numbers of a row of strategy.csv."""
    parts = re.split("; |/", FORMS.get(row["fact"], row["value"]))
    return {_quantity(part) for part in parts} - {None}


def _place(graph: Graph, text: str) -> bool:
    return ID["place/" + slug(text)] in set(graph.all_nodes())


def _quantity(text: str) -> Decimal | None:
    """Return the last number in a text, millions and billions counted."""
    match = re.search(r"([\d.]+)(?: (million|billion))?(?!.*\d)", text)
    if match is None:
        return None
    return Decimal(match[1]) * {"million": 10**6, "billion": 10**9, None: 1}[match[2]]


# outcomes.csv and gaps.csv


def outcome(data: Data, row: Row) -> Iterator[str]:
    """Yield what is missing of a row of outcomes.csv."""
    graph = data.page(row["source_url"])
    strategy = row["project_slug"] == "6aika-strategy"
    of = STRATEGY if strategy else ID["project/" + row["project_slug"]]
    nodes = figures(graph, row)
    if not nodes:
        yield f"{of} {row['indicator']} {row['value']} in {graph.identifier}"
    if not strategy and not any(
        has_text(graph, node, row["unit"], SCHEMA.unitText) for node in nodes
    ):
        yield f"{of}: {row['unit']} in {graph.identifier}"


def figures(graph: Graph, row: Row) -> set[Node]:
    """Return the figures that say what a row of outcomes.csv says."""
    strategy = row["project_slug"] == "6aika-strategy"
    of = STRATEGY if strategy else ID["project/" + row["project_slug"]]
    measures = MEASURES.get(row["indicator"], {row["indicator"]})
    wanted = (
        (S6.figureOf, of),
        (SCHEMA.value, number(row["value"])),
        (S6.precision, DEF["precision/" + PRECISIONS[row["qualifier"]]]),
    )
    return {
        node
        for measure in measures
        for node in graph.subjects(S6.measures, DEF["measure/" + measure])
        if all((node, path, value) in graph for path, value in wanted)
    }


def gap_node(row: Row) -> URIRef:
    """Return the gap that a row of gaps.csv means."""
    name = "6aika" if row["entity"] == "6aika-strategy" else row["entity"]
    return ID[f"gap/{name}--{row['property'].replace('_', '-')}"]


def gap(data: Data, row: Row) -> Iterator[str]:
    """Yield what is missing of a row of gaps.csv."""
    strategy = row["entity"] == "6aika-strategy"
    node = gap_node(row)
    wanted: list[tuple[Node, URIRef, Node]] = [
        (node, RDF.type, S6.KnownGap),
        (node, S6.gapOf, STRATEGY if strategy else ID["project/" + row["entity"]]),
        (node, S6.gapReason, DEF["gap-reason/" + slug(row["why"])]),
    ]
    yield from _not_in(data.curated, wanted)


# names.csv, identifiers.csv, projects.csv and sources.csv


def name(data: Data, row: Row) -> Iterator[str]:
    """Yield the names of a row of names.csv where nothing has them all."""
    wanted = names_of(row)
    if not any(wanted <= names for names in data.names.values()):
        yield f"{row['entity']}: {wanted}"


def names_of(row: Row) -> set[tuple[str, str | None]]:
    """Return the names of a row of names.csv, in small letters, with their languages."""
    spellings = {"öppna data och gränssnitt": "öppen data och gränssnitt"}
    return {
        (spellings.get(text, text), tag)
        for tag in ("fi", "sv", "en")
        if (text := row[tag].casefold())
    }


def identifier(data: Data, row: Row) -> Iterator[str]:
    """Yield the address or the value of a row of identifiers.csv where no graph has it."""
    code = row["value"]
    if row["uri"]:
        found = data.has(URIRef(row["uri"]))
    elif row["scheme"].startswith("Business ID"):
        found = data.has(business_id(code))
    elif row["scheme"].startswith("WGS84"):
        latitude, longitude = code.split(",")
        found = data.has(Literal(f"POINT({longitude} {latitude})", datatype=GEO.wktLiteral))
    elif row["scheme"].startswith("population"):
        found = data.has(number(code))
    else:
        found = data.has(Literal(code))
    if not found:
        yield f"{row['entity']}: {row['scheme']} {row['uri']}{code}"


def project(data: Data, row: Row) -> Iterator[str]:
    """Yield what is missing of a row of projects.csv: the summaries, which are our own words."""
    thing = ID["project/" + row["slug"]]
    wanted: list[tuple[Node, URIRef, Node]] = [
        (thing, DCTERMS.description, Literal(row["summary_" + language], lang=language))
        for language in ("fi", "en")
    ]
    yield from _not_in(data.curated, wanted)


def source(data: Data, row: Row) -> Iterator[str]:
    """Yield what is missing of a row of sources.csv."""
    document = ID["source/" + row["id"]]
    about = data.named("sources")
    wanted: list[tuple[Node, URIRef, Node]] = [
        (document, SCHEMA.url, URIRef(row["url"])),
        (document, S6.seenOn, Literal(row["seen_on"], datatype=XSD.date)),
    ]
    yield from _not_in(about, wanted)
    if row["title"] and not has_text(about, document, row["title"], DCTERMS.title):
        yield f"{document} {row['title']}"
    if (document, S6.sourceKind, None) not in about:
        yield f"{document} has no kind"
