"""What stands around every page: language switch, canonical address, version; and the filters."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from babel import Locale
from babel.numbers import format_decimal
from flask import Flask, g, request
from markupsafe import Markup, escape
from rdflib import XSD, Literal

from sixaika_graph.sentence import Sentence
from sixaika_graph.web.headers import ADDRESS_LIMIT
from sixaika_graph.web.language import LANGUAGES, SOURCE, asked_language, current_language, texts
from sixaika_graph.web.links import here, local
from sixaika_graph.web.released import is_demonstration
from sixaika_graph.web.service import publication
from sixaika_graph.web.values import literal_text

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
_REMEMBERED: Final = 256
_VERSION_SHOWN: Final = 12


@dataclass(frozen=True)
class Choice:
    """The same page in one language: `href` on this server, `address` as the world sees it."""

    language: str
    name: str
    href: str
    address: str


@dataclass(frozen=True)
class Frame:
    """What a page says about itself beside its content.

    `name` is that of the site; `file` that of a file which is all there is, "" for the real site.
    `path` is its path on this server, `canonical` its address as the world sees it, `version` the
    beginning of the hash of the data; with `demonstration` portals may not take the catalogue.
    """

    name: str
    file: str
    language: str
    languages: tuple[Choice, ...]
    path: str
    canonical: str
    licence: str
    version: str
    demonstration: bool


def frame() -> Frame:
    """Return the frame of the page that is asked for."""
    shown = publication()
    public = shown.settings.public_url.rstrip("/")
    return Frame(
        name=shown.file or translated("6Aika knowledge graph"),
        file=shown.file,
        language=current_language(),
        languages=tuple(
            Choice(
                language,
                language_name(language, language),
                _in(language),
                f"{public}{_in(language).removeprefix(request.root_path)}",
            )
            for language in sorted(LANGUAGES)
        ),
        path=request.path,
        canonical=f"{public}{local(request.path, lang=None).removeprefix(request.root_path)}",
        licence=LICENCE,
        version=shown.version[:_VERSION_SHOWN],
        demonstration=is_demonstration(),
    )


def _in(language: str) -> str:
    """Return this page in a language; what else is asked of it stays, as far as it fits."""
    address = here(**{**request.values.to_dict(), "lang": language})
    return address if len(address) <= ADDRESS_LIMIT else here(lang=language)


def language_name(language: str, reader: str | None = None) -> str:
    """Return the name of a language in the language of the reader."""
    return _named(language, reader or current_language())


@lru_cache(_REMEMBERED)
def _named(language: str, reader: str) -> str:
    return str(Locale.parse(reader).languages.get(language, language))


def capfirst(text: str) -> str:
    """Begin a text with a capital and leave the rest alone."""
    return text[:1].upper() + text[1:]


def number(value: float) -> str:
    """Write a number as readers of the page's language do."""
    return _written(value, current_language())


@lru_cache(_REMEMBERED)
def _written(value: float, language: str) -> str:
    return format_decimal(value, locale=language)


def day(value: date | str) -> str:
    """Write a day, or YYYY-MM-DD, as readers of the page's language do."""
    return literal_text(Literal(value, datatype=XSD.date), current_language())


def translated(text: str) -> str:
    """Return a text of the program in the visitor's language, as it is where there is none."""
    told = texts()[current_language()].gettext
    return told(text.template).format(**text.values) if isinstance(text, Sentence) else told(text)


def told(text: str) -> Markup:
    """Return a sentence of the program as HTML in the visitor's language.

    What has no translation, as the reason that the parser of the engine gives, says that it is in
    English.
    """
    language = current_language()
    template = text.template if isinstance(text, Sentence) else text
    known = texts()[language].gettext(template)
    if known == template and language != SOURCE:
        return Markup('<span lang="{}">{}</span>').format(SOURCE, text)
    if not isinstance(text, Sentence):
        return escape(known)
    values = {
        name: told(value)
        if isinstance(value, Sentence) or (name == "reason" and isinstance(value, str))
        else value
        for name, value in text.values.items()
    }
    return escape(known).format(**values)


def once(macro: Callable[[Any], Markup], it: object) -> Markup:
    """Return what a macro writes of a thing, written once for a page that shows it many times."""
    written: dict[tuple[object, int], tuple[object, Markup]] = g.setdefault("written", {})
    # The thing is kept beside what was written, so that no other one has its number meanwhile.
    key = (macro, id(it))
    if key not in written:
        written[key] = it, macro(it)
    return written[key][1]


def install(app: Flask) -> None:
    """Give the templates of an application the frame, the links and the filters they use."""
    app.context_processor(lambda: {"frame": frame(), "asked_language": asked_language()})
    app.jinja_env.globals.update(local=local, here=here, language_name=language_name, once=once)
    app.jinja_env.filters.update(
        capfirst=capfirst, day=day, number=number, told=told, translated=translated
    )
