"""Prefixes and namespaces, one prefix for one namespace in the whole repository.

`BASE` is the permanent home of the identifiers; where the data is served from is a setting.
"""

import logging
import re
from typing import Final

import rdflib
from rdflib import Namespace
from rdflib.namespace import DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SKOS, VOID, XSD

# Literals stay as they are written: "1.50" and "01" are not rewritten (set once, here).
rdflib.NORMALIZE_LITERALS = False
# A literal that is no value of its datatype is what a shape reports; rdflib would print a trace.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)

BASE: Final = "https://w3id.org/sixaika/"

S6 = Namespace(BASE + "ont#")
SHAPE = Namespace(BASE + "shapes#")
GRAPH = Namespace(BASE + "graph/")
ID = Namespace(BASE + "id/")
DEF = Namespace(BASE + "def/")

# rdflib's own SDO, SH and DCAT namespaces are closed lists that lack terms in use here.
SCHEMA = Namespace("https://schema.org/")
SH = Namespace("http://www.w3.org/ns/shacl#")
ADMS = Namespace("http://www.w3.org/ns/adms#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
DQV = Namespace("http://www.w3.org/ns/dqv#")
FRAPO = Namespace("http://purl.org/cerif/frapo/")
GEO = Namespace("http://www.opengis.net/ont/geosparql#")
M8G = Namespace("http://data.europa.eu/m8g/")
OA = Namespace("http://www.w3.org/ns/oa#")
PERSON = Namespace("http://www.w3.org/ns/person#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VANN = Namespace("http://purl.org/vocab/vann/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
VOID_EXT = Namespace("http://ldf.fi/void-ext#")
VS = Namespace("http://www.w3.org/2003/06/sw-vocab-status/ns#")

# One prefix for each kind of thing and each code list. `person` is ours; the W3C vocabulary of
# that name is bound as `w3cperson`, and `org` is always W3C ORG.
_KINDS: Final = (
    "assignment budget call catalogue change choice contribution dataset distribution figure fund "
    "gap organisation participation person place programme project rule service source subproject "
    "tombstone waiver"
).split()
_CODE_LISTS: Final = (
    "aim amount-kind choice-rule datatype focus gap-reason measure metric org-type precision "
    "principle priority-axis project-kind retirement-reason role source-kind specific-objective "
    "status"
).split()

PREFIXES: Final[dict[str, str]] = {
    "adms": str(ADMS),
    "dcat": str(DCAT),
    "dcatap": str(DCATAP),
    "dct": str(DCTERMS),
    "dqv": str(DQV),
    "eurio": "http://data.europa.eu/s66#",
    "foaf": str(FOAF),
    "frapo": str(FRAPO),
    "geo": str(GEO),
    "geof": "http://www.opengis.net/def/function/geosparql/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "kohesio": "https://linkedopendata.eu/entity/",
    "kohesio-p": "https://linkedopendata.eu/prop/direct/",
    "ldqd": "http://www.w3.org/2016/05/ldqd#",
    "m8g": str(M8G),
    "oa": str(OA),
    "org": str(ORG),
    "owl": str(OWL),
    "prov": str(PROV),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "s6": str(S6),
    "schema": str(SCHEMA),
    "sd": str(SD),
    "sh": str(SH),
    "skos": str(SKOS),
    "spdx": str(SPDX),
    "uom": "http://www.opengis.net/def/uom/OGC/1.0/",
    "vann": str(VANN),
    "vcard": str(VCARD),
    "void": str(VOID),
    "void-ext": str(VOID_EXT),
    "vs": str(VS),
    "w3cperson": str(PERSON),
    "xsd": str(XSD),
    "shape": str(SHAPE),
    "graph": str(GRAPH),
    "id": str(ID),
    "def": str(DEF),
    **{kind: f"{ID}{kind}/" for kind in _KINDS},
    **{code_list: f"{DEF}{code_list}/" for code_list in _CODE_LISTS},
}

_SHORT_NAME: Final = re.compile(r"[A-Za-z0-9_][\w.-]*", re.ASCII)
_PREFIX_OF: Final = {iri: prefix for prefix, iri in PREFIXES.items()}


def split(iri: str) -> tuple[str, str]:
    """Split an IRI behind its last # or /: into its namespace and its name there."""
    start = max(iri.rfind("#"), iri.rfind("/")) + 1
    return iri[:start], iri[start:]


def curie(iri: str) -> str:
    """Write an IRI as prefix:name, or whole where no prefix fits."""
    namespace, name = split(iri)
    if namespace in _PREFIX_OF and _SHORT_NAME.fullmatch(name):
        return f"{_PREFIX_OF[namespace]}:{name}"
    return iri
