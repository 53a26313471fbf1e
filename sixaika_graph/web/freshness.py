"""How long an answer may be kept by others, and which one by nobody (RFC 9111)."""

from http import HTTPStatus
from typing import Final

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import PreconditionFailed

from sixaika_graph import sparql_text
from sixaika_graph.web.keys import is_single
from sixaika_graph.web.replies import tag_of
from sixaika_graph.web.responses import is_unchanged
from sixaika_graph.web.service import publication

CACHED: Final = "public, max-age=300, stale-while-revalidate=3600"
"""For what follows from the data and the code alone; a later look costs a 304."""
NEVER: Final = "no-store"

_FAILED: Final = HTTPStatus.PRECONDITION_FAILED
_VOLATILE: Final = ("NOW", "RAND", "UUID", "BNODE")


def install(app: Flask) -> None:
    """Let the answers of an application be kept, unless a view says otherwise.

    What this service says follows from a dataset that does not change while it runs. A view whose
    answer does not has to say so.
    """
    app.after_request(_limit)


def _limit(response: Response) -> Response:
    if is_volatile(g.get("query", "")):
        response.headers["Cache-Control"] = NEVER
        response.headers.pop("ETag", None)
    elif response.status_code == 200 and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = CACHED
        _tag(response)
    return _explained(response) if response.status_code == _FAILED else response


def _explained(response: Response) -> Response:
    """Report a condition that failed, of which whatever judged it has left the status only."""
    response.close()
    return current_app.make_response(current_app.handle_user_exception(PreconditionFailed()))


def _tag(response: Response) -> None:
    """Give an answer that passes by the cache in front the ETag that it would get there.

    One that is sent from a file has its own.
    """
    if is_single(request.environ) or not publication().settings.cache_memory:
        if response.is_sequence and "ETag" not in response.headers:
            response.headers["ETag"] = tag_of(response.get_data())
        is_unchanged(response)


def is_volatile(text: str) -> bool:
    """Tell whether a query calls a function that gives another value each time, as NOW does.

    Part of a word is enough, as the engine reads `trueNOW()` too; STRUUID has UUID in it.
    """
    upper = text.upper()
    if "\\" not in text and not any(name in upper for name in _VOLATILE):
        return False
    words = (token.keyword for token in sparql_text.tokens(text, {"word"}))
    return any(name in word for word in words for name in _VOLATILE)
