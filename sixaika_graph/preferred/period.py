"""Periods as four days, since neither engine compares a year, a month and a day rightly.

`schema:startDate` and `schema:endDate` come as printed: xsd:date, xsd:gYearMonth or xsd:gYear
(https://www.w3.org/TR/xmlschema11-2/#gYearMonth). The preferred graph keeps them only as days.
"""

import calendar
import datetime
import re
from dataclasses import dataclass
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Node

from sixaika_graph.namespaces import S6, SCHEMA

_PRECISIONS: Final = ("day", "month", "year")
_PRECISION_OF: Final = {XSD.date: "day", XSD.gYearMonth: "month", XSD.gYear: "year"}
_PRINTED: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_ENDS: Final = (
    (SCHEMA.startDate, S6.earliestStart, S6.latestStart),
    (SCHEMA.endDate, S6.earliestEnd, S6.latestEnd),
)


@dataclass(frozen=True)
class Moment:
    """A printed date: the first and the last day that it may mean, and how exact it is."""

    earliest: datetime.date
    latest: datetime.date
    precision: str

    @classmethod
    def of(cls, printed: Node) -> "Moment | None":
        """Read a date literal; None when it is no calendar date (a shape reports it)."""
        if not isinstance(printed, Literal) or printed.datatype not in _PRECISION_OF:
            return None
        match = _PRINTED.fullmatch(str(printed))
        if match is None:
            return None
        year, month, day = (int(part) if part else None for part in match.groups())
        assert year is not None
        last_month = month or 12
        try:
            last_day = day or calendar.monthrange(year, last_month)[1]
            return cls(
                datetime.date(year, month or 1, day or 1),
                datetime.date(year, last_month, last_day),
                _PRECISION_OF[URIRef(printed.datatype)],
            )
        except (ValueError, calendar.IllegalMonthError):
            return None


def months(start: datetime.date, end: datetime.date) -> int:
    """Return the length of a period in whole months, first and last day included, rounded."""
    after = end + datetime.timedelta(days=1)
    whole = (after.year - start.year) * 12 + after.month - start.month
    return round(whole + (after.day - start.day) / 30)


def add_bounds(graph: Graph) -> None:
    """Add the four bounds, their precision and the duration; drop dates that are no days."""
    subjects = {*graph.subjects(SCHEMA.startDate), *graph.subjects(SCHEMA.endDate)}
    for subject in subjects:
        moments = []
        for printed, earliest, latest in _ENDS:
            value = graph.value(subject, printed)
            moment = Moment.of(value) if value is not None else None
            if moment is None:
                continue
            moments.append(moment)
            graph.set((subject, earliest, Literal(moment.earliest)))
            graph.set((subject, latest, Literal(moment.latest)))
            if moment.precision != "day":
                graph.remove((subject, printed, None))
        if moments:
            coarsest = max((moment.precision for moment in moments), key=_PRECISIONS.index)
            graph.set((subject, S6.datePrecision, Literal(coarsest)))
        if len(moments) == len(_ENDS) and coarsest == "day":
            length = months(moments[0].earliest, moments[1].latest)
            graph.set((subject, S6.durationMonths, Literal(length)))
