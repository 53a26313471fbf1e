"""The imprint of a page: what wrote it, so that its ETag is known before the page is made."""

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Final

from flask import Flask, current_app, request

from sixaika_graph import outcome
from sixaika_graph.publication import Publication
from sixaika_graph.web.language import current_language
from sixaika_graph.web.responses import entity_tag
from sixaika_graph.web.service import publication

_KEY: Final = "sixaika.imprint"
_TEXTS: Final = ("*.html", "*.po", "*.toml", "*.ttl")
_LIBRARIES: Final = ("babel", "jinja2", "markupsafe", "pyoxigraph")


def install(app: Flask) -> None:
    """Take the imprint of an application; pages of a lone file have none."""
    with app.app_context():
        if not publication().file:
            app.extensions[_KEY] = outcome.key(_parts(publication()))


def page_tag() -> str:
    """Return the ETag of the page that is asked for, in the language of the request."""
    wrote = current_app.extensions[_KEY]
    address = request.root_path + request.full_path
    return entity_tag(publication().version, wrote, address, current_language())


def _parts(shown: Publication) -> Iterator[bytes]:
    """Yield all that pages are made of but data and code: another one may write another page."""
    yield repr(shown.settings).encode()
    yield from (version(name).encode() for name in _LIBRARIES)
    yield from (query.text.encode() for query in shown.site.values())
    for pattern in _TEXTS:
        yield from (path.read_bytes() for path in sorted(Path(__file__).parent.rglob(pattern)))
