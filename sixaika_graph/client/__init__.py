"""A thin client for Python users, over SPARQLWrapper: terms and graphs are rdflib's.

What comes from the endpoint is parsed, never evaluated. An identifier below `BASE` is fetched from
where the endpoint stands, so that everything works on any host and before w3id.org redirects.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode, urljoin
from urllib.request import Request

from rdflib import Graph, Literal, URIRef
from SPARQLWrapper import GET, POST, SELECT, SPARQLWrapper

from sixaika_graph import queries
from sixaika_graph.client.answers import Solution, parse_boolean, parse_graph, parse_solutions
from sixaika_graph.client.frames import to_dataframe
from sixaika_graph.client.lookup import (
    Candidate,
    Found,
    Resolved,
    parse_candidates,
    parse_resolved,
    parse_search,
)
from sixaika_graph.client.transfer import fetch
from sixaika_graph.errors import UnknownResource
from sixaika_graph.namespaces import BASE
from sixaika_graph.settings import Settings

if TYPE_CHECKING:
    import pandas

__all__ = ["Candidate", "Client", "Found", "Resolved", "Solution"]

_AGENT: Final = f"sixaika-graph/{version('sixaika-graph')} (+{BASE})"
_RESULTS: Final = "application/sparql-results+json"
_JSON: Final = "application/json"
_FORM: Final = "application/x-www-form-urlencoded"
_GRAPHS: Final = "text/turtle, application/n-triples;q=0.9, application/rdf+xml;q=0.8"
_FALLBACK: Final = ("fi", "en", "sv")
# Percent-encoding may make a query three times as long, and an address may have 8 KB.
_LONGEST_GET: Final = 2000
_BATCH: Final = 100
_MANY: Final = 1000


class Client:
    """Asks one SPARQL endpoint.

    `endpoint` is its address, such as http://127.0.0.1:8000/sparql; `timeout` is how many seconds
    an answer may take. Every method raises the error that the server reports, as a class of
    `errors.py` (MalformedQuery with line and column, QueryTimeout, ...), with the server's hint as
    a note; EngineUnavailable when there is no answer.
    """

    def __init__(self, endpoint: str, *, timeout: float = 30.0) -> None:
        self.endpoint = endpoint
        self.timeout = timeout
        self._home = urljoin(endpoint, ".")

    def select(self, query: str) -> list[Solution]:
        """Return the solutions of a SELECT query: of each, the term of every bound variable."""
        return parse_solutions(self.answer(query, _RESULTS)).rows

    def ask(self, query: str) -> bool:
        """Return the answer of an ASK query."""
        return parse_boolean(self.answer(query, _RESULTS))

    def construct(self, query: str) -> Graph:
        """Return the graph of a CONSTRUCT or DESCRIBE query."""
        return parse_graph(self.answer(query, "text/turtle"), "text/turtle")

    def dataframe(self, query: str) -> "pandas.DataFrame":
        """Return the solutions of a SELECT query as a DataFrame, a column for each variable.

        Numbers, booleans and dates are values of Python; IRIs and all other literals are text.

        Raises:
            ImportError: pandas is not installed.
        """
        return to_dataframe(parse_solutions(self.answer(query, _RESULTS)))

    def answer(self, query: str, media_type: str) -> bytes:
        """Return the answer of a query as it was sent, in a media type that fits its form."""
        wrapper = SPARQLWrapper(self.endpoint, agent=_AGENT)
        wrapper.setOnlyConneg(True)
        wrapper.setMethod(POST if len(query.encode()) > _LONGEST_GET else GET)
        wrapper.addCustomHttpHeader("Accept", media_type)
        wrapper.queryString = query
        wrapper.queryType = SELECT  # Never an update; what the text is, the server tells best.
        # SPARQLWrapper's own query() would hide the report of an error inside a message.
        body, _ = fetch(wrapper._createRequest(), timeout=self.timeout)
        return body

    def named(self, name: str, **parameters: str) -> str:
        """Return the text of a query of the server's library, its parameters bound to values."""
        address = f"{self._home}queries/{quote(name, safe='')}.rq"
        address += f"?{urlencode(parameters)}" if parameters else ""
        body, _ = fetch(_get(address, "application/sparql-query"), timeout=self.timeout, iri=name)
        return body.decode()

    def label(self, iri: str, lang: str = "en") -> str | None:
        """Return the name of a thing in a language, else in fi, en, sv or any; None if it has none.

        Raises:
            QueryError: `iri` is no IRI.
        """
        query = queries.read_file(Settings().root / "queries" / "site" / "label.rq")
        labels = [row["label"] for row in self.select(queries.bind(query, {"thing": URIRef(iri)}))]
        names = {label.language: str(label) for label in labels if isinstance(label, Literal)}
        order = (lang, *_FALLBACK, *names)
        return next((names[language] for language in order if language in names), None)

    def resolve(self, iri: str) -> Graph:
        """Return what the document of an IRI says, as a graph; the server's 303 is followed.

        Raises:
            UnknownResource: nothing is known about the IRI, or it is no address of the web.
            GoneResource: the IRI was withdrawn.
        """
        address = self._home + iri.removeprefix(BASE) if iri.startswith(BASE) else iri
        if not address.startswith(("http://", "https://")):
            raise UnknownResource(iri)
        request = _get(quote(address, safe="!#$%&'()*+,/:;=?@[]~"), _GRAPHS)
        body, media_type = fetch(request, timeout=self.timeout, iri=iri)
        return parse_graph(body, media_type)

    def search(
        self, text: str, *, type: str | None = None, lang: str | None = None, limit: int = 20
    ) -> list[Found]:
        """Return the things whose names, codes or descriptions a text fits, the best first.

        `type` is a class: its IRI, short IRI or name; `lang` the language of the labels.
        """
        asked = {"q": text, "type": type, "lang": lang, "limit": str(limit)}
        query = urlencode({name: value for name, value in asked.items() if value})
        body, _ = fetch(_get(f"{self._home}search?{query}", _JSON), timeout=self.timeout)
        return parse_search(body)

    def reconcile(
        self,
        texts: Sequence[str],
        *,
        type: str | None = None,
        lang: str | None = None,
        limit: int = 5,
    ) -> list[list[Candidate]]:
        """Return for each text the things that it may mean, the likeliest first.

        `lang` is the language of the labels; a text is looked for in every language.
        """
        address = f"{self._home}reconcile" + (f"?lang={quote(lang)}" if lang else "")
        kind = {"type": type} if type else {}
        found: list[list[Candidate]] = []
        for batch in _batches(texts, _BATCH):
            # An empty text is no query, and means nothing.
            queries = {
                str(place): {"query": text, "limit": limit, **kind}
                for place, text in enumerate(batch)
                if text.strip()
            }
            body = urlencode({"queries": json.dumps(queries)}).encode()
            request = _post(address, body, _FORM)
            answers = parse_candidates(fetch(request, timeout=self.timeout)[0])
            found += [answers.get(place, []) for place in range(len(batch))]
        return found

    def resolve_many(
        self, identifiers: Iterable[str], *, lang: str | None = None
    ) -> list[Resolved]:
        """Return what each identifier means, in their order; unknown ones have an error.

        An identifier is an IRI, a short IRI, an EURA code, a business ID, a municipality code, or
        the IRI that another authority gives the thing.
        """
        address = f"{self._home}resolve" + (f"?lang={quote(lang)}" if lang else "")
        found: list[Resolved] = []
        for batch in _batches(list(identifiers), _MANY):
            request = _post(address, json.dumps(batch).encode(), _JSON)
            body, _ = fetch(request, timeout=self.timeout)
            found += parse_resolved(body)
        return found


def _batches(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _post(address: str, body: bytes, media_type: str) -> Request:
    headers = {"Accept": _JSON, "Content-Type": media_type, "User-Agent": _AGENT}
    return Request(address, data=body, headers=headers, method="POST")


def _get(address: str, accept: str) -> Request:
    return Request(address, headers={"Accept": accept, "User-Agent": _AGENT})
