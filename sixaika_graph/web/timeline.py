"""Periods as bars on a line of years: those of projects and calls within their programme."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from babel.dates import format_date, format_skeleton

SCALE: Final = 1000
"""How many units a line is wide, whatever years it has."""


@dataclass(frozen=True)
class Period:
    """The first and the last day that a period may have, None where no source tells.

    `precision` is how exactly the sources tell it: "day", "month" or "year".
    """

    start: date | None
    end: date | None
    precision: str = "day"

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Period | None":
        """Read the bounds in a solution of a query; None where it has neither."""
        start, end = _day(row.get("start")), _day(row.get("end"))
        known = start is not None or end is not None
        return cls(start, end, str(row.get("precision", "day"))) if known else None

    def written(self, language: str, *, briefly: bool = False) -> str:
        """Write the period as exactly as it is known, to the month at most where `briefly`."""
        start, end = (self._day(day, language, briefly=briefly) for day in (self.start, self.end))
        dash = "\N{EN DASH}" if self.precision == "year" else " \N{EN DASH} "
        return start if start == end else f"{start}{dash}{end}".strip()

    def _day(self, day: date | None, language: str, *, briefly: bool) -> str:
        if day is None:
            return ""
        if self.precision == "year":
            return str(day.year)
        locale = "en_GB" if language == "en" else language
        if briefly or self.precision == "month":
            return format_skeleton("yMMM" if briefly else "yMMMM", day, locale=locale)
        return format_date(day, "long", locale=locale)


@dataclass(frozen=True)
class Bar:
    """A bar on a line of years, from its left end; `open` says that an end is not known."""

    x: int
    width: int
    open: bool


@dataclass(frozen=True)
class Timeline:
    """A line of whole years that has room for the periods on it; `programme` is the bar behind."""

    first: int
    last: int
    programme: Bar | None

    @classmethod
    def around(cls, programme: Period | None, periods: Iterable[Period]) -> "Timeline | None":
        """Make the line that all these periods fit on; None where no day of any is known."""
        known = [one for one in (programme, *periods) if one is not None]
        years = [day.year for one in known for day in (one.start, one.end) if day is not None]
        if not years:
            return None
        line = cls(min(years), max(years), None)
        return cls(line.first, line.last, line.bar(programme)) if programme else line

    @property
    def years(self) -> range:
        """The years of the line, each of them as wide as the others."""
        return range(self.first, self.last + 1)

    def bar(self, period: Period) -> Bar:
        """Place a period on the line; an end that is not known reaches as far as the line does."""
        left = 0 if period.start is None else self._place(period.start, 0)
        right = SCALE if period.end is None else self._place(period.end, 1)
        return Bar(left, max(right - left, 1), open=period.start is None or period.end is None)

    def _place(self, day: date, after: int) -> int:
        begin = date(day.year, 1, 1)
        share = ((day - begin).days + after) / (date(day.year, 12, 31) - begin).days
        return round(SCALE * (day.year - self.first + min(share, 1)) / len(self.years))


def _day(term: object) -> date | None:
    try:
        return None if term is None else date.fromisoformat(str(term))
    except ValueError:
        return None
