"""The SPARQL 1.1 Protocol: from an HTTP request to the operation that it asks for.

https://www.w3.org/TR/sparql11-protocol/#query-operation; HTTP QUERY carries a body like POST.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Request
from werkzeug.datastructures import MultiDict

from sixaika_graph.formats import Format, of_kind
from sixaika_graph.sentence import Sentence
from sixaika_graph.web.negotiation import named_formats
from sixaika_graph.web.problems import Refusal

FORM: Final = "application/x-www-form-urlencoded"
DIRECT: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
_QUERY_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_UTF8: Final = {"", "utf-8", "utf8", "us-ascii"}
_NONE: Final[MultiDict[str, str]] = MultiDict()
_BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]|%[89A-Fa-f]")


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One query operation; `text` is None where the request has no query at all.

    `formats` are those that `?format=` names, None where the Accept header decides.
    """

    text: str | None
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    timeout: float | None = None
    formats: tuple[Format, ...] | None = None


def read_operation(request: Request) -> Operation:
    """Read the query operation that a request asks for.

    Raises:
        Refusal: the request breaks the protocol, or asks for an update.
    """
    _require_utf8(request.query_string, Sentence("query string"))
    texts = [*request.args.getlist("query"), *_texts_in_body(request)]
    if "update" in request.values:
        raise _update()
    if len(texts) > 1:
        raise Refusal("duplicate-parameter", Sentence("The request has more than one query."))
    if not texts and request.method not in ("GET", "HEAD"):
        raise Refusal("missing-parameter", Sentence("The parameter query is missing."))
    default = _graphs(request, "default-graph-uri")
    named = _graphs(request, "named-graph-uri")
    return Operation(
        text=texts[0] if texts else None,
        default_graphs=default if default or named else None,
        named_graphs=named if default or named else None,
        timeout=_timeout(request),
        formats=read_formats(request),
    )


def _texts_in_body(request: Request) -> list[str]:
    if request.method not in ("POST", "QUERY"):
        return []
    if request.mimetype == UPDATE:
        raise _update()
    if not request.mimetype:
        raise Refusal(
            "missing-parameter",
            Sentence(
                "The request has no Content-Type; send {form} or {direct}.",
                form=FORM,
                direct=DIRECT,
            ),
            headers=_offered(),
        )
    if request.mimetype not in (FORM, DIRECT):
        raise Refusal(
            "unsupported-media-type",
            Sentence(
                "The body is {kind}; send {form} or {direct}.",
                kind=request.mimetype,
                form=FORM,
                direct=DIRECT,
            ),
            headers=_offered(),
            available=[FORM, DIRECT],
        )
    body = request.get_data()
    charset = request.mimetype_params.get("charset", "").lower()
    if charset not in _UTF8:
        raise Refusal(
            "bad-encoding",
            Sentence("The body is declared to be {charset}; send UTF-8.", charset=charset),
        )
    _require_utf8(body, Sentence("body"), encoded=request.mimetype == FORM)
    return [body.decode()] if request.mimetype == DIRECT else request.form.getlist("query")


def _offered() -> dict[str, str]:
    return {"Accept-Post": f"{FORM}, {DIRECT}"}


def _update() -> Refusal:
    return Refusal("read-only", Sentence("The request is an update; this endpoint is read-only."))


def _require_utf8(sent: bytes, where: Sentence, *, encoded: bool = True) -> None:
    if not _BEYOND_ASCII.search(sent):
        return
    try:
        (unquote_to_bytes(sent) if encoded else sent).decode()
    except UnicodeDecodeError as error:
        raise Refusal(
            "bad-encoding",
            Sentence(
                "The {where} is not UTF-8 from byte {byte} on.", where=where, byte=error.start + 1
            ),
        ) from None


def _graphs(request: Request, name: str) -> tuple[str, ...]:
    iris = request.values.getlist(name)
    for iri in iris:
        if not is_absolute(iri):
            raise Refusal(
                "bad-parameter",
                Sentence("{name} is no absolute IRI: {iri!r}.", name=name, iri=iri),
                parameter=name,
            )
    return tuple(dict.fromkeys(iris))


def is_absolute(iri: str) -> bool:
    """Tell whether a text is an IRI with a scheme, such as may name a graph."""
    forbidden = any(character <= " " or character in '<>"{}|^`\\' for character in iri)
    try:
        return bool(urlsplit(iri).scheme) and not forbidden
    except ValueError:
        return False


def _single(request: Request, name: str) -> str | None:
    values = request.values.getlist(name)
    if len(values) > 1:
        raise Refusal(
            "duplicate-parameter",
            Sentence("The parameter {name} is given more than once.", name=name),
        )
    return values[0] if values else None


def read_query_id(request: Request) -> str | None:
    """Return the name under which a query can be cancelled, None where it has none.

    Raises:
        Refusal: it cannot stand in an address.
    """
    name = request.environ.get("HTTP_QUERY_ID")
    if name is not None and not _QUERY_ID.fullmatch(name):
        raise Refusal(
            "bad-parameter",
            Sentence("Query-Id is 1 to 128 letters, digits, dots, hyphens, underscores or colons."),
            parameter="Query-Id",
        )
    return name


def _timeout(request: Request) -> float | None:
    text = _single(request, "timeout")
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise Refusal(
            "bad-parameter",
            Sentence("timeout is a number of seconds above 0, not {text!r}.", text=text),
            parameter="timeout",
        )
    return seconds


def given(request: Request) -> MultiDict[str, str]:
    """Return the parameters of an address and a form; most requests have none that need reading."""
    environ = request.environ
    if environ["REQUEST_METHOD"] == "GET" and not environ["QUERY_STRING"]:
        return _NONE
    return request.values


def read_formats(request: Request) -> tuple[Format, ...] | None:
    """Return the formats that `?format=` names, None where it is absent.

    Clients that know no Accept header repeat the parameter, or list names by commas, and send
    names that only other servers know: what is known counts, in the order of the names.

    Raises:
        Refusal: no format has any of the names.
    """
    values = given(request).getlist("format")
    if not values:
        return None
    names = [name for value in values for name in value.split(",")]
    formats = tuple(dict.fromkeys(row for name in names for row in named_formats(name)))
    if not formats:
        raise Refusal(
            "bad-parameter",
            Sentence(
                "format is a suffix or a media type that is known here, not {names!r}.",
                names=", ".join(names),
            ),
            parameter="format",
            available=_known_formats(of_kind("graph", "results", "html")),
        )
    return formats


def _known_formats(formats: Iterable[Format]) -> list[str]:
    return [name for row in formats for name in (row.suffix, row.media_type)]
