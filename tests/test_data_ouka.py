"""The City of Oulu's page on 6Aika, fact by fact: what it states is in its named graph, no more."""

import os
import re
from pathlib import Path
from typing import Final

import pytest
from rdflib import Dataset, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, ORG, PROV, RDF, SKOS, XSD
from rdflib.term import Node

from sixaika_graph.dataset import SHAPES, named_graph, read, sources
from sixaika_graph.namespaces import DEF, FRAPO, GEO, GRAPH, ID, M8G, PERSON, S6, SCHEMA, SHAPE
from sixaika_graph.preferred import prefer

ROOT: Final = Path(__file__).parents[1]
SHARED: Final = Path(os.environ.get("SIXAIKA_SHARED", ROOT.parent / "shared"))
STRATEGY: Final = ID["programme/6aika"]
OPERATIONAL_PROGRAMME: Final = ID["programme/kestavaa-kasvua-ja-tyota-2014-2020"]
PAGE_SOURCE: Final = ID["source/ouka-6aika"]
PLATFORMS: Final = ID["project/avoimet-innovaatioalustat"]
OPEN_DATA: Final = ID["project/avoin-data-ja-rajapinnat"]
PARTICIPATION: Final = ID["project/avoin-osallisuus-ja-asiakkuus"]
OULU_PART: Final = ID["subproject/avoimet-innovaatioalustat-oulu"]
OULU: Final = ID["organisation/oulun-kaupunki"]
CITIES: Final = {
    "helsinki": "helsingin",
    "espoo": "espoon",
    "vantaa": "vantaan",
    "tampere": "tampereen",
    "oulu": "oulun",
    "turku": "turun",
}
CITY_ORGANISATIONS: Final = {ID[f"organisation/{name}-kaupunki"] for name in CITIES.values()}
CITY_PLACES: Final = {ID[f"place/{name}"] for name in CITIES}


def concepts(code_list: str, *codes: str) -> set[URIRef]:
    return {DEF[f"{code_list}/{code}"] for code in codes}


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return read(sources(ROOT))


@pytest.fixture(scope="module")
def preferred(dataset: Dataset) -> Graph:
    return prefer(dataset).graph


@pytest.fixture(scope="module")
def page(dataset: Dataset) -> Graph:
    """Return what the City of Oulu's page states."""
    return named_graph(dataset, GRAPH["ouka-6aika"])


@pytest.fixture(scope="module")
def people(dataset: Dataset) -> Graph:
    """Return the persons whom that page names."""
    return named_graph(dataset, GRAPH["people-ouka-6aika"])


def test_the_strategy_has_its_name_period_and_place_in_the_programme(page: Graph) -> None:
    assert {FRAPO.FundingProgramme, S6.Strategy} == set(page.objects(STRATEGY, RDF.type))
    assert set(page.objects(STRATEGY, SCHEMA.name)) == {
        Literal("6Aika – Avoimet ja älykkäät palvelut", "fi")
    }
    assert set(page.objects(STRATEGY, S6.subtitle)) == {
        Literal("Avoimet ja älykkäät palvelut", "fi")
    }
    for programme in (STRATEGY, OPERATIONAL_PROGRAMME):
        assert list(page.objects(programme, SCHEMA.startDate)) == [
            Literal("2014", datatype=XSD.gYear)
        ]
        assert list(page.objects(programme, SCHEMA.endDate)) == [
            Literal("2020", datatype=XSD.gYear)
        ]
    assert set(page.objects(STRATEGY, DCTERMS.isPartOf)) == {OPERATIONAL_PROGRAMME}
    assert set(page.objects(OPERATIONAL_PROGRAMME, SCHEMA.name)) == {
        Literal("Kestävää kasvua ja työtä 2014–2020", "fi")
    }


def test_the_strategy_has_its_aims_and_principles(page: Graph) -> None:
    assert set(page.objects(STRATEGY, S6.aim)) == concepts(
        "aim",
        "new-know-how-business-and-jobs",
        "better-services",
        "competitiveness",
        "wider-participation",
        "service-availability-effectiveness-productivity",
        "readiness-for-change",
    )
    assert set(page.objects(STRATEGY, S6.principle)) == concepts(
        "principle", "community", "openness", "accessibility"
    )


