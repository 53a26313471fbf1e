"""CKAN's Action API: the real client is content, and errors have CKAN's own shape."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from ckanapi import RemoteCKAN
from ckanapi.errors import CKANAPIError, NotFound, SearchQueryError, ValidationError
from flask.testing import FlaskClient
from wire import send

NAMES = ["sixaika-graph", "sixaika-ontology", "sixaika-people"]


@pytest.fixture(params=[False, True], ids=["POST", "GET"])
def ckan(server: str, request: pytest.FixtureRequest) -> Iterator[RemoteCKAN]:
    with RemoteCKAN(server, get_only=request.param) as remote:
        yield remote


def test_the_client_lists_shows_and_searches(ckan: RemoteCKAN) -> None:
    assert ckan.action.package_list() == NAMES
    assert ckan.action.package_list(limit=1, offset=1) == NAMES[1:2]
    package = ckan.action.package_show(id="sixaika-graph")
    assert ckan.action.package_show(id=package["id"]) == package
    assert ckan.action.status_show()["locale_default"] == "fi"
    assert [one["id"] for one in ckan.action.license_list()] == [package["license_id"]]


def test_a_package_has_what_portals_ask_for(ckan: RemoteCKAN) -> None:
    for name in NAMES:
        package = ckan.action.package_show(id=name)
        for texts in ("title_translated", "notes_translated", "keywords"):
            assert set(package[texts]) == {"fi", "sv", "en"}, name
            assert all(package[texts].values()), name
        assert package["title"] == package["title_translated"]["fi"]
        assert package["state"] == "active"
        assert package["metadata_modified"] == "2026-11-24T00:00:00.000000"
        assert package["num_resources"] == len(package["resources"]) == 8
        assert len({one["id"] for one in package["resources"]}) == 8
        for resource in package["resources"]:
            assert resource["package_id"] == package["id"]
            assert resource["format"]
            assert resource["size"] > 0


def test_the_files_of_a_package_are_there(ckan: RemoteCKAN, server: str) -> None:
    for resource in ckan.action.package_show(id="sixaika-people")["resources"]:
        reply = send(server, f"/{resource['url'].removeprefix(server)}", "HEAD")
        assert reply.status == 200
        assert reply.headers["content-length"] == str(resource["size"])


def test_owner_and_groups_are_shown(ckan: RemoteCKAN) -> None:
    package = ckan.action.package_show(id="sixaika-graph")
    owner = ckan.action.organization_show(id=package["owner_org"], include_datasets="true")

    assert owner["package_count"] == 3
    assert [one["name"] for one in owner["packages"]] == NAMES
    assert len(package["groups"]) == 3
    for group in package["groups"]:
        assert ckan.action.group_show(id=group["name"])["id"] == group["id"]


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({}, NAMES),
        ({"q": "*:*"}, NAMES),
        ({"q": "henkilöt"}, ["sixaika-people"]),
        ({"q": "no-such-word"}, []),
        ({"fq": "metadata_modified:[2020-01-01T00:00:00Z TO *]"}, NAMES),
        ({"fq": "+metadata_modified:[2026-11-24T00:00:00Z TO *]"}, NAMES),
        ({"fq": "metadata_modified:[2026-11-25T00:00:00Z TO *]"}, []),
        ({"q": "metadata_modified:[2020-01-01T00:00:00Z%20TO%20*]"}, NAMES),
        ({"fq": "-name:sixaika-people"}, NAMES[:2]),
        ({"fq": 'name:(sixaika-people OR sixaika-graph) AND res_format:"CSV"'}, NAMES[::2]),
        ({"fq": "organization:sixaika-publisher -organization:another"}, NAMES),
        ({"fq": "organization:another"}, []),
        ({"sort": "name desc"}, NAMES[::-1]),
        ({"sort": "id asc", "rows": 0}, []),
    ],
)
def test_a_search_finds_what_it_asks_for(
    ckan: RemoteCKAN, parameters: dict[str, Any], names: list[str]
) -> None:
    found = ckan.action.package_search(**parameters)

    assert [one["name"] for one in found["results"]] == names
    assert parameters.get("rows") == 0 or found["count"] == len(names)


def test_pages_are_followed_to_their_end(ckan: RemoteCKAN) -> None:
    names, start = [], 0
    while page := ckan.action.package_search(rows=2, start=start, sort="name asc")["results"]:
        names += [one["name"] for one in page]
        start += 2

    assert names == NAMES


def test_errors_come_as_the_client_knows_them(ckan: RemoteCKAN) -> None:
    with pytest.raises(NotFound):
        ckan.action.package_show(id="nothing")
    with pytest.raises(NotFound):
        ckan.action.organization_show(id="nothing")
    with pytest.raises(ValidationError):
        ckan.action.package_show()
    with pytest.raises(ValidationError):
        ckan.action.package_search(rows=-1)
    with pytest.raises(CKANAPIError):
        ckan.action.package_create(name="x")


@pytest.mark.parametrize(
    "fault",
    [
        "unknown:1",
        "name:a OR name:b",
        "metadata_modified:[2020]",
        "metadata_modified:[NOW-1DAY TO NOW]",
        "metadata_modified:[yesterday TO *]",
        "metadata_modified:{2020-01-01T00:00:00Z TO *}",
    ],
)
def test_a_filter_that_is_not_understood_never_finds_nothing(ckan: RemoteCKAN, fault: str) -> None:
    """A portal would take it for a site without changes, or without datasets."""
    with pytest.raises(SearchQueryError):
        ckan.action.package_search(fq=fault)


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff"])
def test_a_body_that_is_no_object_is_refused(client: FlaskClient, body: bytes) -> None:
    reply = client.post("/api/3/action/package_list", data=body, content_type="application/json")

    assert reply.status_code == 400
    assert reply.text.startswith('"Bad request - JSON Error')


def test_what_an_action_does_is_told(client: FlaskClient) -> None:
    reply = json.loads(client.get("/api/3/action/package_list").data)
    path = re.sub(r"^https?://[^/]+", "", reply["help"])
    told = json.loads(client.get(path).data)

    assert reply["success"] is True
    assert "names of all datasets" in told["result"]
    assert json.loads(client.get("/api/3").data) == {"version": 3}
