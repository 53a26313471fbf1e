"""Solutions as a table of pandas, which is installed with the extra `pandas` only."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from rdflib import Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Identifier

from sixaika_graph.client.answers import Solutions

if TYPE_CHECKING:
    import pandas

_WHOLE: Final = (XSD.integer, XSD.int, XSD.long, XSD.nonNegativeInteger, XSD.positiveInteger)
_READERS: Final[Mapping[URIRef, Callable[[str], object]]] = {
    **dict.fromkeys(_WHOLE, int),
    **dict.fromkeys((XSD.decimal, XSD.double, XSD.float), float),
    XSD.boolean: lambda text: {"true": True, "1": True, "false": False, "0": False}[text],
    XSD.date: date.fromisoformat,
    XSD.dateTime: datetime.fromisoformat,
}


def to_dataframe(solutions: Solutions) -> "pandas.DataFrame":
    """Return solutions as a DataFrame: a column for each variable, None where one is unbound.

    Raises:
        ImportError: pandas is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        message = "A DataFrame needs pandas: pip install 'sixaika-graph[pandas]'"
        raise ImportError(message, name="pandas") from error
    columns: dict[str, list[Any]] = {
        name: [_value(row.get(name)) for row in solutions.rows] for name in solutions.variables
    }
    return pandas.DataFrame(columns, columns=list(solutions.variables))


def _value(term: Identifier | None) -> object:
    """Return the value of a term; what is no value of its datatype stays text."""
    if term is None:
        return None
    read = _READERS.get(term.datatype) if isinstance(term, Literal) and term.datatype else None
    if read is None:
        return str(term)
    try:
        return read(str(term))
    except (ValueError, KeyError):
        return str(term)
