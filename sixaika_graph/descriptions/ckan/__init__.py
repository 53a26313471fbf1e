"""The catalogue as CKAN knows one: packages with resources, an organisation, groups, licences.

The fields are those of CKAN itself (https://docs.ckan.org/en/latest/api/), and beside them those
of avoindata.fi, which has texts in three languages. All follows from the DCAT-AP catalogue.
"""

from collections.abc import Iterable
from typing import Final

from rdflib import RDFS, SKOS, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS
from rdflib.term import Node

from sixaika_graph.descriptions.catalogue import CATALOGUE
from sixaika_graph.descriptions.ckan.owner import group, groups, organisation
from sixaika_graph.descriptions.ckan.resource import resource
from sixaika_graph.descriptions.ckan.values import (
    LANGUAGES,
    Document,
    first,
    id_of,
    moment,
    texts,
    value,
    values,
)
from sixaika_graph.namespaces import DCAT, VCARD

__all__ = ["LANGUAGES", "LICENCE", "Document", "groups", "organisation", "packages"]

LICENCE: Final[Document] = {
    "id": "cc-by-4.0",
    "title": "Creative Commons Attribution 4.0",
    "url": "https://creativecommons.org/licenses/by/4.0/",
    "status": "active",
    "family": "",
    "maintainer": "",
    "domain_content": True,
    "domain_data": True,
    "domain_software": False,
    "is_generic": False,
    "is_okd_compliant": True,
    "is_osi_compliant": False,
    "od_conformance": "approved",
    "osd_conformance": "not reviewed",
}
_NAMES: Final = {"sixaika": "sixaika-graph"}
_OPEN_DATA: Final = "Open Data"
_TOOLS: Final = {"ontology": "Interoperability Tools"}


def packages(catalogue: Graph) -> list[Document]:
    """Return the datasets of a catalogue as CKAN's packages, in the order of their names."""
    datasets = catalogue.objects(CATALOGUE, DCAT.dataset)
    return sorted((_package(catalogue, one) for one in datasets), key=lambda one: str(one["name"]))


def _package(catalogue: Graph, node: Node) -> Document:
    titles = texts(catalogue, node, DCTERMS.title)
    notes = texts(catalogue, node, DCTERMS.description)
    slug, owner = str(node).rpartition("/")[2], organisation(catalogue)
    files = sorted(catalogue.objects(node, DCAT.distribution), key=str)
    resources = [resource(catalogue, one, index, id_of(node)) for index, one in enumerate(files)]
    tags = _tags(catalogue, node)
    return {
        "id": id_of(node),
        "name": _NAMES.get(slug, f"sixaika-{slug}"),
        "title": first(titles),
        "title_translated": titles,
        "notes": first(notes),
        "notes_translated": notes,
        "url": str(value(catalogue, node, DCAT.landingPage)),
        "version": str(value(catalogue, node, DCAT.version)),
        "type": "dataset",
        "state": "active",
        "private": False,
        "isopen": True,
        "license_id": LICENCE["id"],
        "license_title": LICENCE["title"],
        "license_url": LICENCE["url"],
        "metadata_created": moment(catalogue, node, DCTERMS.issued),
        "metadata_modified": moment(catalogue, node, DCTERMS.modified),
        "organization": owner,
        "owner_org": owner["id"],
        "groups": [group(catalogue, theme) for theme in values(catalogue, node, DCAT.theme)],
        "tags": tags,
        "num_tags": len(tags),
        "resources": resources,
        "num_resources": len(resources),
        "extras": _extras(catalogue, node),
        "relationships_as_object": [],
        "relationships_as_subject": [],
        **_contact(catalogue, node),
        **_of_avoindata(catalogue, node, files),
    }


def _contact(catalogue: Graph, node: Node) -> Document:
    """Return whom to ask; the address of a mailbox is there only where the settings have one."""
    contact = value(catalogue, node, DCAT.contactPoint)
    names = texts(catalogue, contact, VCARD.fn)
    name = first(names) or str(next(catalogue.objects(contact, VCARD.fn)))
    mails = [str(one).removeprefix("mailto:") for one in catalogue.objects(contact, VCARD.hasEmail)]
    pages = [str(one) for one in catalogue.objects(contact, VCARD.hasURL)]
    return {
        "author": name,
        "author_email": None,
        "maintainer": name,
        "maintainer_email": mails,
        "maintainer_website": pages[0] if pages else "",
    }


def _of_avoindata(catalogue: Graph, node: Node, files: Iterable[Node]) -> Document:
    """Return the fields that avoindata.fi has beside those of CKAN."""
    frequency = texts(catalogue, value(catalogue, node, DCTERMS.accrualPeriodicity), SKOS.prefLabel)
    rights = [right for file in files for right in catalogue.objects(file, DCTERMS.rights)]
    period = value(catalogue, node, DCTERMS.temporal)
    return {
        "collection_type": _TOOLS.get(str(node).rpartition("/")[2], _OPEN_DATA),
        "keywords": {one: _keywords(catalogue, node, one) for one in LANGUAGES},
        "copyright_notice_translated": texts(catalogue, rights[0], RDFS.label) if rights else {},
        "geographical_coverage": _places(catalogue, node),
        "update_frequency": {language: [name] for language, name in frequency.items()},
        "valid_from": str(value(catalogue, period, DCAT.startDate)),
        "valid_till": str(value(catalogue, period, DCAT.endDate)),
        "date_released": moment(catalogue, node, DCTERMS.issued),
        "external_urls": [str(one) for one in values(catalogue, node, DCAT.landingPage)],
    }


def _extras(catalogue: Graph, node: Node) -> list[Document]:
    """Return what CKAN has no field for, under the keys that ckanext-dcat gives it."""
    found = {
        "uri": [node],
        "identifier": values(catalogue, node, DCTERMS.identifier),
        "issued": values(catalogue, node, DCTERMS.issued),
        "modified": values(catalogue, node, DCTERMS.modified),
        "theme": values(catalogue, node, DCAT.theme),
        "language": values(catalogue, node, DCTERMS.language),
        "conforms_to": values(catalogue, node, DCTERMS.conformsTo),
        "frequency": values(catalogue, node, DCTERMS.accrualPeriodicity),
        "access_rights": values(catalogue, node, DCTERMS.accessRights),
        "spatial_uri": values(catalogue, node, DCTERMS.spatial),
        "publisher_uri": values(catalogue, node, DCTERMS.publisher),
    }
    return [
        {"key": key, "value": ", ".join(map(str, several))}
        for key, several in found.items()
        if several
    ]


def _tags(catalogue: Graph, node: Node) -> list[Document]:
    return [
        {
            "id": id_of(URIRef(f"{CATALOGUE}#{word}")),
            "name": word,
            "display_name": word,
            "state": "active",
            "vocabulary_id": None,
        }
        for word in _keywords(catalogue, node, LANGUAGES[0])
    ]


def _keywords(catalogue: Graph, node: Node, language: str) -> list[str]:
    words = catalogue.objects(node, DCAT.keyword)
    return sorted(
        str(one) for one in words if isinstance(one, Literal) and one.language == language
    )


def _places(catalogue: Graph, node: Node) -> list[str]:
    places = (texts(catalogue, one, RDFS.label) for one in catalogue.objects(node, DCTERMS.spatial))
    return sorted(first(names) for names in places)