def test_the_strategy_matters_nationally_and_complements_other_projects(page: Graph) -> None:
    reasons = set(page.objects(STRATEGY, S6.significance))
    for language, words in {
        "fi": ("30 %", "kuntarajojen yli", "suurimpien kaupunkiseutujen"),
        "en": ("30 %", "municipal borders", "largest city regions"),
    }.items():
        told = [
            str(one) for one in reasons if isinstance(one, Literal) and one.language == language
        ]
        assert len(told) == 3
        assert all(sum(word in one for one in told) == 1 for word in words)
    complements = list(page.objects(STRATEGY, S6.complementarity))
    assert sorted(str(one.language) for one in complements if isinstance(one, Literal)) == [
        "en",
        "fi",
    ]


def test_six_city_organisations_carry_the_strategy_out(page: Graph) -> None:
    assert set(page.objects(STRATEGY, S6.implementedBy)) == CITY_ORGANISATIONS
    for city in CITY_ORGANISATIONS:
        types = {ORG.FormalOrganization, ORG.Organization, SCHEMA.Organization}
        assert set(page.objects(city, RDF.type)) == types | {M8G.PublicOrganisation}


def test_the_six_cities_hold_30_per_cent_of_the_population(page: Graph) -> None:
    six = ID["place/six-cities"]
    figure = ID["figure/six-cities--share-of-population--ouka-6aika"]
    assert {S6.CityGroup, SCHEMA.AdministrativeArea} == set(page.objects(six, RDF.type))
    assert set(page.objects(six, DCTERMS.hasPart)) == CITY_PLACES
    for place in CITY_PLACES:
        types = {SCHEMA.City, DCTERMS.Location, GEO.Feature, M8G.AdminUnit}
        assert set(page.objects(place, RDF.type)) == types

    assert set(page.predicate_objects(figure)) == {
        (RDF.type, S6.Figure),
        (RDF.type, SCHEMA.PropertyValue),
        (S6.figureOf, six),
        (S6.measures, DEF["measure/share-of-population"]),
        (SCHEMA.value, Literal("30.0", datatype=XSD.decimal)),
        (SCHEMA.unitText, Literal("%")),
        (S6.precision, DEF["precision/exact"]),
        (S6.asStatedOn, Literal("2026-11-24", datatype=XSD.date)),
        (PROV.wasDerivedFrom, PAGE_SOURCE),
    }
    gap = ID["gap/six-cities--share-of-population--date"]
    assert (gap, S6.gapOf, figure) in page
    assert (gap, S6.gapProperty, DCTERMS.date) in page


FOCUS_AREAS: Final = {
    "open-innovation-platforms": ("avoimet innovaatioalustat", 1, PLATFORMS),
    "open-data-and-interfaces": ("avoin data ja rajapinnat", 1, OPEN_DATA),
    "open-participation-and-customership": ("avoin osallisuus", 2, PARTICIPATION),
}


@pytest.mark.parametrize("code", FOCUS_AREAS)
def test_a_focus_area_has_name_definition_examples_and_lead_project(
    page: Graph, preferred: Graph, code: str
) -> None:
    name, examples, project = FOCUS_AREAS[code]
    focus = DEF[f"focus/{code}"]
    assert set(page.objects(STRATEGY, S6.hasFocusArea)) == concepts("focus", *FOCUS_AREAS)
    assert list(page.objects(focus, SCHEMA.name)) == [Literal(name, "fi")]
    for path, count in ((SKOS.definition, 1), (SKOS.example, examples)):
        told = [one for one in page.objects(focus, path) if isinstance(one, Literal)]
        assert sorted(str(one.language) for one in told) == sorted(["fi", "en"] * count)

    assert set(page.subjects(S6.focusArea, focus)) - {OULU_PART} == {project}
    assert list(page.objects(project, S6.programme)) == [STRATEGY]
    assert (project, RDF.type, S6.LeadProject) in preferred
    names = set(preferred.objects(focus, SKOS.prefLabel))
    assert {one.language for one in names if isinstance(one, Literal)} == {"fi", "sv", "en"}


