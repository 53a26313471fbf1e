"""The tree of errors. The core knows no HTTP status: `web/problems.py` maps a class to one.

SixaikaError
├── SettingsError           a setting (environment variable) has a value that cannot be used
├── SourceError             a Turtle file cannot be read: file, line, column
├── NotConforming           the data breaks a shape: carries the validation report
├── QueryError              what is wrong with one query
│   ├── BadParameter        a named query has no such parameter, or none with such a value
│   ├── MalformedQuery      a syntax error: line, column
│   ├── QueryTooDeep        nested or chained further than the parser can take
│   ├── RefusedQuery        an update, or a SERVICE call
│   ├── QueryTimeout        ran past its time budget
│   ├── QueryMemory         ran past its memory budget
│   ├── AnswerTooLarge      the answer is larger than the spool
│   ├── QueryCancelled      ended by its client
│   └── DuplicateQuery      its client gave it the name of one that still runs
├── TooManyQueries          one client has its share of running queries
├── Overloaded              the queue is full
├── WorkerLost              the process that evaluated the query ended for another reason
├── EngineUnavailable       no engine answers
├── NotAcceptable           no offered media type fits: carries the offers
├── UnknownResource         nothing is known about this IRI
└── GoneResource            the IRI was withdrawn
"""

from collections.abc import Sequence
from pathlib import Path

from sixaika_graph.sentence import Sentence


class SixaikaError(Exception):
    """Base of all errors that this package raises on purpose."""


class SettingsError(SixaikaError):
    """A setting has a value that cannot be used."""

    def __init__(self, setting: str, detail: str) -> None:
        super().__init__(f"{setting}: {detail}")
        self.setting = setting
        self.detail = detail


class SourceError(SixaikaError):
    """A source file cannot be read; line and column count from 1."""

    def __init__(
        self, path: Path, detail: str, *, line: int | None = None, column: int | None = None
    ) -> None:
        where = ":".join(str(part) for part in (path, line, column) if part is not None)
        super().__init__(f"{where}: {detail}")
        self.path = path
        self.detail = detail
        self.line = line
        self.column = column


class NotConforming(SixaikaError):
    """The dataset breaks a shape; `report` is the readable validation report."""

    def __init__(self, report: str) -> None:
        super().__init__(report)
        self.report = report


class QueryError(SixaikaError):
    """One query cannot be answered, for a reason that lies in the query."""


class BadParameter(QueryError):
    """A named query has no such parameter, or a value cannot be used; `available` are those it has.

    The message begins with the detail and says what could be.
    """

    def __init__(self, detail: str, *, parameter: str, available: Sequence[str] = ()) -> None:
        super().__init__(detail)
        self.parameter = parameter
        self.available = list(available)


class MalformedQuery(QueryError):
    """The query text is not SPARQL 1.1; line and column count from 1."""

    def __init__(self, detail: str, *, line: int | None = None, column: int | None = None) -> None:
        whole = Sentence(
            "line {line}, column {column}: {reason}", line=line, column=column, reason=detail
        )
        super().__init__(whole if line and column else detail)
        self.detail = detail
        self.line = line
        self.column = column


class Bounded(SixaikaError):
    """A limit of the service refused or ended a query, `elapsed` seconds after it was asked."""

    elapsed: float | None = None


class QueryTooDeep(QueryError, Bounded):
    """The query nests deeper, or chains more operators, than a parser can take."""

    def __init__(self, detail: str, *, limit: int | None = None) -> None:
        super().__init__(detail)
        self.limit = limit


class RefusedQuery(QueryError):
    """The query asks for something that this endpoint never does, or for more than a `limit`."""

    def __init__(self, detail: str, *, limit: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.limit = limit


class QueryTimeout(QueryError, Bounded):
    """The query ran past its time budget; both figures in seconds."""

    elapsed: float

    def __init__(self, *, limit: float, elapsed: float) -> None:
        super().__init__(Sentence("The query ran past its limit of {limit:g} s.", limit=limit))
        self.limit = limit
        self.elapsed = elapsed


class QueryMemory(QueryError, Bounded):
    """The query needed more memory than its budget, in MiB."""

    def __init__(self, *, limit: int) -> None:
        super().__init__(
            Sentence("The query needed more than its {limit} MiB of memory.", limit=limit)
        )
        self.limit = limit


class AnswerTooLarge(QueryError, Bounded):
    """The answer is larger than the limit, in bytes."""

    def __init__(self, *, limit: int, together: bool = False) -> None:
        alone = Sentence("The answer is larger than {limit} bytes.", limit=limit)
        shared = Sentence(
            "The answer, with others that are being sent, is larger than {limit} bytes.",
            limit=limit,
        )
        super().__init__(shared if together else alone)
        self.limit = limit


class QueryCancelled(QueryError, Bounded):
    """The client ended its own query."""


class DuplicateQuery(QueryError):
    """A query of that name is still running."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Sentence("A query with the Query-Id {name!r} is still running.", name=name)
        )


class TooManyQueries(Bounded):
    """One client already has its share of long-running queries."""

    def __init__(self, *, limit: int, retry_after: int) -> None:
        super().__init__(
            Sentence("This client already has {limit} long queries running.", limit=limit)
        )
        self.limit = limit
        self.retry_after = retry_after


class Overloaded(Bounded):
    """All workers are busy and the queue is full, or else as `reason`; `retry_after` in seconds."""

    def __init__(
        self,
        *,
        retry_after: int,
        reason: str = Sentence("All workers are busy and the queue is full."),
        limit: int | None = None,
    ) -> None:
        super().__init__(reason)
        self.limit = limit
        self.retry_after = retry_after


class WorkerLost(SixaikaError):
    """The process that evaluated the query ended unexpectedly."""


class EngineUnavailable(SixaikaError):
    """The engine cannot be started or reached."""


class NotAcceptable(SixaikaError):
    """No media type that the client accepts can be offered; `parameter` is what asks for others.

    `reason` says why not, where the answer as such could be had in one of them.
    """

    def __init__(
        self, offers: Sequence[str], *, parameter: str | None = None, reason: str = ""
    ) -> None:
        listed = ", ".join(offers)
        if reason:
            told = Sentence("{reason} Available: {offers}.", reason=reason, offers=listed)
        elif parameter:
            told = Sentence(
                "What {parameter} names is no format of this answer. Available: {offers}.",
                parameter=parameter,
                offers=listed,
            )
        else:
            told = Sentence("Available: {offers}.", offers=listed)
        super().__init__(told)
        self.offers = tuple(offers)
        self.parameter = parameter
        self.reason = reason


class UnknownResource(SixaikaError):
    """Nothing is known about the IRI."""

    def __init__(self, iri: str) -> None:
        super().__init__(Sentence("Nothing is known about <{iri}>.", iri=iri))
        self.iri = iri


class GoneResource(SixaikaError):
    """The IRI was published once and has been withdrawn."""

    def __init__(self, iri: str) -> None:
        super().__init__(Sentence("<{iri}> has been withdrawn.", iri=iri))
        self.iri = iri
