"""The engine seam: query text and media types go in, a whole body comes out.

A local pool of processes and a SPARQL endpoint on the other side of the world look the same.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal, Protocol

Form = Literal["solutions", "boolean", "triples"]


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

    `body` is an open file at its start; `length` is its size in bytes; `elapsed` is in seconds.
    """

    form: Form
    media_type: str
    body: BinaryIO
    length: int
    elapsed: float

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