def test_two_of_the_three_lead_projects_had_ended(page: Graph, dataset: Dataset) -> None:
    ended = DEF["status/ended"]
    assert {thing for thing, _ in page.subject_objects(S6.status)} == {OPEN_DATA, PARTICIPATION}
    assert set(page.objects(None, S6.status)) == {ended}
    lead = DEF["project-kind/lead"]
    curated = named_graph(dataset, GRAPH["curated"])
    assert set(page.subjects(S6.projectKind, lead)) == {PLATFORMS}
    assert set(curated.subjects(S6.projectKind, lead)) == {OPEN_DATA, PARTICIPATION}
    for project in (OPEN_DATA, PARTICIPATION):
        assert (project, SKOS.editorialNote, None) in curated


def test_focus_areas_have_their_web_addresses(page: Graph) -> None:
    site = ID["source/oulu-open-data-site"]
    assert list(page.objects(PARTICIPATION, SCHEMA.url)) == [URIRef("http://www.ouka.fi/aoa")]
    assert list(page.objects(DEF["focus/open-data-and-interfaces"], SCHEMA.subjectOf)) == [site]
    assert (site, SCHEMA.name, Literal("Avoin data -sivusto Oulun kaupungilla", "fi")) in page
    assert (site, SCHEMA.url, None) not in page
    assert (ID["gap/oulu-open-data-site--url"], S6.gapOf, site) in page


LISTED: Final = {
    "cohewe": (Literal("CoHeWe - Co-Created Health and Wellbeing", "en"), "https://cohewe.eu/"),
    "game-time": (Literal("GameTime", "fi"), "http://www.pelifarmi.fi/"),
    "hippa": (
        Literal("HIPPA - hyvinvointia ja parempaa palveluasumista digitalisaation avulla", "fi"),
        None,
    ),
    "tulevaisuuden-alykkaat-oppimisymparistot": (
        Literal("Tulevaisuuden oppimisympäristöt", "fi"),
        "http://www.oppimisenuusiaika.fi/",
    ),
}


@pytest.mark.parametrize("slug", LISTED)
def test_a_listed_project_has_oulu_in_a_role_that_is_not_stated(page: Graph, slug: str) -> None:
    name, address = LISTED[slug]
    project = ID[f"project/{slug}"]
    types = {S6.Project, SCHEMA.Project, ORG.OrganizationalCollaboration}
    assert set(page.objects(project, RDF.type)) == types
    assert list(page.objects(project, SCHEMA.name)) == [name]
    assert list(page.objects(project, SCHEMA.url)) == ([URIRef(address)] if address else [])
    assert list(page.objects(project, S6.programme)) == [STRATEGY]

    (participation,) = page.subjects(ORG.organization, project)
    assert set(page.predicate_objects(participation)) == {
        (RDF.type, S6.Participation),
        (RDF.type, ORG.Membership),
        (ORG.organization, project),
        (ORG.member, OULU),
        (ORG.role, DEF["role/participant"]),
        (S6.sixCityRegion, ID["place/oulu"]),
        (PROV.wasDerivedFrom, PAGE_SOURCE),
    }


def test_the_page_names_seven_projects_and_no_more(page: Graph) -> None:
    projects = {ID[f"project/{slug}"] for slug in LISTED} | {PLATFORMS, OPEN_DATA, PARTICIPATION}

    assert set(page.subjects(RDF.type, S6.Project)) == projects
    assert len(set(page.subjects(RDF.type, S6.Participation))) == len(LISTED)


