"""The web: everything that knows of HTTP; `create_app` makes an application of a publication."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from types import ModuleType
from typing import Any, Final

from flask import Flask

from sixaika_graph.publication import Publication
from sixaika_graph.web import (
    contents,
    freshness,
    graph_store,
    headers,
    health,
    metrics,
    pages,
    problems,
    resources,
    sparql,
)
from sixaika_graph.web.bodies import Bodies
from sixaika_graph.web.cache import Cache
from sixaika_graph.web.directory import read_directory
from sixaika_graph.web.keys import BODY_LIMIT
from sixaika_graph.web.observed import ObservedEngine
from sixaika_graph.web.plain_query import PlainQueries
from sixaika_graph.web.proxy import TrustedProxy
from sixaika_graph.web.query_log import QueryLog
from sixaika_graph.web.replies import Replies
from sixaika_graph.web.service import Service, install

_SHARED: Final = (health, metrics, sparql, graph_store, resources, pages)


class Application(Flask):
    """A Flask application without coroutines, which names the request in its log.

    `cache` is the one in front of it, None without one, and `bodies` what reads for it.
    """

    cache: Cache | None = None
    bodies: Bodies

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function, which would otherwise be looked at on each of its calls."""
        return func

    def log_exception(self, exc_info: Any) -> None:
        """Log what went wrong under the identifier that the client was told."""
        self.logger.error("%s failed", problems.request_id(), exc_info=exc_info)


def create_app(publication: Publication) -> Application:
    """Make the application that shows a publication; all set-up is done before it is returned.

    Raises:
        SixaikaError: the engine does not answer what it is asked for at the start.
    """
    app = Application(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.config["MAX_FORM_MEMORY_SIZE"] = BODY_LIMIT
    # An IRI of ours has no empty segment; the framework would redirect to what it takes it for.
    app.url_map.merge_slashes = False
    counted = metrics.Metrics(publication.version, publication.engine.load)
    metrics.install(app, counted)
    log = QueryLog(publication.settings)
    observed = ObservedEngine(publication.engine, counted, log)
    publication = replace(publication, engine=observed)
    install(app, Service(publication, read_directory(publication)))
    contents.install(app)
    headers.install(app)
    problems.install(app, pages.render_problem)
    for module in _SHARED if publication.file else (*_SHARED, *_own()):
        app.register_blueprint(module.bp)
    # The last to be installed is the first to see an answer: what it reports is completed as well.
    freshness.install(app)
    capacity = publication.settings.cache_memory * 2**20
    plain = PlainQueries(app.wsgi_app, observed, tagged=not capacity)
    app.wsgi_app = headers.completed(plain)  # type: ignore[method-assign, assignment]
    if capacity:
        cached = Cache(app.wsgi_app, Replies(capacity), publication.version)
        app.cache = counted.cache = cached
        app.wsgi_app = cached  # type: ignore[method-assign]
    # Half of the threads stay free of waiting for what others send.
    app.bodies = Bodies(app.wsgi_app, max(1, publication.settings.threads // 2))
    app.wsgi_app = app.bodies  # type: ignore[method-assign]
    if publication.settings.trusted_proxy:
        behind = TrustedProxy(app.wsgi_app, publication.settings.trusted_proxy)
        app.wsgi_app = behind  # type: ignore[method-assign]
    return app


def _own() -> Iterable[ModuleType]:
    """Return what a lone file does without: to import it takes a good part of its start."""
    from sixaika_graph.web.own import MODULES

    return MODULES
