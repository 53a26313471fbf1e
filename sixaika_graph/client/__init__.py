"""A thin client for Python users, over SPARQLWrapper: terms and graphs are rdflib's.

What comes from the endpoint is parsed, never evaluated. An identifier below `BASE` is fetched from
where the endpoint stands, so that everything works on any host and before w3id.org redirects.
"""

from importlib.metadata import version
from typing import Final
from urllib.parse import quote, urlencode, urljoin
from urllib.request import Request

from rdflib import Graph, Literal, URIRef
from SPARQLWrapper import GET, POST, SELECT, SPARQLWrapper

from sixaika_graph import queries
from sixaika_graph.client.answers import Solution, parse_boolean, parse_graph, parse_solutions
from sixaika_graph.client.transfer import fetch
from sixaika_graph.errors import UnknownResource
from sixaika_graph.namespaces import BASE
from sixaika_graph.settings import Settings

__all__ = ["Client", "Solution"]

_AGENT: Final = f"sixaika-graph/{version('sixaika-graph')} (+{BASE})"
_RESULTS: Final = "application/sparql-results+json"
_GRAPHS: Final = "text/turtle, application/n-triples;q=0.9, application/rdf+xml;q=0.8"
_FALLBACK: Final = ("fi", "en", "sv")
# Percent-encoding may make a query three times as long, and an address may have 8 KB.
_LONGEST_GET: Final = 2000


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


def _get(address: str, accept: str) -> Request:
    return Request(address, headers={"Accept": accept, "User-Agent": _AGENT})
