"""How to cite what is said of a thing: as text, BibTeX and CSL JSON, with version and licence.

BibTeX is what LaTeX reads (http://www.bibtex.org/Format/), CSL JSON what Zotero and Pandoc do
(https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html).
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response
from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF

from sixaika_graph.descriptions.catalogue import CATALOGUE
from sixaika_graph.namespaces import DCAT
from sixaika_graph.web.addresses import page_path, redirect_moved, thing_of
from sixaika_graph.web.frame import LICENCE
from sixaika_graph.web.labels import choose
from sixaika_graph.web.language import SOURCE, asked_language, texts
from sixaika_graph.web.parameters import written
from sixaika_graph.web.released import catalogue_graph, release
from sixaika_graph.web.service import publication
from sixaika_graph.web.solutions import solutions

bp: Final = Blueprint("citation", __name__)

LICENCE_NAME: Final = "CC BY 4.0"
_SPECIAL: Final = {
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_MEDIA_TYPES: Final = {
    "bib": "application/x-bibtex; charset=utf-8",
    "json": "application/vnd.citationstyles.csl+json",
}


@dataclass(frozen=True)
class Citation:
    """What a citation says.

    `container` is the name of the data, `version` that of the data with the beginning of its hash,
    `modified` the day of its last change; `iri` is permanent, `page` the address on this server.
    """

    iri: str
    title: str
    publisher: str
    container: str
    version: str
    modified: date
    page: str
    path: str

    def bibtex(self) -> str:
        """Write the citation as a BibTeX entry."""
        fields = {
            "author": f"{{{_escaped(self.publisher)}}}",
            "title": f"{{{_escaped(self.title)}}}",
            "howpublished": _escaped(self.container),
            "year": str(self.modified.year),
            "date": self.modified.isoformat(),
            "version": _escaped(self.version),
            "url": self.iri,
            "note": f"Version {_escaped(self.version)}, {LICENCE_NAME}, {LICENCE}",
        }
        lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
        return f"@misc{{{self.key},\n{lines}}}\n"

    def csl(self) -> str:
        """Write the citation as CSL JSON, a list of one item."""
        day = self.modified
        item = {
            "id": self.key,
            "type": "dataset",
            "title": self.title,
            "author": [{"literal": self.publisher}],
            "publisher": self.publisher,
            "container-title": self.container,
            "version": self.version,
            "issued": {"date-parts": [[day.year, day.month, day.day]]},
            "URL": self.iri,
            "note": f"License: {LICENCE_NAME}, {LICENCE}",
        }
        return written([item])

    @property
    def key(self) -> str:
        """The name of the entry: the kind and slug of the thing."""
        return "sixaika-" + re.sub(r"[^A-Za-z0-9-]+", "-", self.path)

    @property
    def report(self) -> str:
        """Where an error is reported, with the IRI told; "" where this server names no contact."""
        contact = publication().settings.contact_url
        if not contact:
            return ""
        name = "subject" if contact.startswith("mailto:") else "title"
        between = "&" if "?" in contact else "?"
        address, hashed, fragment = contact.partition("#")
        # A mail program reads + as it stands, so that spaces are %20.
        told = urlencode({name: f"Error in {self.iri}"}).replace("+", "%20")
        return f"{address}{between}{told}{hashed}{fragment}"


def cite(iri: str, title: str, language: str) -> Citation:
    """Return how a thing of that name is cited in a language."""
    shown, described = publication(), catalogue_graph()
    publishers = [
        name
        for publisher in described.objects(CATALOGUE, DCTERMS.publisher)
        for name in described.objects(publisher, FOAF.name)
    ]
    publisher = choose([one for one in publishers if isinstance(one, Literal)], language)
    container = texts()[language].gettext("6Aika knowledge graph")
    number = min(map(str, described.objects(None, DCAT.version)), default="")
    path = page_path(iri)
    return Citation(
        iri=iri,
        title=title,
        publisher=publisher.text if publisher else container,
        container=container,
        version=f"{number} ({shown.version[:12]})",
        modified=date.fromisoformat(release().modified),
        page=shown.settings.public_url.rstrip("/") + path,
        path=path.removeprefix("/page/"),
    )


@bp.get("/cite/<path:path>.<any(bib, json):suffix>")
def citation(path: str, suffix: str) -> Response:
    """Serve the citation of a thing; `?lang=` chooses the language of its name, else English."""
    iri = thing_of(path)
    moved = redirect_moved(
        iri, lambda other: f"/cite/{page_path(other).removeprefix('/page/')}.{suffix}"
    )
    if moved is not None:
        return moved
    language = asked_language() or SOURCE
    cited = cite(iri, _title(iri, language), language)
    body = cited.bibtex() if suffix == "bib" else cited.csl()
    response = Response(body, content_type=_MEDIA_TYPES[suffix])
    response.headers["Content-Disposition"] = f'inline; filename="{cited.key}.{suffix}"'
    # The name may be that of a person.
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _title(iri: str, language: str) -> str:
    names = [row["label"] for row in solutions("label", {"thing": URIRef(iri)})]
    label = choose([name for name in names if isinstance(name, Literal)], language)
    return label.text if label else iri


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(sign, sign) for sign in text)
