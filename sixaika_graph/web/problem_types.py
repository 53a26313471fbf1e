"""The types of problems that this service reports, and which error is of which type.

The types stand in `problem_types.toml`; no other place gives an error of ours an HTTP status.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sixaika_graph import errors


@dataclass(frozen=True)
class ProblemType:
    """One type of problem (RFC 9457, 3.1.1): what happened, and what a client can do about it."""

    slug: str
    status: int
    title: str
    explanation: str
    hint: str = ""


def _read() -> dict[str, ProblemType]:
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return {slug: ProblemType(slug, **row) for slug, row in tomllib.loads(text).items()}


PROBLEM_TYPES: Final = _read()

OF_ERROR: Final[dict[type[errors.SixaikaError], ProblemType]] = {
    error: PROBLEM_TYPES[slug]
    for error, slug in (
        (errors.SixaikaError, "internal-error"),
        (errors.QueryError, "bad-request"),
        (errors.BadParameter, "bad-parameter"),
        (errors.MalformedQuery, "malformed-query"),
        (errors.QueryTooDeep, "query-too-deep"),
        (errors.RefusedQuery, "refused-query"),
        (errors.QueryTimeout, "query-timeout"),
        (errors.QueryMemory, "query-memory"),
        (errors.AnswerTooLarge, "result-too-large"),
        (errors.QueryCancelled, "query-cancelled"),
        (errors.DuplicateQuery, "duplicate-query"),
        (errors.TooManyQueries, "too-many-queries"),
        (errors.Overloaded, "overloaded"),
        (errors.WorkerLost, "worker-lost"),
        (errors.EngineUnavailable, "engine-unavailable"),
        (errors.NotAcceptable, "not-acceptable"),
        (errors.UnknownResource, "not-found"),
        (errors.GoneResource, "gone"),
    )
}


def type_of(error: errors.SixaikaError) -> ProblemType:
    """Return the type of an error: that of its class, or of the nearest one above it."""
    return next(OF_ERROR[base] for base in type(error).__mro__ if base in OF_ERROR)


# What the framework itself refuses, by its status; another 4xx is a bad request.
OF_STATUS: Final = {
    PROBLEM_TYPES[slug].status: PROBLEM_TYPES[slug]
    for slug in (
        "not-found",
        "method-not-allowed",
        "not-acceptable",
        "gone",
        "precondition-failed",
        "body-too-large",
        "url-too-long",
        "range-not-satisfiable",
        "unsupported-media-type",
        "internal-error",
    )
}
