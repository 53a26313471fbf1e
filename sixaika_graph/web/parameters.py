"""The parameters of a lookup request, read one by one, each refused in words that name it."""

import codecs
import json
from collections.abc import Sequence
from typing import Any

from flask import Response, request

from sixaika_graph.engine.jsonld import INLINE
from sixaika_graph.errors import NotAcceptable
from sixaika_graph.formats import Format
from sixaika_graph.sentence import Sentence
from sixaika_graph.web.language import LANGUAGES
from sixaika_graph.web.negotiation import parse_accept, prefers_html
from sixaika_graph.web.problems import Refusal
from sixaika_graph.web.protocol import given
from sixaika_graph.web.service import publication

JSON = "application/json"


def single(name: str) -> str | None:
    """Return the value of a parameter of the address or of a form, None where it has none.

    Raises:
        Refusal: it is given more than once.
    """
    values = given(request).getlist(name)
    if len(values) > 1:
        raise Refusal(
            "duplicate-parameter",
            Sentence("The parameter {name} is given more than once.", name=name),
        )
    return values[0] if values else None


def whole(name: str, default: int, low: int, high: int) -> int:
    """Return a parameter that is a whole number.

    Raises:
        Refusal: it is none from `low` to `high`.
    """
    text = single(name)
    if text is None or not text.strip():
        return default
    if not text.isascii() or not text.isdecimal() or not low <= int(text[:9]) <= high:
        raise bad(
            name,
            Sentence(
                "{name} is a whole number from {low} to {high}, not {text!r}.",
                name=name,
                low=low,
                high=high,
                text=text[:40],
            ),
        )
    return int(text)


def language() -> str:
    """Return the language in which names are wanted, "" where none of ours is asked for.

    Raises:
        Refusal: `lang` is given more than once.
    """
    asked = single("lang")
    return asked if asked in LANGUAGES else ""


def byte_order_mark(row: Format | None) -> bytes:
    """Return what comes before a table for `?bom=1`: Excel takes it for UTF-8 only with a mark.

    No other client wants one (design/http.md 21).
    """
    asked = row is not None and row.suffix == "csv" and request.values.get("bom") == "1"
    return codecs.BOM_UTF8 if asked else b""


def json_ld_context(row: Format) -> str:
    """Return the context of a document in a format: in it, or its address for `?context=url`.

    Raises:
        Refusal: the context is asked for in another way.
    """
    if row.media_type != "application/ld+json":
        return ""
    asked = single("context") or INLINE
    if asked not in (INLINE, "url"):
        detail = Sentence("context is inline or url, not {text!r}.", text=asked[:40])
        raise bad("context", detail, (INLINE, "url"))
    return INLINE if asked == INLINE else f"{publication().settings.public_url}prefixes.json"


def bad(name: str, detail: Sentence, available: Sequence[str] = ()) -> Refusal:
    """Return the refusal of a parameter, and what it can be."""
    if available:
        return Refusal("bad-parameter", detail, parameter=name, available=list(available))
    return Refusal("bad-parameter", detail, parameter=name)


def parse_json(name: str, text: str) -> Any:
    """Read a parameter, or a body, that is JSON.

    Raises:
        Refusal: it is not JSON.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise bad(
            name,
            Sentence(
                "{name} is not JSON: {reason} in line {line}, column {column}.",
                name=name,
                reason=error.msg,
                line=error.lineno,
                column=error.colno,
            ),
        ) from None
    except (ValueError, RecursionError):
        raise bad(
            name,
            Sentence("{name} cannot be read: a number or its nesting is too large.", name=name),
        ) from None


def readable(text: str) -> str:
    """Return a text without halves of surrogate pairs, which JSON can smuggle in as escapes."""
    return text.encode("utf-8", "replace").decode()


def respond_json(document: object) -> Response:
    """Send a document as JSON, its members in the order they have."""
    return Response(written(document), mimetype=JSON)


def written(document: object) -> str:
    """Write a document as JSON, as it is served."""
    return readable(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def wants_html() -> bool:
    """Tell whether the page is asked for, by `?format=` or Accept, and not JSON.

    Raises:
        Refusal: `format` is neither html nor json.
        NotAcceptable: neither is accepted.
    """
    asked = single("format")
    if asked in ("html", "json"):
        return asked == "html"
    if asked:
        detail = Sentence("format is html or json, not {text!r}.", text=asked[:40])
        raise bad("format", detail, ["html", "json"])
    accept = parse_accept(request.headers.get("Accept"))
    if prefers_html(accept, "results"):
        return True
    if not accept.quality(JSON):
        raise NotAcceptable([JSON, "text/html"])
    return False
