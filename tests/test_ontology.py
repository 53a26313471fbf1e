"""The ontology and the code lists: every term is explained, defined once, and used."""

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from rdflib import Dataset, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, ORG, OWL, RDF, RDFS, SKOS, VANN
from rdflib.term import Node

from sixaika_graph import turtle
from sixaika_graph.dataset import CODE_LISTS, ONTOLOGY, named_graphs, read, sources
from sixaika_graph.namespaces import BASE, DEF, PREFIXES, S6, SCHEMA, VS
from sixaika_graph.preferred import prefer

ROOT: Final = Path(__file__).parents[1]
TERMS: Final = turtle.read(ROOT / "ontology" / "sixaika.ttl")
CODES: Final = turtle.read(ROOT / "ontology" / "codelists.ttl")


def instances(graph: Graph, *kinds: URIRef) -> list[URIRef]:
    things = {thing for kind in kinds for thing in graph.subjects(RDF.type, kind)}
    return sorted(thing for thing in things if isinstance(thing, URIRef))


CLASSES: Final = instances(TERMS, OWL.Class)
PROPERTIES: Final = instances(TERMS, OWL.ObjectProperty, OWL.DatatypeProperty)
SCHEMES: Final = instances(CODES, SKOS.ConceptScheme)
CONCEPTS: Final = instances(CODES, SKOS.Concept)
DATATYPES: Final = instances(CODES, RDFS.Datatype)
LANGUAGES: Final = ["en", "fi"]
# The code that writes statements of its own.
WRITING: Final = [
    *(ROOT / "sixaika_graph" / "preferred").glob("*.py"),
    ROOT / "sixaika_graph" / "descriptions" / "quality.py",
]


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return read(sources(ROOT))


@pytest.fixture(scope="module")
def preferred(dataset: Dataset) -> Graph:
    return prefer(dataset).graph


def local(iri: Node) -> str:
    return re.split("[/#]", str(iri))[-1]


def languages(graph: Graph, thing: Node, path: URIRef) -> list[str | None]:
    return sorted(
        (text.language for text in graph.objects(thing, path) if isinstance(text, Literal)), key=str
    )


def own_terms_in(text: str) -> set[URIRef]:
    """Return the terms of ours that Turtle or SPARQL text mentions, as prefixed name or IRI."""
    found = re.findall(rf"(?<![\w-])s6:(\w+)|<{S6}(\w+)>", text)
    return {S6[prefixed or full] for prefixed, full in found}


def mentioned() -> set[URIRef]:
    """Return the terms of ours in shapes, in queries, and in the code that writes statements."""
    files = [*(ROOT / "shapes").glob("*.ttl"), *(ROOT / "queries").rglob("*.rq")]
    found = set().union(*(own_terms_in(path.read_text(encoding="utf-8")) for path in files))
    for path in WRITING:
        found |= {S6[name] for name in re.findall(r"\bS6\.(\w+)", path.read_text(encoding="utf-8"))}
    return found


def used_in(graph: Graph) -> set[URIRef]:
    return {
        term
        for subject, predicate, value in graph
        for term in (predicate, value)
        if isinstance(term, URIRef) and term.startswith(str(S6)) and subject != term
    }


# The ontology


def test_the_ontology_says_what_it_is() -> None:
    assert list(TERMS.subjects(RDF.type, OWL.Ontology)) == [ONTOLOGY]
    assert languages(TERMS, ONTOLOGY, DCTERMS.title) == ["en", "fi", "sv"]
    assert languages(TERMS, ONTOLOGY, DCTERMS.description) == LANGUAGES
    assert list(TERMS.objects(ONTOLOGY, VANN.preferredNamespaceUri)) == [Literal(str(S6))]
    assert list(TERMS.objects(ONTOLOGY, VANN.preferredNamespacePrefix)) == [Literal("s6")]
    (version,) = TERMS.objects(ONTOLOGY, OWL.versionInfo)
    assert re.fullmatch(r"\d+\.\d+\.\d+", str(version))
    (licence,) = TERMS.objects(ONTOLOGY, DCTERMS.license)
    assert str(licence).endswith("/authority/licence/CC_BY_4_0")


