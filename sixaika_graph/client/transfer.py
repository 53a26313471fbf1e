"""One request and its whole answer; the report of an error becomes an error of our tree.

Reports are read as RFC 9457 problem documents; of another server only the status is known.
"""

import json
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from sixaika_graph.errors import (
    AnswerTooLarge,
    EngineUnavailable,
    GoneResource,
    MalformedQuery,
    NotAcceptable,
    Overloaded,
    QueryCancelled,
    QueryError,
    QueryMemory,
    QueryTimeout,
    QueryTooDeep,
    RefusedQuery,
    SixaikaError,
    TooManyQueries,
    UnknownResource,
    WorkerLost,
)

_LONGEST_DETAIL: Final = 500


def fetch(request: Request, *, timeout: float, iri: str | None = None) -> tuple[bytes, str]:
    """Return the body of an answer and its media type; `iri` is the thing that is asked about.

    Raises:
        SixaikaError: what the server reports, or EngineUnavailable when it cannot be reached.
    """
    address = request.full_url.partition("?")[0]
    try:
        with urlopen(request, timeout=timeout) as response:
            return response.read(), response.headers.get_content_type()
    except HTTPError as error:
        raise _reported(error, address, iri) from None
    except TimeoutError:
        raise EngineUnavailable(f"{address} did not answer within {timeout:g} s.") from None
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise EngineUnavailable(f"{address} cannot be reached: {reason}") from error
    except (HTTPException, ValueError) as error:
        raise EngineUnavailable(f"{address} cannot be read from: {error!r}") from error


class _Report:
    """What a server says about an error, member by member."""

    def __init__(self, error: HTTPError, address: str, iri: str | None) -> None:
        with error:
            text = error.read().decode("utf-8", "replace")
        self._members = _members(text)
        self.status = error.code
        self.slug = str(self._members.get("type", "")).rpartition("/")[2]
        known = self._members.get("detail") or self._members.get("title")
        self.detail = str(known or text.strip()[:_LONGEST_DETAIL] or error.reason)
        self.hint = self._members.get("hint")
        self.retry_after = _whole(error.headers.get("Retry-After")) or 1
        self.address = address
        self.iri = iri

    def whole(self, member: str) -> int | None:
        """Return a member that is a whole number."""
        return _whole(self._members.get(member))

    def seconds(self, member: str) -> float:
        """Return a member that is a number, 0 when there is none."""
        value = self._members.get(member)
        return float(value) if isinstance(value, int | float) else 0.0

    def offers(self) -> list[str]:
        """Return the media types that can be had."""
        offers = self._members.get("available")
        return [str(offer) for offer in offers] if isinstance(offers, list) else []

    def malformed(self) -> MalformedQuery:
        """Return the error of a query, which tells the place of the fault by itself."""
        line, column = self.whole("line"), self.whole("column")
        detail = self.detail.removeprefix(f"line {line}, column {column}: ")
        return MalformedQuery(detail, line=line, column=column)

    def unknown(self) -> SixaikaError:
        """Return the error for 404: of a thing, or of an address where no endpoint is."""
        if self.iri is not None:
            return UnknownResource(self.iri)
        return EngineUnavailable(f"{self.address} is no SPARQL endpoint: {self.detail}")


def _members(text: str) -> Mapping[str, Any]:
    try:
        document = json.loads(text)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, int | str) and str(value).isdecimal() else None


_Maker = Callable[[_Report], SixaikaError]

# By the last part of the problem's type, else by the status alone.
_MAKERS: Final[Mapping[str | int, _Maker]] = {
    "malformed-query": _Report.malformed,
    "query-too-deep": lambda report: QueryTooDeep(report.detail),
    "query-timeout": lambda report: QueryTimeout(
        limit=report.seconds("limit"), elapsed=report.seconds("elapsed")
    ),
    "query-memory": lambda report: QueryMemory(limit=report.whole("limit") or 0),
    "result-too-large": lambda report: AnswerTooLarge(limit=report.whole("limit") or 0),
    "query-cancelled": lambda report: QueryCancelled(report.detail),
    "too-many-queries": lambda report: TooManyQueries(
        limit=report.whole("limit") or 0, retry_after=report.retry_after
    ),
    "worker-lost": lambda report: WorkerLost(report.detail),
    400: lambda report: QueryError(report.detail),
    403: lambda report: RefusedQuery(report.detail),
    404: _Report.unknown,
    406: lambda report: NotAcceptable(report.offers()),
    410: lambda report: GoneResource(report.iri or report.address),
    413: lambda report: QueryError(report.detail),
    414: lambda report: QueryError(report.detail),
    503: lambda report: Overloaded(retry_after=report.retry_after),
}


def _reported(error: HTTPError, address: str, iri: str | None) -> SixaikaError:
    report = _Report(error, address, iri)
    make = _MAKERS.get(report.slug) or _MAKERS.get(report.status)
    known = make(report) if make else EngineUnavailable(f"{address}: {report.detail}")
    if report.hint:
        known.add_note(str(report.hint))
    return known
