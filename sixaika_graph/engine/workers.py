"""The workers: a fixed number of processes, who may have one next, and how dead ones are replaced.

Queries wait in one line. A thread of its own, the keeper, starts the zygote, ends spent workers and
forks the missing ones, so that no query waits for the end of another one.
"""

import contextlib
import logging
import math
import socket
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final

from sixaika_graph.engine.zygote import Zygote
from sixaika_graph.errors import EngineUnavailable, Overloaded, TooManyQueries

_log: Final = logging.getLogger(__name__)

# Seconds after which a query is a long one: it counts in its client's share, gives way to others,
# and its worker, which has by then dirtied much of the shared memory, is replaced.
LONG: Final = 0.2
# Seconds between two looks at the zygote, and two tries to start it or to fork.
_PAUSE: Final = 1.0


@dataclass(eq=False)
class Worker:
    """A worker process as the pool sees it."""

    zygote: Zygote
    pid: int
    link: socket.socket
    ended: bool = False

    def is_alive(self) -> bool:
        """Tell whether an idle worker still runs: a dead one has closed its socket."""
        self.link.setblocking(False)
        try:
            return bool(self.link.recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            return True
        except ConnectionError:
            return False

    def end(self) -> int | None:
        """Kill and reap the process; return its exit code, if it can still be known."""
        if self.ended:
            return None
        self.ended = True
        self.link.close()
        return self.zygote.end(self.pid)


@dataclass(eq=False)
class Job:
    """A query on its way; its share and deadline count from different moments."""

    client: str | None
    limit: float
    asked: float = field(default_factory=time.monotonic)
    began: float = math.inf

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


class Workers:
    """The processes that evaluate queries on one dataset.

    `number` of them, `queue` queries that may wait for one, `client_share` long queries of one
    client at a time, and the `facts` that every worker knows.
    """

    def __init__(
        self,
        nquads: bytes,
        *,
        number: int,
        queue: int,
        client_share: int,
        facts: Mapping[str, object],
    ) -> None:
        """Start the zygote and wait until it has loaded the dataset.

        Raises:
            EngineUnavailable: it does not start; the message says why.
        """
        self._number = number
        self._queue = queue
        self._client_share = client_share
        self._facts = facts
        # A file, so that the web process need not hold the dataset for the zygote's next start.
        self._nquads = tempfile.TemporaryFile()  # noqa: SIM115 - the keeper closes it
        self._nquads.write(nquads)
        self._changed = threading.Condition()
        self._idle: list[Worker] = []
        self._spent: list[Worker] = []
        self._running: dict[Worker, Job] = {}
        self._waiting: deque[tuple[Job, Future[Worker]]] = deque()
        self._failure: str | None = None
        self.closed = False
        started: Future[None] = Future()
        self._keeper = threading.Thread(
            target=self._keep, args=[started], name="engine keeper", daemon=True
        )
        self._keeper.start()
        started.result()

    def close(self) -> None:
        """End all processes."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()
        self._keeper.join()

    def borrow(self, job: Job) -> Worker:
        """Return a worker, if need be after waiting for one.

        Raises:
            TooManyQueries: the client has its share of long queries.
            Overloaded: the queue is full, or no worker was free up to the deadline.
            EngineUnavailable: there are none.
        """
        with self._changed:
            self._admit(job)
            while self._idle:
                worker = self._idle.pop()
                if worker.is_alive():
                    self._begin(job, worker)
                    return worker
                self._spend(worker)
            if len(self._waiting) >= self._queue:
                raise Overloaded(retry_after=_retry_after(self._running.values()))
            place: Future[Worker] = Future()
            self._waiting.append((job, place))
        with contextlib.suppress(TimeoutError):
            return place.result(job.limit - job.elapsed)
        with self._changed:
            if place.done():
                # Handed over in this very moment; the deadline will do the rest.
                return place.result()
            self._waiting.remove((job, place))
            raise Overloaded(retry_after=_retry_after(self._running.values()))

    def release(self, worker: Worker, *, reusable: bool) -> None:
        """Take a worker back; one that is not reusable is ended and replaced."""
        with self._changed:
            del self._running[worker]
            if reusable:
                self._offer(worker)
            else:
                self._spend(worker)
        if self.closed:
            # The keeper may be gone already.
            worker.end()

    def _admit(self, job: Job) -> None:
        if self._failure:
            raise EngineUnavailable(self._failure)
        if refusal := self._refusal(job):
            raise refusal

    def _refusal(self, job: Job) -> TooManyQueries | None:
        """Count the long queries of one client; those of the site itself have no client."""
        if job.client is None:
            return None
        own = [other for other in self._running.values() if other.client == job.client]
        long = [other for other in own if other.is_long]
        if len(long) < self._client_share:
            return None
        return TooManyQueries(limit=self._client_share, retry_after=_retry_after(long))

    def _begin(self, job: Job, worker: Worker) -> None:
        job.began = time.monotonic()
        self._running[worker] = job

    def _offer(self, worker: Worker) -> None:
        """Give a worker to the query that has waited longest, or keep it for the next one."""
        while self._waiting:
            job, place = self._waiting.popleft()
            if refusal := self._refusal(job):
                place.set_exception(refusal)
                continue
            self._begin(job, worker)
            place.set_result(worker)
            return
        self._idle.append(worker)

    def _spend(self, worker: Worker) -> None:
        self._spent.append(worker)
        self._changed.notify_all()

    def _fail(self, failure: str) -> None:
        """Refuse the waiting queries, and all that come until the failure is mended."""
        with self._changed:
            self._failure = failure
            while self._waiting:
                self._waiting.popleft()[1].set_exception(EngineUnavailable(failure))

    def _keep(self, started: Future[None]) -> None:
        """Keep a zygote running until the engine is closed."""
        with self._nquads:
            while not self.closed:
                try:
                    zygote = Zygote(self._nquads, self._facts)
                except EngineUnavailable as error:
                    self._fail(str(error))
                    if not started.done():
                        started.set_exception(error)
                        return
                    _log.error("%s", error)
                    time.sleep(_PAUSE)
                    continue
                with contextlib.closing(zygote):
                    self._failure = None
                    if not started.done():
                        started.set_result(None)
                    self._tend(zygote)
            self._fail("The engine is closed.")

    def _tend(self, zygote: Zygote) -> None:
        """End the spent workers and fork the missing ones, as long as the zygote lives."""
        while zygote.alive and not self.closed:
            with self._changed:
                self._changed.wait_for(lambda: self.closed or self._spent or self._missing, _PAUSE)
                spent, self._spent = self._spent, []
            for worker in spent:
                worker.end()
            if self._missing and not self.closed:
                self._fork(zygote)
        if not self.closed:
            _log.warning("the process that evaluates queries is gone; starting another one")
        with self._changed:
            # Those that still run a query are found dead, and spent, by their borrowers.
            spent, self._idle, self._spent = self._spent + self._idle, [], []
        for worker in spent:
            worker.end()

    @property
    def _missing(self) -> int:
        return self._number - len(self._idle) - len(self._running)

    def _fork(self, zygote: Zygote) -> None:
        forked = zygote.fork()
        if forked:
            with self._changed:
                self._offer(Worker(zygote, *forked))
        elif zygote.alive:
            _log.error("the machine refuses another worker process")
            time.sleep(_PAUSE)


def _retry_after(jobs: Iterable[Job]) -> int:
    """Tell in how many seconds one of these queries will have ended for certain."""
    soonest = min((job.limit - job.elapsed for job in jobs), default=0.0)
    return max(1, math.ceil(soonest))