def test_the_platforms_have_an_oulu_sub_project_and_a_national_network(page: Graph) -> None:
    assert set(page.subjects(RDF.type, S6.SubProject)) == {OULU_PART}
    assert (OULU_PART, RDF.type, ORG.OrganizationalCollaboration) in page
    assert (OULU_PART, RDF.type, S6.Project) not in page
    assert list(page.objects(OULU_PART, DCTERMS.isPartOf)) == [PLATFORMS]
    assert set(page.objects(OULU_PART, S6.theme)) == {
        Literal("langaton viestintäteknologia", "fi"),
        Literal("wireless communication technology", "en"),
        Literal("3D/virtuaalikaupunkialusta", "fi"),
        Literal("3D/virtual city platform", "en"),
        Literal("palveluliiketoiminta", "fi"),
        Literal("service business", "en"),
    }
    network = ID["organisation/avoimet-innovaatioalustat-kansallinen-verkosto"]
    assert (network, DCTERMS.isPartOf, PLATFORMS) in page
    assert (network, RDF.type, ORG.Organization) in page


def test_projects_elsewhere_in_oulu_are_a_known_gap(page: Graph) -> None:
    gap = ID["gap/oulu--city-region"]
    told = {language for language in ("fi", "en") for _ in _texts_in(page, gap, language)}

    assert (gap, RDF.type, S6.KnownGap) in page
    assert (gap, S6.gapOf, ID["place/oulu"]) in page
    assert (gap, S6.gapProperty, S6.cityRegion) in page
    assert (gap, S6.gapReason, DEF["gap-reason/not-stated"]) in page
    assert told == {"fi", "en"}


def _texts_in(graph: Graph, thing: Node, language: str) -> list[str]:
    texts = graph.objects(thing, DCTERMS.description)
    return [str(one) for one in texts if isinstance(one, Literal) and one.language == language]


def test_oulu_has_aims_of_its_own(page: Graph) -> None:
    assert set(page.objects(OULU, S6.aim)) == concepts(
        "aim",
        "oulu-international-success-through-digitalisation",
        "oulu-effective-customer-oriented-services",
        "oulu-sustainable-services",
        "oulu-jobs-opportunities-and-vitality",
        "oulu-best-place-for-business-growth",
        "oulu-new-activities-and-competitive-firms",
    )
    assert set(page.objects(OULU, S6.principle)) == concepts(
        "principle", "oulu-working-together-and-expertise"
    )


def test_the_page_has_a_video_a_brochure_and_a_short_address(page: Graph) -> None:
    video = ID["source/video-6aika-smart-cities-work-together"]
    brochure = ID["source/brochure-oulu-your-future-innovation-hub"]
    language = Namespace("http://publications.europa.eu/resource/authority/language/")
    assert set(page.objects(STRATEGY, SCHEMA.subjectOf)) == {video, brochure}
    assert (video, RDF.type, SCHEMA.VideoObject) in page
    assert (video, SCHEMA.name, Literal("6Aika Smart Cities Work Together", "en")) in page
    assert (video, DCTERMS.language, language.ENG) in page
    assert (brochure, SCHEMA.name, Literal("Oulu - Your Future Innovation Hub", "en")) in page
    assert (brochure, SCHEMA.encodingFormat, Literal("application/pdf")) in page
    assert list(page.objects(PAGE_SOURCE, S6.shortAddress)) == [URIRef("http://www.ouka.fi/6aika")]


