"""The other representations of what a request asked for, named in the Link header (RFC 8288)."""

from collections.abc import Container
from dataclasses import dataclass

from flask import Response, g

from sixaika_graph.formats import Format


@dataclass(frozen=True)
class Alternate:
    """One representation of a document: its address and its format."""

    href: str
    format: Format

    def __str__(self) -> str:
        return f'<{self.href}>; rel="alternate"; type="{self.format.media_type}"'


def offer(*alternates: Alternate) -> None:
    """Remember the representations of what is asked for, for this answer or for its 406."""
    g.alternates = alternates


def link_alternates(
    response: Response, *links: str, among: Container[str] | None = None
) -> Response:
    """Name the remembered representations, or those `among` some media types, and other links."""
    values = [
        str(alternate)
        for alternate in g.get("alternates", ())
        if among is None or alternate.format.media_type in among
    ]
    if links or values:
        response.headers["Link"] = ", ".join([*links, *values])
    return response
