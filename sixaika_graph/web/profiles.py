"""Profiles: which view of a thing a client asks for, and which one it gets.

https://www.w3.org/TR/dx-prof-conneg/: by `?profile=`, or by the IRI of a profile in Accept-Profile.
A profile that is not known there is passed over, as a language is; in an address it is refused.
"""

from typing import Final

from flask import Response, g, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from sixaika_graph.namespaces import BASE, PREFIXES
from sixaika_graph.sentence import Sentence
from sixaika_graph.web import parameters

PROVENANCE: Final = "provenance"
"""The profile of datasets: each statement stands in the graphs of its sources."""

IRIS: Final = {"": f"{BASE}shapes", PROVENANCE: PREFIXES["prov"]}
"""What documents of a profile conform to: the shapes, for the graph of preferred statements."""

HEADER: Final = "Accept-Profile"


def asked_profile(*, by_header: bool, offered: bool) -> str:
    """Return the profile that a request asks for, "" for the usual one.

    `by_header` tells whether the header has a say, `offered` whether the document has another view.

    Raises:
        Refusal: the address names a profile that the document does not have.
    """
    named = parameters.single("profile")
    if named:
        if named != PROVENANCE or not offered:
            known = [PROVENANCE] if offered else []
            raise parameters.bad(
                "profile", Sentence("There is no profile {name!r}.", name=named[:40]), known
            )
        return PROVENANCE
    if not by_header or not offered:
        return ""
    g.negotiated = (HEADER,)
    return liked(request.headers.get(HEADER, ""))


def liked(header: str) -> str:
    """Return the profile that an Accept-Profile header likes best, "" where it names none."""
    accept = parse_accept_header(header, Accept)
    return max(IRIS, key=lambda name: accept.quality(f"<{IRIS[name]}>"))


def vary_by_profile(response: Response) -> Response:
    """Say that another Accept-Profile may give another answer."""
    response.vary.add(HEADER)
    return response


def say_profile(response: Response, name: str) -> str:
    """Name the profile of a document, and return the link that names it too."""
    response.headers["Content-Profile"] = f"<{IRIS[name]}>"
    return f'<{IRIS[name]}>; rel="profile"'
