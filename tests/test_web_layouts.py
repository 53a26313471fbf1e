"""Layouts: what the pages of projects, cities, organisations, funds and people show first."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import pytest
from flask.testing import FlaskClient
from markup import Page
from rdflib import Literal

from sixaika_graph import web
from sixaika_graph.engine import QueryRequest
from sixaika_graph.engine.pool import Limits, LocalEngine
from sixaika_graph.namespaces import BASE, PREFIXES
from sixaika_graph.publication import Publication
from sixaika_graph.web import create_app
from sixaika_graph.web.layout import LAYOUTS
from sixaika_graph.web.locator import HEIGHT, WIDTH, locate
from sixaika_graph.web.service import directory
from sixaika_graph.web.timeline import SCALE, Period, Timeline

BROWSER: Final = {"Accept": "text/html"}
TEMPLATES: Final = Path(web.__file__).parent / "templates"
MANY: Final = 70
BUSY: Final = f"{BASE}id/fund/busy"


def shown(client: FlaskClient, address: str) -> Page:
    response = client.get(address, headers=BROWSER)
    assert response.status_code == 200, address
    return Page(response.text)


def directory_of(client: FlaskClient) -> list[str]:
    """Return the IRIs of the things that have pages."""
    with client.application.app_context():
        return sorted(directory().labels)


def listed(publication: Publication, variable: str, pattern: str) -> set[str]:
    """Return the pages of what a pattern finds."""
    text = f"PREFIX org: <{PREFIXES['org']}> PREFIX s6: <{PREFIXES['s6']}>\n"
    text += f"PREFIX id: <{PREFIXES['id']}> SELECT DISTINCT ?{variable} {{ {pattern} }}"
    answer = publication.engine.query(QueryRequest(text=text, results_type="text/csv")).read()
    return {
        f"/page/{iri.removeprefix(BASE).removeprefix('id/')}?lang=en"
        for iri in answer.decode().split()[1:]
    }


def section(text: str, name: str) -> str:
    """Return the section of a page that is labelled by a heading."""
    found = re.search(rf'<section aria-labelledby="{name}">.*?</section>', text, re.DOTALL)
    assert found, name
    return found[0]


def test_every_layout_is_a_template_and_a_query(publication: Publication) -> None:
    names = {layout.name for layout in LAYOUTS}

    assert names == {path.stem[7:] for path in TEMPLATES.glob("layout-*.html")}
    assert names == {name[7:] for name in publication.site if name.startswith("layout-")}


def test_a_project_shows_its_name_in_three_languages_or_that_it_has_none(
    client: FlaskClient,
) -> None:
    names = section(client.get("/page/project/circhubs?lang=en", headers=BROWSER).text, "names")

    assert '<span lang="en">CircHubs - Future Circular Economy Hubs in Finland</span>' in names
    assert '<span lang="fi">CircHubs – Tulevaisuuden kiertotalouskeskukset</span>' in names
    assert names.count("no source gives one") == 1
    assert names.count('class="mark"') >= 2


def test_a_project_shows_its_period_as_a_bar_within_the_programme(client: FlaskClient) -> None:
    period = section(client.get("/page/project/circhubs?lang=en", headers=BROWSER).text, "period")
    bars = re.findall(r'class="(\w+)[^"]*" x="(\d+)"[^>]* width="(\d+)"', period)
    # Nine years, 2014 to 2022: the programme has the first seven of them.
    own = next(bar for bar in bars if bar[0] == "own")

    assert "1 May 2017 – 30 September 2019" in period
    assert ("programme", "0", "778") in bars
    assert int(own[1]) == round(SCALE * (3 + 120 / 364) / 9)
    assert int(own[1]) + int(own[2]) == round(SCALE * (5 + 273 / 364) / 9)
    assert 'href="/page/project/circhubs-2?lang=en"' in period


def test_a_project_shows_its_partners_by_role_with_their_city(
    client: FlaskClient, publication: Publication
) -> None:
    text = client.get("/page/project/circhubs?lang=en", headers=BROWSER).text
    partners = section(text, "partners")
    lead, _, others = partners.partition("participant (role not stated)")
    pattern = "?node org:organization id:project\\/circhubs ; org:member ?member ."

    assert listed(publication, "member", pattern) <= {one[0] for one in Page(partners).links}
    assert "Business Tampere" in lead
    assert "Turku University of Applied Sciences" in others
    assert re.search(r"/place/turku[^>]*>Turku</a></td>\s*<td><a[^>]*>Turku University", others)
    # The table of nodes does not tell the same a second time.
    assert "Role in the source" not in text


def test_a_project_leads_to_what_it_continues_and_what_continues_it(client: FlaskClient) -> None:
    first = client.get("/page/project/circhubs?lang=en", headers=BROWSER).text
    second = client.get("/page/project/circhubs-2?lang=en", headers=BROWSER).text
    whole = client.get("/page/project/avoimet-innovaatioalustat?lang=en", headers=BROWSER).text

    assert "/page/project/circhubs-2" in section(first, "after")
    assert "/page/project/circhubs?" in section(second, "before")
    assert "/page/subproject/avoimet-innovaatioalustat-oulu" in section(whole, "sub")


def test_money_of_a_project_has_its_kind_and_its_precision(client: FlaskClient) -> None:
    text = client.get("/page/project/avoimet-innovaatioalustat?lang=en", headers=BROWSER).text
    money = re.search(r"<caption>Money.*?</table>", text, re.DOTALL)

    assert money
    assert re.search(r"€[\d,]+", money[0])
    assert "/page/def/amount-kind/" in money[0]


@pytest.mark.parametrize("city", ["oulu", "helsinki"])
def test_a_city_shows_all_its_projects_and_organisations(
    client: FlaskClient, publication: Publication, city: str
) -> None:
    text = client.get(f"/page/place/{city}?lang=en", headers=BROWSER).text
    projects = listed(publication, "one", f"?one s6:cityRegion id:place\\/{city}")
    organisations = listed(
        publication, "one", f"?one s6:sixCityRegion id:place\\/{city} ; a org:Organization"
    )

    assert projects
    assert organisations
    assert projects <= {one[0] for one in Page(section(text, "projects")).links}
    assert organisations == {
        one[0] for one in Page(section(text, "organisations")).links if one[0].startswith("/page/")
    }


def test_a_city_stands_on_the_map_where_it_is(client: FlaskClient) -> None:
    def places(city: str) -> list[tuple[str, float, float]]:
        text = client.get(f"/page/place/{city}?lang=en", headers=BROWSER).text
        found = re.findall(r'<circle class="(\w+)" cx="([\d.]+)" cy="([\d.]+)"', text)
        assert f'aria-label="{city.capitalize()} on a map of Finland"' in text
        return [(name, float(x), float(y)) for name, x, y in found]

    oulu, turku = places("oulu"), places("turku")

    assert len(oulu) == len(turku) == 6
    assert [name for name, *_ in oulu].count("here") == 1
    assert min(oulu, key=lambda spot: spot[2])[0] == "here"  # Oulu is the northernmost
    assert min(turku, key=lambda spot: spot[1])[0] == "here"  # and Turku the westernmost
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for _, x, y in oulu)


@pytest.mark.parametrize("point", ["POINT(2.35 48.85)", "POINT(25 x)", "25, 60", ""])
def test_what_is_no_point_in_finland_has_no_map(point: str) -> None:
    assert locate([(Literal(point), True)]) is None


def test_an_organisation_shows_its_projects_by_role(
    client: FlaskClient, publication: Publication
) -> None:
    text = client.get("/page/organisation/oulun-kaupunki?lang=en", headers=BROWSER).text
    projects = section(text, "projects")
    bands = re.split(r'<tr class="band">', projects)[1:]

    assert len(bands) > 1
    for band in bands:
        href = re.search(r"/page/def/role/([\w-]+)", band)
        assert href
        pattern = (
            "?node org:member id:organisation\\/oulun-kaupunki ; org:organization ?one ; "
            f"org:role <{BASE}def/role/{href[1]}> ."
        )
        found = {one[0] for one in Page(band).links if one[0].startswith("/page/project/")}
        assert found == listed(publication, "one", pattern)


@pytest.mark.parametrize(
    ("address", "pattern"),
    [
        ("/page/fund/erdf", "?one s6:fund id:fund\\/erdf ; a s6:Project"),
        (
            "/page/def/focus/open-data-and-interfaces",
            f"?one s6:focusArea <{BASE}def/focus/open-data-and-interfaces> ; a s6:Project",
        ),
        ("/page/call/esf-2017-02", "?one s6:underCall id:call\\/esf-2017-02"),
    ],
)
def test_a_fund_a_focus_area_and_a_call_show_their_projects(
    client: FlaskClient, publication: Publication, address: str, pattern: str
) -> None:
    text = client.get(f"{address}?lang=en", headers=BROWSER).text
    found = {one[0] for one in Page(section(text, "projects")).links}

    assert listed(publication, "one", pattern)
    assert listed(publication, "one", pattern) == {
        one for one in found if one.startswith("/page/project/")
    }


def test_a_person_has_a_name_and_roles_and_nothing_else(
    client: FlaskClient, publication: Publication
) -> None:
    people = listed(publication, "one", f"?one a <{PREFIXES['foaf']}Person>")
    assert people
    for address in sorted(people):
        text = client.get(address, headers=BROWSER).text
        assert section(text, "roles")
        tables = re.search(r'<table class="statements">.*?</table>', text, re.DOTALL)
        assert tables
        rows = re.findall(r'<th scope="row">.*?>([^<]+)</a>', tables[0])
        assert set(rows) <= {"Name", "Type", "Source", "Editorial note"}, address


def counted(publication: Publication, pattern: str) -> int:
    """Return how many solutions a pattern has."""
    text = f"PREFIX prov: <{PREFIXES['prov']}> SELECT (COUNT(*) AS ?n) {{ {pattern} }}"
    answer = publication.engine.query(QueryRequest(text=text, results_type="text/csv")).read()
    return int(answer.decode().split()[1])


@pytest.mark.parametrize("source", ["eura-a70009", "ouka-6aika", "docplayer-25640386"])
def test_a_source_shows_what_it_is_and_counts_what_rests_on_it(
    client: FlaskClient, publication: Publication, source: str
) -> None:
    iris = [iri for iri in directory_of(client) if iri.startswith(f"{BASE}id/source/{source}")]
    iri = iris[0]
    text = client.get(f"/page/{iri.removeprefix(f'{BASE}id/')}?lang=en", headers=BROWSER).text
    glance = re.search(r'<dl class="glance">.*?</dl>', text, re.DOTALL)
    rests = section(text, "rests")
    pattern = f"?graph prov:hadPrimarySource <{iri}> . GRAPH ?graph {{ ?s ?p ?o }}"

    assert glance
    for name in ("Publisher", "Web address", "Seen on", "Language", "Rights"):
        assert f">{name}</a>" in glance[0], name
    assert f'<span class="count">{counted(publication, pattern)}</span>' in rests
    graphs = re.findall(r'href="/graph/([\w-]+)[^>]*>.*?<small>(\d+) statements?</small>', rests)
    assert graphs
    for name, size in graphs:
        assert int(size) == counted(publication, f"GRAPH <{BASE}graph/{name}> {{ ?s ?p ?o }}")


def test_a_source_lists_the_things_it_speaks_of_and_no_person(
    client: FlaskClient, publication: Publication
) -> None:
    text = client.get("/page/source/eura-a70009?lang=en", headers=BROWSER).text
    subjects = section(text, "subjects")
    found = dict(
        re.findall(r'href="/page/([^"?]+)[^>]*>[^<]*</a>[^\n]*<td class="number">(\d+)', subjects)
    )

    assert "project/6aika-strategiatoimistohanke" in found
    for path, size in found.items():
        pattern = f"""?graph prov:hadPrimarySource <{BASE}id/source/eura-a70009> .
            GRAPH ?graph {{ <{BASE}id/{path}> ?p ?o }}"""
        assert int(size) == counted(publication, pattern), path
    assert not [path for path in found if path.startswith(("person/", "assignment/"))]


def test_a_strategy_shows_its_projects_within_its_period_and_its_calls(
    client: FlaskClient, publication: Publication
) -> None:
    text = client.get("/page/programme/6aika?lang=en", headers=BROWSER).text
    projects = {one[0] for one in Page(section(text, "projects")).links}
    calls = {one[0] for one in Page(section(text, "calls")).links}

    assert "2014–2020" in section(text, "period")
    for found, kind in ((projects, "Project"), (calls, "Call")):
        expected = listed(
            publication, "one", f"?one s6:programme id:programme\\/6aika ; a s6:{kind}"
        )
        assert expected
        assert expected <= found


def test_a_sub_project_shows_its_names_and_what_it_is_part_of(client: FlaskClient) -> None:
    address = "/page/subproject/avoimet-innovaatioalustat-oulu?lang=en"
    text = client.get(address, headers=BROWSER).text

    assert "Oulun osahanke" in section(text, "names")
    assert "/page/project/avoimet-innovaatioalustat?" in section(text, "whole")


def statements() -> Iterator[str]:
    """Yield a fund with more projects than a page shows."""
    kind = f"{PREFIXES['rdf']}type"
    yield f"<{BUSY}> <{kind}> <{PREFIXES['s6']}Fund> ."
    for number in range(MANY):
        project = f"{BASE}id/project/number-{number:03}"
        yield f"<{project}> <{kind}> <{PREFIXES['s6']}Project> ."
        yield f"<{project}> <{PREFIXES['s6']}fund> <{BUSY}> ."


def test_more_projects_than_a_page_has_room_for_are_told_and_reached(
    publication: Publication,
) -> None:
    engine = LocalEngine("\n".join(statements()).encode(), prefixes=PREFIXES, limits=Limits())
    app = create_app(replace(publication, engine=engine, version="many"))
    try:
        client = app.test_client()
        text = client.get("/page/fund/busy?lang=en", headers=BROWSER).text
        projects = Page(section(text, "projects"))
        assert len([one for one in projects.links if "/project/number-" in one[0]]) == 60
        (more,) = [href for href, _, text in projects.links if text.startswith("All of them")]
        found = {one[0] for one in shown(client, more).links if "/project/number-" in one[0]}
        assert len(found) == MANY
    finally:
        engine.close()


@pytest.mark.parametrize(
    ("precision", "language", "written"),
    [
        ("day", "en", "1 May 2017 – 30 September 2019"),
        ("day", "fi", "1. toukokuuta 2017 – 30. syyskuuta 2019"),
        ("month", "sv", "maj 2017 – september 2019"),
        ("year", "en", "2017–2019"),
    ],
)
def test_a_period_is_written_as_exactly_as_it_is_known(
    precision: str, language: str, written: str
) -> None:
    assert Period(date(2017, 5, 1), date(2019, 9, 30), precision).written(language) == written


def test_a_period_without_an_end_is_open_and_stays_on_the_line() -> None:
    period = Period(date(2019, 1, 1), None)
    line = Timeline.around(Period(date(2014, 1, 1), date(2020, 12, 31), "year"), [period])

    assert line
    assert period.written("en") == "1 January 2019 –"
    bar = line.bar(period)
    assert bar.open
    assert (bar.x, bar.x + bar.width) == (round(SCALE * 5 / 7), SCALE)


def test_without_any_day_there_is_no_line() -> None:
    assert Timeline.around(None, []) is None
    assert Period.of({"part": Literal("project")}) is None
