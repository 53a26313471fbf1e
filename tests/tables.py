"""The tables that the data was made from, and their rows that the data leaves out.

They lie beside the project (`../shared/facts`, or SIXAIKA_SHARED); a test that compares with them
is skipped where they are missing and says which file it looked for.
"""

import csv
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
SHARED: Final = Path(os.environ.get("SIXAIKA_SHARED", ROOT.parent / "shared"))

Row = dict[str, str]


@dataclass(frozen=True)
class Omission:
    """Rows that the data leaves out, or one cell of them, and why.

    `where` gives columns and the value that each of them has in those rows.
    """

    table: str
    where: tuple[tuple[str, str], ...]
    cell: str
    rows: int
    reason: str

    def matches(self, row: Row) -> bool:
        """Tell whether a row of the table is one of those."""
        return all(row[column] == value for column, value in self.where)


@cache
def table(name: str) -> tuple[Row, ...]:
    """Return the rows of a table; skip the test where it is missing."""
    path = SHARED / "facts" / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"SKIPPED: {path} is missing")
    return _read(path)


@cache
def omissions() -> tuple[Omission, ...]:
    """Return all that is left out, in the order of the file."""
    return tuple(
        Omission(
            row["table"],
            tuple(_pair(one) for one in row["where"].split(" & ")),
            row["cell"],
            int(row["rows"]),
            row["reason"],
        )
        for row in _read(Path(__file__).parent / "facts_left_out.csv")
    )


def left_out(name: str, row: Row, cell: str = "") -> bool:
    """Tell whether the data leaves out a row of a table, or one cell of it."""
    return any(
        one.table == name and one.cell in ("", cell) and one.matches(row) for one in omissions()
    )


def _read(path: Path) -> tuple[Row, ...]:
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def _pair(text: str) -> tuple[str, str]:
    column, _, value = text.partition("=")
    return column, value
