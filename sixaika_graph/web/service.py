"""What every view reads: the publication, and the directory of what can be dereferenced."""

from dataclasses import dataclass
from typing import Final

from flask import Flask, current_app

from sixaika_graph.publication import Publication
from sixaika_graph.web.directory import Directory

_KEY: Final = "sixaika"


@dataclass(frozen=True)
class Service:
    """The whole state of the application, made before the first request and never changed."""

    publication: Publication
    directory: Directory


def install(app: Flask, service: Service) -> None:
    """Give an application its state."""
    app.extensions[_KEY] = service


def service() -> Service:
    """Return the state of the current application."""
    # A document asks a dozen times, and each attribute of the proxy would cost a microsecond.
    application: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    state: Service = application.extensions[_KEY]
    return state


def publication() -> Publication:
    """Return the publication that the current application shows."""
    return service().publication


def directory() -> Directory:
    """Return what the current application knows about, and under which addresses."""
    return service().directory
