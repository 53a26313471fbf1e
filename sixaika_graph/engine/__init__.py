"""The engine seam: query text and media types go in, a whole body comes out.

A local pool of processes and a SPARQL endpoint on the other side of the world look the same.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Literal, Protocol, TypedDict

Form = Literal["solutions", "boolean", "triples"]


class Surroundings(TypedDict):
    """What belongs into the document about a thing of a dataset beside the thing, all as IRIs.

    Whatever is of one of the `node_kinds`, and links to the thing by one of the `node_links`, is
    described too; so is that from which one of the `paths` leads to the thing, its last property
    first. `datasets` have the classes of their things; one that has none takes what is of no other.
    """

    node_links: Sequence[str]
    node_kinds: Sequence[str]
    paths: Sequence[Sequence[str]]
    datasets: Mapping[str, Sequence[str]]


class Topic(TypedDict):
    """What a document is about, and what it tells of itself: IRIs.

    They are those of the thing, of the document, and of the endpoint that has what is left out.
    """

    thing: str
    document: str
    endpoint: str
    surroundings: Surroundings | None


@dataclass(frozen=True, kw_only=True)
class QueryRequest:
    """One query and how its answer is wanted.

    `results_type` is the media type for SELECT and ASK, `graph_type` the one for CONSTRUCT and
    DESCRIBE; None says that the client accepts none for that form. A `results_type` for datasets
    writes solutions of ?graph ?subject ?predicate ?object down as quads, in a fixed order; those
    without ?graph are in the default graph.
    `default_graphs` and `named_graphs` are the protocol's dataset
    (https://www.w3.org/TR/sparql11-protocol/#dataset), which wins over FROM; None leaves the
    query's own. `timeout` is in seconds and can only lower the engine's limit.
    `client` is who asks, where the share of one client counts; None for the site's own queries.
    `document` asks for triples in a fixed order, so that the same data gives the same bytes.
    `topic` asks that a DESCRIBE of one thing be answered by the document about it.
    `context` asks for compact JSON-LD, with the address of its context or `inline`; without it
    JSON-LD is expanded.
    `id` is a name by which the query can be cancelled while it runs.
    """

    text: str
    results_type: str | None = "application/sparql-results+json"
    graph_type: str | None = "text/turtle"
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    timeout: float | None = None
    client: str | None = None
    document: bool = False
    topic: Topic | None = None
    context: str = ""
    id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Load:
    """How much an engine has to do: queries that are being evaluated, and those that wait."""

    running: int
    waiting: int


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A whole answer: a SELECT gives solutions, an ASK a boolean, CONSTRUCT and DESCRIBE triples.

    `body` is an open file at its start; `length` is its size in bytes; `elapsed` is in seconds;
    `digest` is its hash where it is too large for memory.
    """

    form: Form
    media_type: str
    body: BinaryIO
    length: int
    elapsed: float
    digest: str = ""

    def read(self) -> bytes:
        """Return the whole body as bytes and close the file."""
        with self.body:
            return self.body.read()

    def chunks(self, size: int = io.DEFAULT_BUFFER_SIZE * 8) -> Iterator[bytes]:
        """Yield the body piece by piece and close the file."""
        with self.body:
            while chunk := self.body.read(size):
                yield chunk


class Engine(Protocol):
    """Whatever evaluates queries."""

    def query(self, request: QueryRequest) -> Answer:
        """Answer a query.

        Raises:
            QueryError: the query cannot be answered (see `errors.py` for the kinds).
            NotAcceptable: the form of the query fits no media type of the request.
            TooManyQueries, Overloaded: try again later.
            WorkerLost, EngineUnavailable: not the query's fault.
        """

    def cancel(self, id: str) -> bool:
        """End the query of that name; tell whether there was one."""

    def load(self) -> Load:
        """Tell how much there is to do now."""

    def close(self) -> None:
        """End the engine and all its processes."""