ASSIGNMENTS: Final = {
    "soile-jokinen--oulun-kaupunki": {
        (ORG.member, ID["person/soile-jokinen"]),
        (ORG.organization, OULU),
        (S6.onBehalfOf, OULU),
        (ORG.role, DEF["role/city-coordinator"]),
        (S6.roleInSource, Literal("kaupunkikoordinaattori", "fi")),
        (S6.titleInSource, Literal("asiantuntija", "fi")),
    },
    "jari-jokisalo--avoimet-innovaatioalustat": {
        (ORG.member, ID["person/jari-jokisalo"]),
        (S6.forProject, PLATFORMS),
        (ORG.organization, ID["organisation/avoimet-innovaatioalustat-kansallinen-verkosto"]),
        (ORG.role, DEF["role/project-manager"]),
        (S6.titleInSource, Literal("hankepäällikkö", "fi")),
    },
    "heikki-huhmo--avoimet-innovaatioalustat-oulu": {
        (ORG.member, ID["person/heikki-huhmo"]),
        (S6.forProject, OULU_PART),
        (ORG.role, DEF["role/project-manager"]),
        (S6.titleInSource, Literal("projektipäällikkö", "fi")),
    },
    "katri-korpela--avoin-data-ja-rajapinnat": {
        (ORG.member, ID["person/katri-korpela"]),
        (S6.forProject, OPEN_DATA),
        (ORG.role, DEF["role/project-manager"]),
        (S6.titleInSource, Literal("projektipäällikkö", "fi")),
        (S6.status, DEF["status/ended"]),
    },
    "krista-piippo--avoin-osallisuus-ja-asiakkuus": {
        (ORG.member, ID["person/krista-piippo"]),
        (S6.forProject, PARTICIPATION),
        (ORG.role, DEF["role/project-manager"]),
        (S6.titleInSource, Literal("projektipäällikkö", "fi")),
        (S6.status, DEF["status/ended"]),
    },
}


@pytest.mark.parametrize("slug", ASSIGNMENTS)
def test_a_person_has_the_role_that_the_page_states(people: Graph, slug: str) -> None:
    assignment = ID[f"assignment/{slug}"]

    assert set(people.predicate_objects(assignment)) == ASSIGNMENTS[slug] | {
        (RDF.type, S6.Assignment),
        (RDF.type, ORG.Membership),
        (PROV.wasDerivedFrom, PAGE_SOURCE),
    }


def test_of_five_persons_the_name_is_held_and_nothing_else(people: Graph) -> None:
    persons = {
        person: {FOAF.name: Literal(name)}
        for person, name in (
            (ID["person/soile-jokinen"], "Soile Jokinen"),
            (ID["person/jari-jokisalo"], "Jari Jokisalo"),
            (ID["person/heikki-huhmo"], "Heikki Huhmo"),
            (ID["person/katri-korpela"], "Katri Korpela"),
            (ID["person/krista-piippo"], "Krista Piippo"),
        )
    }
    assert set(people.subjects(RDF.type, FOAF.Person)) == set(persons)
    assert len(set(people.subjects(RDF.type, S6.Assignment))) == len(persons)
    for person, known in persons.items():
        types = {(RDF.type, kind) for kind in (PERSON.Person, FOAF.Person, SCHEMA.Person)}
        assert set(people.predicate_objects(person)) == types | set(known.items())


def test_the_money_is_one_budget_paid_together(page: Graph) -> None:
    budget = ID["budget/6aika--ouka-6aika"]
    payers = ("european-union", "kuutoskaupungit", "finnish-state")
    assert set(page.subjects(RDF.type, S6.Budget)) == {budget}
    assert set(page.predicate_objects(budget)) == {
        (RDF.type, S6.Budget),
        (RDF.type, FRAPO.Budget),
        (S6.budgetOf, STRATEGY),
        (FRAPO.hasMonetaryValue, Literal("80000000.0", datatype=XSD.decimal)),
        (FRAPO.hasCurrencyCode, Literal("EUR")),
        (S6.amountKind, DEF["amount-kind/total"]),
        (S6.precision, DEF["precision/nearly"]),
        (S6.upperBound, Literal("80000000.0", datatype=XSD.decimal)),
        *((S6.financedBy, ID[f"organisation/{payer}"]) for payer in payers),
        (S6.asStatedOn, Literal("2026-11-24", datatype=XSD.date)),
        (PROV.wasDerivedFrom, PAGE_SOURCE),
    }
    members = page.objects(ID["organisation/kuutoskaupungit"], ORG.hasMember)
    assert set(members) == CITY_ORGANISATIONS


