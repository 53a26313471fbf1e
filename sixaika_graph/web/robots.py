"""What programs that visit unasked look for: robots.txt, the sitemap, security.txt.

https://www.rfc-editor.org/rfc/rfc9309, https://www.sitemaps.org/protocol.html,
https://www.rfc-editor.org/rfc/rfc9116. Pages of persons are in no sitemap.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Flask, Response
from flask.blueprints import BlueprintSetupState
from markupsafe import escape

from sixaika_graph.errors import UnknownResource
from sixaika_graph.namespaces import BASE, ID
from sixaika_graph.web.addresses import page_path
from sixaika_graph.web.collection import kinds
from sixaika_graph.web.released import content_tag, release, released_on
from sixaika_graph.web.service import directory, publication

bp: Final = Blueprint("robots", __name__)

LARGEST: Final = 50_000
"""Addresses that one sitemap may have."""

_PAGES: Final = ("/", "/catalog.html", "/ont", "/queries/", "/shapes")
_PERSONS: Final = (f"{ID}person/", f"{ID}assignment/")
_UNVISITED: Final = ("/sparql?", "/api/", "/reconcile", "/search?")
_SPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_VALID: Final = timedelta(days=365)


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    app = state.app
    assert isinstance(app, Flask)
    app.after_request(_keep_away)


def _keep_away(response: Response) -> Response:
    if publication().settings.staging:
        response.headers["X-Robots-Tag"] = "none"
    return response


@bp.get("/robots.txt")
def robots() -> Response:
    """Tell which addresses to leave alone: all of them while staging."""
    settings = publication().settings
    refused = ("/",) if settings.staging else _UNVISITED
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in refused)]
    if not settings.staging:
        lines += ["", f"Sitemap: {settings.public_url}sitemap.xml"]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """List all pages, or the sitemaps that do where there are too many for one."""
    addresses = _addresses()
    if len(addresses) <= LARGEST:
        return _xml("urlset", "url", addresses)
    public = publication().settings.public_url
    parts = range(1, -(-len(addresses) // LARGEST) + 1)
    return _xml("sitemapindex", "sitemap", [f"{public}sitemap-{part}.xml" for part in parts])


@bp.get("/sitemap-<int:part>.xml")
def sitemap_part(part: int) -> Response:
    """List one part of the pages."""
    shown = _addresses()[max(part - 1, 0) * LARGEST : part * LARGEST]
    if not shown:
        raise UnknownResource(f"{BASE}sitemap-{part}.xml")
    return _xml("urlset", "url", shown)


@bp.get("/.well-known/security.txt")
def security() -> Response:
    """Tell where to report a weakness; valid for a year from this day on."""
    settings = publication().settings
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: {settings.contact_url or settings.public_url}",
        f"Expires: {(today + _VALID).strftime('%Y-%m-%dT%H:%M:%SZ')}",
        "Preferred-Languages: fi, sv, en",
        f"Canonical: {settings.public_url}.well-known/security.txt",
    )
    response = Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _addresses() -> list[str]:
    """Return the addresses of all pages as the world sees them.

    Raises:
        UnknownResource: this is a staging server, which has no sitemap.
    """
    published = publication()
    if published.settings.staging:
        raise UnknownResource(f"{BASE}sitemap.xml")
    things = (iri for iri in directory().labels if not iri.startswith(_PERSONS))
    queries = (f"/queries/{name}" for name in published.library)
    public = published.settings.public_url.rstrip("/")
    lists = (page_path(f"{ID}{kind}") for kind in kinds() if f"{ID}{kind}/" not in _PERSONS)
    paths = (*_PAGES, *queries, *lists, *map(page_path, things))
    return sorted(public + quote(path) for path in paths)


def _xml(root: str, element: str, addresses: Iterable[str]) -> Response:
    day = release().modified
    entries = (
        f"<{element}><loc>{escape(one)}</loc><lastmod>{day}</lastmod></{element}>\n"
        for one in addresses
    )
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_SPACE}">\n'
    body = (text + "".join(entries) + f"</{root}>\n").encode()
    response = Response(body, mimetype="application/xml")
    response.headers["ETag"] = content_tag(body)
    response.last_modified = released_on()
    return response
