"""The visitor's language: which one it is, the interface texts in it, and the headers that say so.

Texts stand in the templates in English; `translations/<language>/LC_MESSAGES/messages.po` has
them in Finnish and Swedish. They are compiled in memory at start: no binary file is kept.
"""

import gettext
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, Response, g, request
from jinja2 import StrictUndefined
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

SOURCE: Final = "en"
LANGUAGES: Final = ("en", "fi", "sv")
TRANSLATIONS: Final = Path(__file__).parent / "translations"


def current_language() -> str:
    """Return the language of this request: `?lang=`, else Accept-Language, else English."""
    language: str | None = g.get("language")
    if language is None:
        language = g.language = asked_language() or accepted_language()
    return language


def asked_language() -> str | None:
    """Return the language that the address names by `?lang=`.

    None for one that we lack, as on the page that refuses it.
    """
    asked = request.args.get("lang")
    return asked if asked in LANGUAGES else None


def accepted_language() -> str:
    """Return the language of ours that the request likes best."""
    return best_language(request.headers.get("Accept-Language"))


def best_language(header: str | None) -> str:
    """Return the language of ours that an Accept-Language likes best; sv-FI asks for sv."""
    accepted = [
        (tag.partition("-")[0], quality)
        for tag, quality in parse_accept_header(header, LanguageAccept)
    ]
    return str(LanguageAccept(accepted).best_match(LANGUAGES, SOURCE))


@cache
def texts() -> Mapping[str, gettext.NullTranslations]:
    """Return the interface texts of every language."""
    return {language: _read(language) for language in LANGUAGES}


def _read(language: str) -> gettext.NullTranslations:
    if language == SOURCE:
        return gettext.NullTranslations()
    path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def install(app: Flask) -> None:
    """Give the templates of an application their translation functions and strictness."""
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: texts()[current_language()].gettext(text),
        ngettext=lambda one, many, n: texts()[current_language()].ngettext(one, many, n),
        pgettext=lambda context, text: texts()[current_language()].pgettext(context, text),
        newstyle=True,
    )
    texts()
    app.after_request(say_language)


def say_language(response: Response) -> Response:
    """Name the language of an HTML page, and that it was negotiated (http.md 24)."""
    if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
        response.content_language.add(current_language())
        response.vary.add("Accept-Language")
    return response
