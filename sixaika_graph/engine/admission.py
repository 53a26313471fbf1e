"""Admission: which query may begin or run on, which waits, and which is refused.

A client may have its share of workers; more of its queries wait. Once its whole share runs long
queries, more are refused. The last workers are for clients that have none and for short queries.
What the site itself asks has no client, and none of these bounds.
"""

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from sixaika_graph.errors import Overloaded, TooManyQueries

# Seconds after which a query is a long one: it counts in its client's share, gives way to others,
# and its worker, which has by then dirtied much of the shared memory, is replaced.
LONG: Final = 0.2
# Clients of whom it is known when they last had a worker.
_REMEMBERED: Final = 1_000
# One worker in so many is kept in reserve.
_RESERVE: Final = 3


@dataclass(eq=False)
class Job:
    """A query on its way; its deadline counts from when it was asked, its length from its begin."""

    client: str | None
    limit: float
    asked: float = field(default_factory=time.monotonic)
    began: float = math.inf
    cancelled: bool = False

    @property
    def deadline(self) -> float:
        """The moment (of `time.monotonic`) at which it must have ended."""
        return self.asked + self.limit

    @property
    def elapsed(self) -> float:
        """Seconds since it was asked."""
        return time.monotonic() - self.asked

    @property
    def is_long(self) -> bool:
        """Whether it has had a worker for longer than `LONG`."""
        return time.monotonic() - self.began > LONG


class Admission:
    """The running queries, and what they leave for others; not safe for threads by itself."""

    def __init__(self, workers: int, client_share: int) -> None:
        """Admit to so many workers, and of each client so many queries."""
        self.running: set[Job] = set()
        self._served: dict[str, float] = {}
        self._workers = workers
        self._client_share = client_share
        self._reserve = workers // _RESERVE

    def begin(self, job: Job) -> None:
        """Count a query as running from now."""
        job.began = time.monotonic()
        self.running.add(job)
        if job.client is not None:
            self._served.pop(job.client, None)
            self._served[job.client] = job.began
            if len(self._served) > _REMEMBERED:
                del self._served[next(iter(self._served))]

    def refusal(self, job: Job) -> TooManyQueries | None:
        """Return the error for a client whose whole share runs long queries."""
        own = self._of_client(job)
        if len(own) < self._client_share:
            return None
        long = [other for other in own if other.is_long]
        if len(long) < self._client_share:
            return None
        return TooManyQueries(limit=self._client_share, retry_after=_until_one_ends(long))

    def may_begin(self, job: Job) -> bool:
        """Tell whether the client may have a worker, or another one."""
        own = len(self._of_client(job))
        free = self._workers - len(self.running)
        return own < self._client_share and (own == 0 or free > self._reserve)

    def may_run_on(self, job: Job) -> bool:
        """Tell whether a query that has become a long one leaves the reserve to others."""
        if job.client is None:
            return True
        long = sum(other.is_long for other in self.running - {job})
        return long < self._workers - self._reserve

    def in_turn(self, jobs: Iterable[Job]) -> list[Job]:
        """Sort waiting queries, given as they came.

        First is the client that has fewest workers, then the one that has gone longest without: a
        client with many queries in the line is passed by one with a single query.
        """
        return sorted(jobs, key=self._turn)

    def overload(self, queue: int) -> Overloaded:
        """Return the error for a query that finds no place among those that may wait."""
        return Overloaded(retry_after=_until_one_ends(self.running), limit=queue)

    def _turn(self, job: Job) -> tuple[int, float]:
        return len(self._of_client(job)), self._served.get(job.client or "", 0.0)

    def _of_client(self, job: Job) -> list[Job]:
        if job.client is None:
            return []
        return [other for other in self.running if other.client == job.client]


def _until_one_ends(jobs: Iterable[Job]) -> int:
    """Tell in how many seconds one of these queries will have ended for certain."""
    soonest = min((job.limit - job.elapsed for job in jobs), default=0.0)
    return max(1, math.ceil(soonest))
