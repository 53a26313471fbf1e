"""The HTML pages: each is a site query, dataclasses made of its answer, and a template."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Flask, Response, abort, render_template, request
from flask.blueprints import BlueprintSetupState
from rdflib import URIRef
from rdflib.namespace import FOAF

from sixaika_graph.descriptions.markup import dataset_markup
from sixaika_graph.errors import UnknownResource
from sixaika_graph.formats import Format
from sixaika_graph.queries import NamedQuery
from sixaika_graph.web import (
    compiled,
    entity,
    frame,
    glossary,
    imprint,
    language,
    markup,
    questions,
    responses,
    results,
)
from sixaika_graph.web.addresses import (
    data_path,
    page_path,
    redirect_moved,
    split_form,
    thing_of,
)
from sixaika_graph.web.alternates import offer
from sixaika_graph.web.headers import redirect_to
from sixaika_graph.web.home import read_home
from sixaika_graph.web.links import expand
from sixaika_graph.web.listing import Listing
from sixaika_graph.web.lone_file import read_file_page
from sixaika_graph.web.named_graph import read_graph
from sixaika_graph.web.negotiation import vary
from sixaika_graph.web.ontology import read_ontology
from sixaika_graph.web.preview import Preview
from sixaika_graph.web.problem_types import PROBLEM_TYPES
from sixaika_graph.web.problems import Problem
from sixaika_graph.web.released import catalogue_graph, released_on
from sixaika_graph.web.representations import asked_format, thing_formats
from sixaika_graph.web.service import directory, publication
from sixaika_graph.web.shapes import read_shapes
from sixaika_graph.web.signposts import link_signposts
from sixaika_graph.web.usage import with_members

_PARTS: Final = frozenset({"property", "inverse", "nodes"})
"""Parameters that ask for a part of a page, which may not be there."""

bp: Final = Blueprint("pages", __name__, static_folder="static", static_url_path="/static")


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    app = state.app
    assert isinstance(app, Flask)
    language.install(app)
    frame.install(app)
    markup.install(app)
    compiled.install(app)
    with app.app_context():
        if not publication().file:
            glossary.install(app)
    imprint.install(app)


@bp.get("/")
def home() -> Response:
    """Show what this is, how much is in it, and where to begin."""
    if publication().file:
        return _page("file.html", page=read_file_page())
    dataset = dataset_markup(catalogue_graph(), language.current_language())
    return _page("home.html", home=read_home(), markup=dataset)


@bp.get("/page/<path:path>")
def page(path: str) -> Response:
    """Show one thing: all of it, or one group of its statements or of the links to it."""
    iri, fixed = split_form(thing_of(path))
    dotted = f".{fixed.suffix}" if fixed else ""
    moved = redirect_moved(iri, lambda other: page_path(other) + dotted)
    if moved is not None:
        return moved
    if fixed is not None:
        return _lead_to_form(iri, fixed)
    if "format" in request.args:
        row = asked_format(None, strictly=False, formats=thing_formats())
        if row.kind != "html":
            return _lead_to_form(iri, row)
    if iri in directory().labels and _PARTS.isdisjoint(request.args):
        is_person = str(FOAF.Person) in directory().types.get(iri, ())
        bodiless = responses.headed(
            lambda: _complete(Response(mimetype="text/html"), iri, names_person=is_person)
        )
        if bodiless is not None:
            return bodiless
    shown = _describe(URIRef(iri))
    markup.describe_thing(URIRef(iri), shown.stated)
    response = _page(shown.template, entity=shown)
    return _complete(response, iri, names_person=shown.names_person)


def _complete(response: Response, iri: str, *, names_person: bool) -> Response:
    offer(*entity.alternates(iri))
    if names_person:
        response.headers["X-Robots-Tag"] = "noindex"
    if publication().release is not None:
        response.last_modified = released_on()
        response.headers["ETag"] = imprint.page_tag()
    return link_signposts(vary(response), iri)


def _lead_to_form(iri: str, row: Format) -> Response:
    """Lead to the document that has a form; the page itself has one only."""
    if row.kind == "html":
        return redirect_to(page_path(iri), HTTPStatus.SEE_OTHER)
    return redirect_to(f"{data_path(iri)}.{row.suffix}", HTTPStatus.SEE_OTHER)


def _describe(iri: URIRef) -> entity.Entity:
    after = request.args.get("after", "")
    if (name := request.args.get("property")) is not None:
        return entity.describe_property(iri, expand(name) or abort(404))
    if (name := request.args.get("inverse")) is not None:
        return entity.describe_incoming(iri, name, after)
    if (name := request.args.get("nodes")) is not None:
        return entity.describe_nodes(iri, name, after)
    return entity.describe(iri)


@bp.get("/problems/")
def problem_list() -> Response:
    """List the types of problems that this service reports."""
    return _page("problems.html", types=sorted(PROBLEM_TYPES.values(), key=lambda one: one.status))


@bp.get("/problems/<slug>")
def problem_type(slug: str) -> Response:
    """Explain one type of problem; its address is the `type` of a problem document."""
    if slug not in PROBLEM_TYPES:
        abort(404)
    return _page("problem-type.html", type=PROBLEM_TYPES[slug])


def render_problem(problem: Problem) -> Response:
    """Show a problem to a browser; this asks the engine nothing, which may be the problem."""
    return _page("problem.html", problem=problem, similar=results.similar(problem))


def render_query_form(
    text: str, preview: Preview | None = None, problem: Problem | None = None
) -> Response:
    """Show the form for a query, with the head of its answer or the problem it met."""
    return _page("sparql.html", form=results.query_form(text, preview), problem=problem)


def render_queries(library: Sequence[NamedQuery]) -> Response:
    """List the queries of the library by theme."""
    return _page("queries.html", themes=tuple(questions.themes(library)))


def render_query(query: NamedQuery, preview: Preview, parameters: Mapping[str, str]) -> Response:
    """Show a query of the library, the values of its parameters, and the head of its answer."""
    return _page("query.html", question=questions.asked(query, preview, parameters))


def render_ontology() -> Response:
    """Show the ontology as a document whose anchors are the fragments of its terms."""
    return _page("ontology.html", ontology=read_ontology())


def render_shapes() -> Response:
    """Show the shapes as a document whose anchors are the fragments of their IRIs."""
    return _page("shapes.html", shapes=with_members(read_shapes()))


def render_catalogue(shown: Listing) -> Response:
    """Show the catalogue: the datasets with their files, and the services."""
    return _page("catalogue.html", catalogue=shown)


def render_graph(name: URIRef) -> Response:
    """Show one named graph: its source, and a page of its statements."""
    shown = read_graph(name, request.args.get("after", ""))
    if shown is None:
        raise UnknownResource(name)
    return _page("graph.html", graph=shown)


def _page(template: str, **context: object) -> Response:
    return Response(render_template(template, **context), mimetype="text/html")
