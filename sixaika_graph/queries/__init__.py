"""Named queries: SPARQL files with a header, whose parameters can be bound to terms.

A header is comment lines `#+ key: value` at the head of the file, so that the file runs as it is on
any engine. A query with a `view` is a question of the library and has all keys of the header, in
three languages; one without is asked by the site itself and has titles only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from rdflib.term import Node

from sixaika_graph import sparql_text
from sixaika_graph.errors import BadParameter, SourceError
from sixaika_graph.queries import parameter
from sixaika_graph.queries.header import LANGUAGES, THEMES, Header
from sixaika_graph.queries.parameter import Term
from sixaika_graph.queries.view import read_view
from sixaika_graph.sentence import Sentence
from sixaika_graph.sparql_text import QueryForm

__all__ = [
    "LANGUAGES",
    "THEMES",
    "NamedQuery",
    "Term",
    "bind",
    "parse_parameter",
    "read",
    "read_file",
]


@dataclass(frozen=True, kw_only=True)
class NamedQuery:
    """A query with a name, the stem of its file.

    `titles` and `descriptions` are by language; `text` is the whole file; `parameters` holds the
    default of each variable that can be bound, in the order of the text. `question` is the number
    of the competency question that is answered; `columns` are those that the `view` reads.
    """

    name: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    keywords: tuple[str, ...]
    theme: str
    question: int | None
    view: str
    columns: tuple[str, ...]
    text: str
    form: QueryForm
    parameters: Mapping[str, Term]


def read(folder: Path) -> dict[str, NamedQuery]:
    """Read the `*.rq` files of a folder (not of those below it), in the order of their names.

    Raises:
        SourceError: a file cannot be read, or its header or a parameter is wrong.
    """
    return {path.stem: read_file(path) for path in sorted(folder.glob("*.rq"))}


def read_file(path: Path) -> NamedQuery:
    """Read one named query.

    Raises:
        SourceError: the file cannot be read, or its header or a parameter is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(path, f"not UTF-8 text: {error.reason} at byte {error.start}") from None
    except OSError as error:
        raise SourceError(path, error.strerror or "cannot be read") from None
    header = Header(text, path)
    form = sparql_text.form(text)
    if form is None:
        raise SourceError(path, "no query follows the header", line=len(header) + 1)
    view, columns = read_view(header, form, text)
    return NamedQuery(
        name=path.stem,
        titles=header.by_language("title"),
        descriptions=header.by_language("description"),
        keywords=header.words("keywords"),
        theme=header.theme,
        question=header.question,
        view=view,
        columns=columns,
        text=text,
        form=form,
        parameters=MappingProxyType(
            {slot.variable: parameter.default(slot, text, path) for slot in parameter.slots(text)}
        ),
    )


def bind(query: NamedQuery, terms: Mapping[str, Node | Sequence[Node]]) -> str:
    """Return the text of a query with a term, or a list of terms, for some of its parameters.

    Raises:
        BadParameter: the query has no such parameter, or a term cannot stand in a query.
    """
    for variable in terms:
        _require(query, variable)
    written = {variable: parameter.serialise(variable, term) for variable, term in terms.items()}
    pieces, position = [], 0
    for slot in parameter.slots(query.text):
        if slot.variable in written:
            pieces += [query.text[position : slot.start], f" {written[slot.variable]} "]
            position = slot.end
    return "".join([*pieces, query.text[position:]])


def parse_parameter(query: NamedQuery, variable: str, text: str) -> Term:
    """Read the value of a parameter as the kind of term that its default is.

    A whole IRI, or a name with a known prefix, stands for an IRI; a literal gets the datatype or
    the language of the default.

    Raises:
        BadParameter: the query has no such parameter, or the text is no value for it.
    """
    return parameter.parse(variable, text, like=_require(query, variable))


def _require(query: NamedQuery, variable: str) -> Term:
    if variable not in query.parameters:
        known = ", ".join(query.parameters)
        unlike = Sentence(
            "There is no parameter {variable!r}: {name} has {known}.",
            variable=variable,
            name=query.name,
            known=known,
        )
        none = Sentence(
            "There is no parameter {variable!r}: {name} takes none.",
            variable=variable,
            name=query.name,
        )
        raise BadParameter(
            unlike if known else none,
            parameter=variable,
            available=list(query.parameters),
        )
    return query.parameters[variable]
