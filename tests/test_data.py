"""The real data: every file is sound, and what it links to was verified."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from rdflib import BNode, Dataset, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SKOS, VANN, VOID, XSD
from rdflib.term import Node
from tables import table

from sixaika_graph import turtle
from sixaika_graph.dataset import named_graph, named_graphs, read, sources
from sixaika_graph.namespaces import (
    BASE,
    DEF,
    FRAPO,
    GEO,
    GRAPH,
    ID,
    PREFIXES,
    S6,
    SCHEMA,
    SD,
    SHAPE,
    VS,
)
from sixaika_graph.preferred import prefer

ROOT: Final = Path(__file__).parents[1]
DATA_FILES: Final = sorted((ROOT / "data" / "turtle").glob("*.ttl"))
FILES: Final = [*DATA_FILES, *sorted((ROOT / "ontology").glob("*.ttl"))]
SOURCES: Final = GRAPH["sources"]
PUBLISHER: Final = ID["organisation/sixaika-knowledge-graph"]


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return read(sources(ROOT))


@pytest.fixture(scope="module")
def preferred(dataset: Dataset) -> Graph:
    return prefer(dataset).graph


def own(graph: Graph) -> set[URIRef]:
    """Return all IRIs of ours in a graph."""
    terms = {term for triple in graph for term in triple}
    return {term for term in terms if isinstance(term, URIRef) and term.startswith(BASE)}


# Every file


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_is_in_house_form(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert turtle.format_turtle(text, path) == text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_prefix_is_the_one_of_the_repository(path: Path) -> None:
    declared = re.findall(r"^PREFIX (\S*): <(.*)>$", path.read_text(encoding="utf-8"), re.MULTILINE)

    assert declared
    assert {prefix: PREFIXES.get(prefix) for prefix, _ in declared} == dict(declared)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_head_names_the_named_graph(path: Path) -> None:
    stems = {"sixaika": BASE + "ont", "codelists": GRAPH["codelists"]}
    name = GRAPH[path.stem] if path in DATA_FILES else stems[path.stem]

    assert f"# Named graph: {name}\n" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_is_anonymous(path: Path) -> None:
    assert not [term for triple in turtle.read(path) for term in triple if isinstance(term, BNode)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_is_owl_same_as_anything(path: Path) -> None:
    assert (None, OWL.sameAs, None) not in turtle.read(path)


# Text in no language: codes, symbols and the names of persons.
UNTAGGED: Final = {
    DCTERMS.identifier,
    FOAF.name,
    FRAPO.hasCurrencyCode,
    OWL.versionInfo,
    S6.acronym,
    SCHEMA.encodingFormat,
    SCHEMA.temporalCoverage,
    SCHEMA.unitText,
    SKOS.notation,
    VANN.preferredNamespacePrefix,
    VANN.preferredNamespaceUri,
    VS.term_status,
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_text_is_tagged_trimmed_and_composed(path: Path) -> None:
    for subject, predicate, value in turtle.read(path):
        if not isinstance(value, Literal):
            continue
        text = str(value)
        if value.language is None and value.datatype in (None, XSD.string):
            assert predicate in UNTAGGED, (subject, predicate, text)
        assert value.language in (None, "fi", "sv", "en"), (subject, predicate, text)
        assert unicodedata.normalize("NFC", text) == text, (subject, predicate, text)
        assert text.strip() == text != "", (subject, predicate, text)
        assert "  " not in text, (subject, predicate, text)
        odd = [one for one in text if unicodedata.category(one) in ("Cc", "Cf", "Co", "Cn")]
        assert not odd, (subject, predicate, text)
        assert not re.search("\N{REPLACEMENT CHARACTER}|Ã.|â€", text), (subject, predicate, text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_numbers_and_dates_are_canonical(path: Path) -> None:
    forms = {
        XSD.decimal: r"-?(0|[1-9]\d*)\.(0|\d*[1-9])",
        XSD.integer: r"-?(0|[1-9]\d*)",
        XSD.date: r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
        XSD.gYearMonth: r"\d{4}-(0[1-9]|1[0-2])",
        XSD.gYear: r"\d{4}",
        XSD.boolean: "true|false",
        XSD.string: ".*",
        RDF.langString: ".*",
        GEO.wktLiteral: r"POINT\(\d+\.\d+ \d+\.\d+\)",
        DEF["datatype/y-tunnus"]: r"\d{7}-\d",
    }
    for _, predicate, value in turtle.read(path):
        if isinstance(value, Literal):
            datatype = value.datatype or (RDF.langString if value.language else XSD.string)
            assert re.fullmatch(forms[datatype], str(value), re.DOTALL), (predicate, value)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_an_iri_of_ours_is_a_plain_slug(path: Path) -> None:
    slug = "[a-z0-9]+(-{1,2}[a-z0-9]+)*"
    form = re.compile(
        rf"{BASE}(ont(/\d+\.\d+\.\d+)?|shapes|ont#[A-Za-z]+|shapes#[A-Za-z-]+"
        rf"|graph/{slug}|id/{slug}/{slug}(#[a-z]+)?|def/{slug}(/{slug})?)"
    )

    assert not [iri for iri in own(turtle.read(path)) if not form.fullmatch(iri)]


@pytest.mark.parametrize("path", DATA_FILES, ids=lambda path: path.name)
def test_a_preferred_name_is_the_curators_word(path: Path) -> None:
    if path.stem != "curated":
        graph = turtle.read(path)
        for name in (RDFS.label, SKOS.prefLabel, SKOS.altLabel):
            assert (None, name, None) not in graph


# The dataset as a whole


def test_every_link_within_leads_somewhere(dataset: Dataset) -> None:
    merged = {triple for graph in named_graphs(dataset) for triple in graph}
    described = {subject for subject, _, _ in merged}
    linked = {value for _, _, value in merged if isinstance(value, URIRef)}
    inside = {iri for iri in linked if iri.startswith(BASE) and not iri.startswith(str(SHAPE))}

    versions = {
        value for graph in named_graphs(dataset) for value in graph.objects(None, OWL.versionIRI)
    }
    derived = {iri for iri in inside if iri.startswith(GRAPH["derived/"])}
    assert inside - described - derived - versions == set()


def test_every_named_graph_has_a_source_that_was_seen(dataset: Dataset) -> None:
    about = named_graph(dataset, SOURCES)
    ours = {URIRef(BASE + "ont"), *about.subjects(DCTERMS.publisher, PUBLISHER)}
    assert {GRAPH[name] for name in ("curated", "sources", "dataset", "codelists")} <= ours
    for graph in named_graphs(dataset):
        name = graph.identifier
        assert {SD.NamedGraph, VOID.Dataset} <= set(about.objects(name, RDF.type)), name
        documents = set(about.objects(name, PROV.hadPrimarySource))
        assert len(documents) == (0 if name in ours else 1), name
        for document in documents:
            assert isinstance(about.value(document, SCHEMA.url), URIRef), document
            seen = about.value(document, S6.seenOn)
            assert isinstance(seen, Literal), document
            assert seen.datatype == XSD.date, document


def test_every_source_is_described_as_a_document(dataset: Dataset) -> None:
    about = named_graph(dataset, SOURCES)
    documents = set(about.objects(None, PROV.hadPrimarySource))

    assert documents == set(about.subjects(S6.sourceKind))
    for document in documents:
        types = set(about.objects(document, RDF.type))
        assert {PROV.Entity, FOAF.Document, SCHEMA.DigitalDocument} <= types, document
        for required in (DCTERMS.title, DCTERMS.publisher, DCTERMS.language):
            assert (document, required, None) in about, (document, required)
        rights = set(about.objects(document, DCTERMS.rights))
        assert {text.language for text in rights if isinstance(text, Literal)} == {"fi", "en"}


def test_every_authority_is_named_in_the_rights_and_the_readme(
    dataset: Dataset, preferred: Graph
) -> None:
    about = named_graph(dataset, SOURCES)
    publishers = {
        str(name)
        for document in about.subjects(S6.sourceKind, DEF["source-kind/authority-file"])
        for publisher in about.objects(document, DCTERMS.publisher)
        for name in preferred.objects(publisher, SKOS.prefLabel)
        if isinstance(name, Literal) and name.language == "en"
    }
    rights = " ".join(
        str(text) for text in preferred.objects(ID["dataset/sixaika"], DCTERMS.rights)
    )
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert len(publishers) > 5
    assert [name for name in publishers if name not in rights or name not in readme] == []


def test_every_n_ary_node_names_its_source(dataset: Dataset, preferred: Graph) -> None:
    documents = set(named_graph(dataset, SOURCES).subjects(S6.sourceKind))
    kinds = (S6.Participation, S6.Assignment, S6.Budget, S6.Figure, S6.Rule, S6.KnownGap)
    for kind in kinds:
        nodes = set(preferred.subjects(RDF.type, kind))
        assert nodes, kind
        for node in nodes:
            derived = set(preferred.objects(node, PROV.wasDerivedFrom))
            assert derived, node
            assert derived <= documents, node


# Authority files against the tables


def names_of(graph: Graph, thing: Node) -> set[str]:
    paths = (SKOS.prefLabel, SKOS.altLabel, SCHEMA.name)
    return {str(name) for path in paths for name in graph.objects(thing, path)}


def external_links(graph: Graph) -> Iterator[tuple[Node, str]]:
    for link in (SCHEMA.sameAs, SKOS.closeMatch, SKOS.relatedMatch):
        for thing, target in graph.subject_objects(link):
            if isinstance(thing, URIRef) and not thing.startswith(str(S6)):
                yield thing, str(target)


def test_a_link_outwards_is_one_that_was_verified(preferred: Graph) -> None:
    rows = [row for row in table("identifiers") if row["confidence"] in ("A", "B")]
    entities = defaultdict(set)
    for row in rows:
        entities[row["uri"]].add(re.sub(r" \(.*\)$", "", row["entity"]))
    kohesio = {re.sub(r".*/(Q\d+)$", r"\1", row["url"]) for row in table("sources")}
    links = list(external_links(preferred))

    assert len(links) > 50
    for thing, target in links:
        if target.startswith("https://linkedopendata.eu/entity/"):
            assert target.rpartition("/")[2] in kohesio, target  # the page of that item was read
            continue
        about = entities[target]
        theme = all(entity.startswith("theme: ") for entity in about)
        assert about, f"{target} is not in identifiers.csv with confidence A or B"
        assert theme or about & names_of(preferred, thing), (thing, target, about)


def test_every_verified_link_of_our_places_and_funds_is_there(preferred: Graph) -> None:
    kinds = (SCHEMA.City, SCHEMA.AdministrativeArea, SCHEMA.Country, S6.Fund)
    things = {thing for kind in kinds for thing in preferred.subjects(RDF.type, kind)}
    names = {name for thing in things for name in names_of(preferred, thing)}
    expected = {
        row["uri"]
        for row in table("identifiers")
        if row["uri"]
        and row["confidence"] in ("A", "B")
        and re.sub(r" \((place|region)\)$", "", row["entity"]) in names
    }

    assert expected
    assert expected <= {target for _, target in external_links(preferred)}


def test_codes_and_points_are_those_of_the_tables(preferred: Graph) -> None:
    def one(thing: Node | None, path: URIRef) -> str:
        assert thing is not None
        (value,) = preferred.objects(thing, path)
        return str(value)

    rows = [row for row in table("identifiers") if row["confidence"] in ("A", "B")]
    checked = 0
    for row in rows:
        name = re.sub(r" \(.*\)$", "", row["entity"])
        place = ID[f"place/{name.lower()}"]
        if row["scheme"] in ("Statistics Finland municipality code", "maakunta code"):
            assert one(place, DCTERMS.identifier) == row["value"]
        elif row["scheme"].startswith("WGS84 point"):
            latitude, longitude = row["value"].split(",")
            geometry = preferred.value(place, GEO.hasDefaultGeometry)
            assert (geometry, RDF.type, GEO.Geometry) in preferred
            assert one(geometry, GEO.asWKT) == f"POINT({longitude} {latitude})"
        elif row["scheme"].startswith("Business ID") and name.endswith(" kaupunki"):
            organisation = ID[f"organisation/{name.lower().replace(' ', '-')}"]
            assert one(organisation, ORG.identifier) == row["value"]
        else:
            continue
        checked += 1
    assert checked == 6 + 4 + 6 + 6


# Where names.csv has one of two spellings, the data follows the other, that of espoo.fi.
OTHER_SPELLING: Final = {"öppna data och gränssnitt": "öppen data och gränssnitt"}


def test_official_names_are_those_of_the_tables(preferred: Graph) -> None:
    kinds = {"city (place)", "city (organisation)", "region (maakunta)", "country", "fund"}
    kinds |= {"union", "programme", "strategy", "group", "focus area"}
    known = defaultdict(set)
    for thing, name in preferred.subject_objects(SKOS.prefLabel):
        if isinstance(name, Literal):
            known[thing].add((str(name), name.language))
    rows = [row for row in table("names") if row["kind"] in kinds]

    assert len(rows) > 20
    for row in rows:
        names = {
            (OTHER_SPELLING.get(row[language], row[language]), language)
            for language in ("fi", "sv", "en")
            if row[language]
        }
        assert [thing for thing, held in known.items() if names <= held], row["entity"]
