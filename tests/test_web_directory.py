"""The directory: which identifiers exist, and which codes stand for one."""

import pytest

from sixaika_graph.namespaces import DEF, ID
from sixaika_graph.publication import Publication
from sixaika_graph.web.directory import Directory, aliases_of, read_directory

PLACE, LEAD = f"{ID}place/", f"{DEF}role/lead"
OULU, TURKU, OULU_CITY = f"{PLACE}oulu", f"{PLACE}turku", f"{ID}organisation/oulun-kaupunki"
LABELS = {
    OULU: ("Oulu", "Uleåborg"),
    TURKU: ("Turku", "Åbo"),
    OULU_CITY: ("Oulun kaupunki", "City of Oulu"),
    LEAD: ("lead",),
}


@pytest.fixture
def directory() -> Directory:
    return Directory(labels=LABELS, aliases={}, graphs=frozenset())


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("place/oulo", OULU),
        ("place/uleaborg", OULU),
        ("place/OULU", OULU),
        ("place/turkku", TURKU),
        ("organisation/oulun-kaupunkki", OULU_CITY),
    ],
)
def test_what_comes_near_by_slug_or_label_is_found(
    directory: Directory, asked: str, first: str
) -> None:
    assert directory.similar(f"{ID}{asked}")[0] == first


def test_things_of_the_same_kind_come_first() -> None:
    labels = {f"{ID}project/oulu": (), OULU: ()}
    directory = Directory(labels=labels, aliases={}, graphs=frozenset())

    assert directory.similar(f"{PLACE}ouluu")[0] == OULU
    assert directory.similar(f"{ID}project/ouluu")[0] == f"{ID}project/oulu"


def test_nothing_near_gives_nothing(directory: Directory) -> None:
    assert directory.similar(f"{PLACE}xyzzy-plugh") == []


def rows(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"resource": iri, "code": code} for iri, code in pairs]


def test_a_code_is_an_alias_beside_its_thing() -> None:
    found = aliases_of(rows((OULU, "564"), (LEAD, "L")), LABELS)

    assert found == {f"{PLACE}564": OULU, f"{DEF}role/L": LEAD}


def test_a_code_of_two_things_is_no_alias() -> None:
    assert aliases_of(rows((OULU, "1"), (TURKU, "1")), LABELS) == {}


def test_a_code_may_be_told_twice_of_one_thing() -> None:
    assert list(aliases_of(rows((OULU, "564"), (OULU, "564")), LABELS)) == [f"{PLACE}564"]


def test_a_code_that_is_another_slug_is_no_alias() -> None:
    assert aliases_of(rows((OULU, "turku")), LABELS) == {}


@pytest.mark.parametrize("code", ["", "a/b", "a b", "ä", "%2F", "../x", "http://a/"])
def test_a_code_that_cannot_stand_in_a_path_is_no_alias(code: str) -> None:
    assert aliases_of(rows((OULU, code)), LABELS) == {}


def test_a_thing_that_is_not_served_has_no_alias() -> None:
    assert aliases_of(rows(("https://elsewhere.example/x", "1")), LABELS) == {}


def test_the_real_directory_knows_things_codes_and_graphs(publication: Publication) -> None:
    directory = read_directory(publication)

    assert OULU in directory
    assert directory.aliases[f"{PLACE}564"] == OULU
    assert directory.aliases[f"{ID}organisation/0187690-1"] == OULU_CITY
    assert "https://w3id.org/sixaika/graph/ouka-6aika" in directory.graphs
    assert "https://w3id.org/sixaika/ont" in directory.graphs
    assert not [iri for iri in directory.labels if "#" in iri]