def test_the_social_fund_can_be_applied_for_without_an_amount(page: Graph) -> None:
    fund = ID["fund/esf"]
    assert list(page.objects(STRATEGY, S6.eligibleFund)) == [fund]
    assert set(page.predicate_objects(fund)) == {
        (RDF.type, S6.Fund),
        (SCHEMA.name, Literal("Euroopan sosiaalirahasto", "fi")),
    }


def limits(**values: int) -> set[tuple[Node, Node]]:
    return {(S6[name], Literal(str(value), datatype=XSD.integer)) for name, value in values.items()}


RULES: Final[dict[str, set[tuple[Node, Node]]]] = {
    "two-city-regions": {
        (S6.appliesTo, S6.Project),
        (S6.checkedBy, SHAPE["Project-cityRegions"]),
        *limits(minCityRegions=2),
    },
    "joint-projects": {
        (S6.appliesTo, S6.Project),
        (S6.checkedBy, SHAPE["Project-members"]),
        *limits(minOrganisations=2),
    },
    "eligible-actors": {(S6.appliesTo, S6.Project)},
    "open-calls": {(S6.appliesTo, S6.Project)},
    "lead-project-duration": {
        (S6.appliesTo, S6.LeadProject),
        (S6.checkedBy, SHAPE["LeadProject-duration"]),
        (S6.precision, DEF["precision/exact"]),
        *limits(minMonths=36, maxMonths=36),
    },
    "lead-project-focus-area": {
        (S6.appliesTo, S6.LeadProject),
        (S6.checkedBy, SHAPE["LeadProject-focusArea"]),
    },
    "lead-project-all-cities": {
        (S6.appliesTo, S6.LeadProject),
        (S6.checkedBy, SHAPE["LeadProject-cityRegions"]),
        *limits(minCityRegions=6),
    },
    "lead-projects-first": {(S6.appliesTo, S6.LeadProject)},
    "pilot-duration": {
        (S6.appliesTo, S6.PilotProject),
        (S6.checkedBy, SHAPE["PilotProject-duration"]),
        (S6.precision, DEF["precision/approximate"]),
        *limits(minMonths=6, maxMonths=24),
    },
    "pilot-scope": {(S6.appliesTo, S6.PilotProject)},
}


@pytest.mark.parametrize("slug", RULES)
def test_a_rule_of_the_strategy_is_data(page: Graph, slug: str) -> None:
    rule = ID[f"rule/{slug}"]
    stated = {
        (path, value) for path, value in page.predicate_objects(rule) if path != DCTERMS.description
    }
    assert (STRATEGY, S6.hasRule, rule) in page
    assert stated == RULES[slug] | {(RDF.type, S6.Rule), (PROV.wasDerivedFrom, PAGE_SOURCE)}
    assert [len(_texts_in(page, rule, language)) for language in ("fi", "en")] == [1, 1]


def test_the_strategy_has_these_rules_and_no_more(page: Graph) -> None:
    assert set(page.objects(STRATEGY, S6.hasRule)) == {ID[f"rule/{slug}"] for slug in RULES}
    assert set(page.subjects(RDF.type, S6.Rule)) == {ID[f"rule/{slug}"] for slug in RULES}


def test_a_rule_is_checked_by_a_shape_that_exists(page: Graph, dataset: Dataset) -> None:
    shapes = set(named_graph(dataset, SHAPES).subjects(RDF.type))

    assert set(page.objects(None, S6.checkedBy)) <= shapes


def test_the_page_is_told_in_our_own_words(page: Graph) -> None:
    path = SHARED / "facts" / "source-page-ouka.txt"
    if not path.exists():
        pytest.skip(f"SKIPPED: {path} is missing")
    printed = " ".join(re.findall(r"\w+", path.read_text(encoding="utf-8").lower()))
    names = (SCHEMA.name, SCHEMA.alternateName, S6.subtitle)
    for thing, predicate, value in page:
        if isinstance(value, Literal) and value.language == "fi" and predicate not in names:
            words = re.findall(r"\w+", value.lower())
            runs = (" ".join(words[i : i + 8]) for i in range(len(words) - 7))
            assert not [run for run in runs if run in printed], (thing, predicate, value)