def test_the_ontology_describes_its_own_terms_and_no_others() -> None:
    assert set(TERMS.subjects()) == {ONTOLOGY, *CLASSES, *PROPERTIES}
    assert all(term.startswith(str(S6)) for term in (*CLASSES, *PROPERTIES))
    assert not set(CLASSES) & set(PROPERTIES)


@pytest.mark.parametrize("term", [*CLASSES, *PROPERTIES], ids=local)
def test_a_term_is_explained_in_two_languages(term: URIRef) -> None:
    assert languages(TERMS, term, RDFS.label) == LANGUAGES
    assert languages(TERMS, term, RDFS.comment) == LANGUAGES
    assert list(TERMS.objects(term, RDFS.isDefinedBy)) == [ONTOLOGY]
    (status,) = TERMS.objects(term, VS.term_status)
    assert str(status) in ("stable", "testing", "archaic")
    for comment in TERMS.objects(term, RDFS.comment):
        assert re.fullmatch(r"[A-ZÅÄÖ].*\.", str(comment)), comment


@pytest.mark.parametrize("term", CLASSES, ids=local)
def test_a_class_has_a_title_as_label_and_a_name_in_camel_case(term: URIRef) -> None:
    assert re.fullmatch("([A-Z][a-z]+)+", local(term))
    for label in TERMS.objects(term, RDFS.label):
        assert str(label)[0].isupper(), label


@pytest.mark.parametrize("term", PROPERTIES, ids=local)
def test_a_property_says_where_it_is_meant_to_be_used(term: URIRef) -> None:
    assert re.fullmatch("[a-z]+([A-Z][a-z]+)*", local(term))
    for label in TERMS.objects(term, RDFS.label):
        assert str(label)[0].islower(), label
    for path in (SCHEMA.domainIncludes, SCHEMA.rangeIncludes):
        assert (term, path, None) in TERMS
    for inferring in (RDFS.domain, RDFS.range):
        assert (term, inferring, None) not in TERMS


def test_a_term_of_ours_that_is_pointed_to_within_the_ontology_is_defined() -> None:
    assert used_in(TERMS) <= {*CLASSES, *PROPERTIES}


def test_a_label_names_one_class_or_property_only() -> None:
    labels = Counter(
        (str(label).casefold(), label.language)
        for label in TERMS.objects(None, RDFS.label)
        if isinstance(label, Literal)
    )

    assert [label for label, count in labels.items() if count > 1] == []


# What the model has and no source states yet. Once one does, its name goes from here.
AWAITED_CONCEPTS: Final = {
    DEF[code]
    for code in (
        "amount-kind/eligible",
        "amount-kind/paid",
        "org-type/publicly-owned-company",
        "role/intermediate-body",
        "role/managing-authority",
        "status/ongoing",
        "status/proposed",
    )
}


def test_every_term_in_use_is_defined(dataset: Dataset) -> None:
    in_data = set().union(*(used_in(graph) for graph in named_graphs(dataset)))

    assert in_data | mentioned() <= {*CLASSES, *PROPERTIES}


def test_every_defined_term_is_in_use(preferred: Graph) -> None:
    data = Graph()
    data += preferred
    data -= TERMS

    assert {*CLASSES, *PROPERTIES} - used_in(data) - mentioned() == set()


# The code lists


def test_the_code_lists_hold_schemes_concepts_and_datatypes_only() -> None:
    assert set(CODES.subjects()) == {*SCHEMES, *CONCEPTS, *DATATYPES}
    for datatype in DATATYPES:
        assert str(datatype).startswith(DEF["datatype/"])
        assert languages(CODES, datatype, RDFS.label) == [*LANGUAGES, "sv"]
        assert languages(CODES, datatype, RDFS.comment) == LANGUAGES


