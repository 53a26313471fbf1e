"""The search index: what a text finds, in which order, and that nothing in a text breaks it."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixaika_graph.index import LONGEST, Entry, Index, Name
from sixaika_graph.index.matching import similarity

CITY: Final = "https://schema.org/City"
BODY: Final = "https://schema.org/Organization"


def entry(slug: str, *names: str, kind: str = BODY, links: int = 0, about: str = "") -> Entry:
    """Make an entry: `fi:Oulu` is a label, `=564` a code, `~Uleåborg` another name."""
    made = []
    for text in names:
        if text.startswith("="):
            made.append(Name(text[1:], "", "code"))
        elif text.startswith("~"):
            made.append(Name(text[1:], "", "other"))
        else:
            tag, _, label = text.partition(":")
            made.append(Name(label, tag, "label"))
    made += [Name(about, "en", "about")] if about else []
    return Entry(f"https://example.org/{slug}", (kind,), tuple(made), links, int(slug == "gap"))


ENTRIES: Final = [
    entry("oulu", "fi:Oulu", "sv:Uleåborg", "=564", kind=CITY, links=50),
    entry("abo", "fi:Turku", "sv:Åbo", "=853", kind=CITY, links=40),
    entry("abos", "fi:Abo Oy"),
    entry("city", "fi:Oulun kaupunki", "en:City of Oulu", "=0187690-1", links=30),
    entry("university", "fi:Oulun yliopisto", "en:University of Oulu", links=9),
    entry("gap", "fi:Oulu", "en:What is not known of Oulu", links=99),
    entry("cohewe", "en:CoHeWe - Co-Created Health and Wellbeing", "~CHW", "=A70202"),
    entry("other", "en:A project", "=A70203", about="Health services that start in Oulu."),
    entry("jkl", "fi:Jyväskylä", kind=CITY),
]


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(ENTRIES)


def found(index: Index, text: str, **options: object) -> list[tuple[str, str]]:
    """Return the last part of what is found, and how it fits."""
    hits = index.search(text, **options)  # type: ignore[arg-type]
    return [(hit.entry.iri.rpartition("/")[2], hit.kind) for hit in hits]


@pytest.mark.parametrize(
    ("text", "slug", "kind", "name"),
    [
        ("Oulu", "oulu", "exact", "Oulu"),
        ("  oULU ", "oulu", "exact", "Oulu"),
        ("uleaborg", "oulu", "exact", "Uleåborg"),
        ("Uleåborg", "oulu", "exact", "Uleåborg"),
        ("ULEÅBORG", "oulu", "exact", "Uleåborg"),
        (unicodedata.normalize("NFD", "Uleåborg"), "oulu", "exact", "Uleåborg"),
        ("ule", "oulu", "prefix", "Uleåborg"),
        ("u", "oulu", "prefix", "Uleåborg"),
        ("564", "oulu", "exact", "564"),
        ("0187690-1", "city", "exact", "0187690-1"),
        ("01876", "city", "prefix", "0187690-1"),
        ("a70202", "cohewe", "exact", "A70202"),
        ("chw", "cohewe", "exact", "CHW"),
        ("co created health", "cohewe", "word", "CoHeWe - Co-Created Health and Wellbeing"),
        ("cohewe co-created", "cohewe", "prefix", "CoHeWe - Co-Created Health and Wellbeing"),
        ("yliopisto oulun", "university", "word", "Oulun yliopisto"),
        ("services health", "other", "about", "Health services that start in Oulu."),
        ("jyvaskyla", "jkl", "exact", "Jyväskylä"),
        ("jyväskyla", "jkl", "exact", "Jyväskylä"),
        ("jyvaskla", "jkl", "fuzzy", "Jyväskylä"),
        ("jyvaksyla", "jkl", "fuzzy", "Jyväskylä"),
        ("universty of oulu", "university", "fuzzy", "University of Oulu"),
        ("univrsi", "university", "fuzzy", "University of Oulu"),
    ],
)
def test_a_text_finds_first_what_it_fits_best(
    index: Index, text: str, slug: str, kind: str, name: str
) -> None:
    first = index.search(text).hits[0]

    assert (first.entry.iri.rpartition("/")[2], first.kind, first.name.text) == (slug, kind, name)


def test_exact_comes_before_prefix_before_word_before_description(index: Index) -> None:
    """A lower rank comes first among those that fit as well; links decide among equals."""
    assert found(index, "oulu") == [
        ("oulu", "exact"),
        ("gap", "exact"),
        ("city", "prefix"),
        ("university", "prefix"),
        ("other", "about"),
    ]
    scores = [hit.score for hit in index.search("oulu")]
    assert scores == sorted(scores, reverse=True)
    assert 0 < min(scores) <= max(scores) == 1


def test_the_right_diacritics_come_first(index: Index) -> None:
    assert [slug for slug, _ in found(index, "åbo")] == ["abo", "abos"]
    assert [slug for slug, _ in found(index, "abo")] == ["abo", "abos"]
    other = Index([*ENTRIES, entry("plain", "fi:Abo", links=0)])
    assert [slug for slug, _ in found(other, "Åbo")] == ["abo", "plain", "abos"]


@pytest.mark.parametrize("text", ["A70201", "565", "0187690-2"])
def test_a_code_is_never_guessed(index: Index, text: str) -> None:
    assert found(index, text) == []


@pytest.mark.parametrize("text", ["", "   "])
def test_no_text_fits_everything(index: Index, text: str) -> None:
    hits = index.search(text)

    assert hits.total == len(index) == len(ENTRIES)
    assert {hit.kind for hit in hits} == {"all"}
    assert hits.hits[-1].entry.rank == 1


def test_types_leave_out_the_rest(index: Index) -> None:
    assert found(index, "oulu", types=[CITY]) == [("oulu", "exact")]
    assert found(index, "oulu", types=["https://example.org/none"]) == []
    assert index.search("", types=[CITY, BODY]).total == len(ENTRIES)


def test_pages_of_an_answer_are_the_answer(index: Index) -> None:
    """Whatever the pages, the order and the total are the same."""
    whole = [hit.entry for hit in index.search("o", limit=100)]
    for size in (1, 2, 3):
        pages = [index.search("o", limit=size, offset=start) for start in range(0, 12, size)]
        assert [hit.entry for page in pages for hit in page] == whole
        assert {page.total for page in pages} == {len(whole)}


def test_the_same_entries_give_the_same_order() -> None:
    again = Index(reversed(ENTRIES))
    for text in ("oulu", "o", "", "health"):
        assert found(again, text) == found(Index(ENTRIES), text)


def test_an_index_of_nothing_finds_nothing() -> None:
    assert Index([]).search("oulu").total == 0
    assert Index([]).search("").hits == ()
    assert Index([]).candidates("oulu") == []


def test_names_are_looked_up_whatever_their_case(index: Index) -> None:
    assert [one.iri[-4:] for one in index.named("OULU")] == ["oulu", "/gap"]
    assert index.named("oul") == ()
    assert index.named("uleaborg") == ()


def test_candidates_need_not_have_every_word(index: Index) -> None:
    near = index.candidates("University of Oulu, Faculty of Medicine")

    assert near[0].iri.endswith("university")
    assert index.candidates("...") == []
    assert all(one.types == (CITY,) for one in index.candidates("Oulu", types=[CITY]))


def test_similarity_is_full_for_the_same_name_only() -> None:
    assert similarity("City of Oulu", "city of  OULU") == 100
    assert 90 < similarity("Oulu, City of", "City of Oulu") < 100
    assert 90 < similarity("Jyvaskyla", "Jyväskylä") < 100
    assert similarity("Oulu", "Helsinki") < 40


@given(st.text(max_size=LONGEST + 50))
def test_any_text_is_answered(text: str) -> None:
    """Lone surrogates, controls, thousands of words: there is an answer, and it is whole."""
    index = Index(ENTRIES)
    hits = index.search(text, limit=3)

    assert len(hits.hits) == min(3, hits.total)
    assert len(index.candidates(text)) <= len(ENTRIES)
    assert 0 <= similarity(text, "Oulu") <= 100


@given(st.sampled_from(ENTRIES), st.data())
def test_every_name_is_found_by_itself_and_by_each_beginning(
    one: Entry, data: st.DataObject
) -> None:
    index = Index(ENTRIES)
    name = data.draw(st.sampled_from(one.names))
    start = name.text[: data.draw(st.integers(1, len(name.text)))]
    hits = {hit.entry.iri: hit.kind for hit in index.search(name.text, limit=50)}
    begun = {hit.entry.iri for hit in index.search(start, limit=50)}

    assert one.iri in hits
    assert hits[one.iri] == "exact" or name.role == "about"
    assert one.iri in begun or name.role == "about"


@given(st.text(alphabet="ouluabcdehty ", max_size=9))
def test_within_a_kind_the_order_is_that_of_the_entries(text: str) -> None:
    """Nothing but the kind of fit, the rank and the links decide, where diacritics do not."""
    index = Index(ENTRIES)
    hits = index.search(text, limit=50).hits
    places = [(-hit.score, index.entries.index(hit.entry)) for hit in hits]

    assert places == sorted(places)


def test_many_threads_search_at_once(index: Index) -> None:
    texts = ["oulu", "abo", "health", "jyvaskla"] * 50
    expected = [found(index, text) for text in texts]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: found(index, text), texts)) == expected
