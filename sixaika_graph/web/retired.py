"""Retired identifiers: one that was merged leads to its successor, one that was withdrawn is gone.

A withdrawn IRI may hold the name of a person, so the data keeps its SHA-256 digest only, and what
is told of it names nobody.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sixaika_graph.namespaces import ID

_TOMBSTONE: Final = f"{ID}tombstone/"


@dataclass(frozen=True)
class Withdrawal:
    """On which day an IRI was withdrawn, and for which reason, by language."""

    day: str
    reasons: Mapping[str, str]


@dataclass(frozen=True)
class Retired:
    """What became of retired IRIs: `successors` by IRI, `withdrawals` by the digest of the IRI."""

    successors: Mapping[str, str] = field(default_factory=dict)
    withdrawals: Mapping[str, Withdrawal] = field(default_factory=dict)

    def withdrawal(self, iri: str) -> Withdrawal | None:
        """Return the withdrawal of an IRI; None when it was never withdrawn."""
        return self.withdrawals.get(digest(iri)) if self.withdrawals else None


def digest(iri: str) -> str:
    """Return what stands for a withdrawn IRI, the same as `printf %s IRI | sha256sum`."""
    return hashlib.sha256(iri.encode()).hexdigest()


def read_retired(rows: Iterable[Mapping[str, str]]) -> Retired:
    """Read the solutions of the site query `retired`."""
    successors: dict[str, str] = {}
    days: dict[str, str] = {}
    reasons: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        if "successor" in row:
            successors[row["tombstone"]] = row["successor"]
        elif row["tombstone"].startswith(_TOMBSTONE):
            name = row["tombstone"].removeprefix(_TOMBSTONE)
            days[name] = row["day"]
            if "reason" in row:
                reasons[name][row["language"]] = row["reason"]
    return Retired(
        successors, {name: Withdrawal(day, dict(reasons[name])) for name, day in days.items()}
    )