@pytest.mark.parametrize("scheme", SCHEMES, ids=local)
def test_a_scheme_has_a_name_and_lists_its_top_concepts(scheme: URIRef) -> None:
    assert scheme == DEF[local(scheme)]
    assert PREFIXES[local(scheme)] == f"{scheme}/"
    assert languages(CODES, scheme, SKOS.prefLabel) == [*LANGUAGES, "sv"]
    members = set(CODES.subjects(SKOS.inScheme, scheme))
    assert members
    assert set(CODES.objects(scheme, SKOS.hasTopConcept)) == members
    assert set(CODES.subjects(SKOS.topConceptOf, scheme)) == members


@pytest.mark.parametrize("scheme", SCHEMES, ids=local)
def test_a_notation_and_a_name_stand_once_in_a_scheme(scheme: URIRef) -> None:
    members = set(CODES.subjects(SKOS.inScheme, scheme))
    for path in (SKOS.notation, SKOS.prefLabel):
        values = sorted(value.n3() for one in members for value in CODES.objects(one, path))
        assert not [value for value, after in pairwise(values) if value == after]


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda iri: str(iri)[len(DEF) :])
def test_a_concept_is_in_one_scheme_and_explained(concept: URIRef, preferred: Graph) -> None:
    (scheme,) = CODES.objects(concept, SKOS.inScheme)
    (notation,) = CODES.objects(concept, SKOS.notation)

    assert scheme in SCHEMES
    assert str(concept) == f"{scheme}/{notation}"
    # A concept of a source has a Swedish name where a source gives one; one of ours always has.
    # The kinds of projects are the strategy's own words, as the table of names has them.
    is_ours = (concept, DCTERMS.source, None) not in CODES and local(scheme) != "project-kind"
    named = set(languages(CODES, concept, SKOS.prefLabel))
    assert named == {*LANGUAGES, "sv"} if is_ours else named - {"sv"} == set(LANGUAGES)
    assert languages(preferred, concept, SKOS.prefLabel) == languages(
        CODES, concept, SKOS.prefLabel
    )
    assert languages(preferred, concept, SKOS.definition) == LANGUAGES
    assert ((concept, RDF.type, ORG.Role) in CODES) == (local(scheme) == "role")


def test_kinds_of_source_are_in_an_order() -> None:
    kinds = set(CODES.subjects(SKOS.inScheme, DEF["source-kind"]))

    assert all((kind, S6.precedence, None) in CODES for kind in kinds)


def test_every_concept_in_use_is_defined(dataset: Dataset) -> None:
    used = {
        term
        for graph in named_graphs(dataset)
        if graph.identifier != CODE_LISTS
        for term in graph.objects()
        if isinstance(term, URIRef) and term.startswith(str(DEF))
    }

    assert used <= {*SCHEMES, *CONCEPTS, *DATATYPES}


def test_every_concept_is_in_use(dataset: Dataset) -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in WRITING)
    written = set(re.findall(r'"([a-z-]+/[a-z-]+)"', code))
    # A count is named by its metric, of which some are put together from a language.
    written |= {f"metric/{name}" for name in re.findall(r'"([a-z-]+)"', code)}
    written |= {f"metric/label-{language}" for language in ("fi", "sv", "en")}
    used = {
        term
        for graph in named_graphs(dataset)
        if graph.identifier != CODE_LISTS
        for term in graph.objects()
    }
    unused = {
        concept
        for concept in CONCEPTS
        if concept not in used and str(concept)[len(DEF) :] not in written
    }

    assert unused == AWAITED_CONCEPTS


def test_a_datatype_in_use_is_defined(dataset: Dataset) -> None:
    used = {
        value.datatype
        for graph in named_graphs(dataset)
        for value in graph.objects()
        if isinstance(value, Literal) and value.datatype and value.datatype.startswith(BASE)
    }

    assert used == set(DATATYPES)
