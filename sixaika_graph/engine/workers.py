"""The workers: a fixed number of processes, who waits for one, and how dead ones are replaced.

A thread of its own, the keeper, starts the zygote, forks missing workers and reaps spent ones, so
that no query waits for the end of another one.
"""

import contextlib
import logging
import os
import select
import signal
import socket
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final

from sixaika_graph.engine import frames
from sixaika_graph.engine.admission import Admission, Job
from sixaika_graph.engine.source import Source
from sixaika_graph.engine.zygote import Zygote
from sixaika_graph.errors import EngineUnavailable, QueryCancelled, SixaikaError, SourceError
from sixaika_graph.sentence import Sentence

_log: Final = logging.getLogger(__name__)

# How far a worker with a long query steps back for the others.
_NICE: Final = 15
# Seconds between two looks at the zygote, and two tries to start it or to fork.
_PAUSE: Final = 1.0
# Seconds between two looks at workers that were killed and have not ended yet.
_SHORT_PAUSE: Final = 0.05


@dataclass(eq=False)
class Worker:
    """A worker process as the pool sees it."""

    zygote: Zygote
    pid: int
    link: socket.socket
    ended: bool = False

    def __post_init__(self) -> None:
        """Begin to listen."""
        self.arriving = frames.Frames(self.link)

    @property
    def is_lost(self) -> bool:
        """Whether nobody could tell how the process ends."""
        return self.ended or not self.zygote.alive

    @property
    def is_dead(self) -> bool:
        """Whether the process has ended, and so closed its socket, or is about to."""
        if self.is_lost:
            return True
        hang_up_only = 0
        poll = select.poll()
        poll.register(self.link, hang_up_only)
        return bool(poll.poll(0))

    def step_back(self) -> None:
        """Give the processors to others first, as they may have shorter queries."""
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, _NICE)

    def kill(self) -> None:
        """Kill the process; its number stays taken until `end`, so no other one is hit."""
        if self.zygote.alive and not self.ended:
            os.kill(self.pid, signal.SIGKILL)

    def end(self) -> int | None:
        """Kill and reap the process; return its exit code, if it can still be known."""
        if self.ended:
            return None
        self.ended = True
        self.link.close()
        return self.zygote.end(self.pid)


def cancelled() -> QueryCancelled:
    """Return the error of a query that its client has ended."""
    return QueryCancelled(Sentence("The query was cancelled by its client."))


class Workers:
    """The processes that evaluate queries on one dataset.

    `number` of them, `queue` queries that may wait for one, `client_share` long queries of one
    client at a time, and the `facts` that every worker knows.
    """

    def __init__(
        self,
        source: Source,
        *,
        number: int,
        queue: int,
        client_share: int,
        facts: Mapping[str, object],
    ) -> None:
        """Start the zygote and wait until it has loaded the dataset.

        Raises:
            EngineUnavailable: it does not start; the message says why.
            SourceError: the dataset cannot be read.
        """
        self._number = number
        self._queue = queue
        self._admission = Admission(number, client_share)
        self._facts = facts
        self._source = source
        self._changed = threading.Condition()
        self._idle: list[Worker] = []
        self._spent: list[Worker] = []
        self._waiting: dict[Job, Future[Worker]] = {}
        self._busy: dict[Job, Worker] = {}
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
        """Return a worker, if need be after waiting for one; it may have died since its last query.

        Raises:
            TooManyQueries: the client has its share of long queries.
            Overloaded: the queue is full, or no worker was free up to the deadline.
            QueryCancelled: it was cancelled before it began.
            EngineUnavailable: there are none.
        """
        while (worker := self._next(job)).is_lost:
            self.release(job, worker, reusable=False)
        return worker

    def _next(self, job: Job) -> Worker:
        with self._changed:
            if job.cancelled:
                raise cancelled()
            if self._failure:
                raise EngineUnavailable(self._failure)
            if refusal := self._admission.refusal(job):
                raise refusal
            if self._idle and self._admission.may_begin(job):
                return self._begin(job)
            if len(self._waiting) >= self._queue:
                raise self._admission.overload(self._queue)
            place: Future[Worker] = Future()
            self._waiting[job] = place
        with contextlib.suppress(TimeoutError):
            return place.result(job.limit - job.elapsed)
        with self._changed:
            if place.done():
                # Handed over in this very moment; the deadline will do the rest.
                return place.result()
            del self._waiting[job]
            raise self._admission.overload(self._queue)

    def cancel(self, job: Job) -> None:
        """End a query: take it out of the line, or kill the worker that it has."""
        with self._changed:
            job.cancelled = True
            if place := self._waiting.pop(job, None):
                place.set_exception(cancelled())
            if worker := self._busy.get(job):
                worker.kill()

    def load(self) -> tuple[int, int]:
        """Count the queries that have a worker, and those that wait for one."""
        with self._changed:
            return len(self._busy), len(self._waiting)

    def let_run_on(self, job: Job) -> None:
        """Let a query that has become a long one run on.

        Raises:
            Overloaded: too many others are long already.
        """
        with self._changed:
            if not self._admission.may_run_on(job):
                raise self._admission.overload(self._queue)

    def release(self, job: Job, worker: Worker, *, reusable: bool) -> None:
        """Take a worker back; one that is not reusable is ended and replaced."""
        with self._changed:
            self._admission.running.remove(job)
            del self._busy[job]
            if reusable:
                self._idle.append(worker)
            else:
                self._spend(worker)
            self._dispatch()
        if self.closed:
            # The keeper may be gone already.
            worker.end()

    def _begin(self, job: Job) -> Worker:
        self._admission.begin(job)
        self._busy[job] = worker = self._idle.pop()
        return worker

    def _dispatch(self) -> None:
        """Let those of the waiting queries begin that may, and refuse those that never will."""
        for job in self._admission.in_turn(self._waiting):
            if refusal := self._admission.refusal(job):
                self._waiting.pop(job).set_exception(refusal)
            elif self._idle and self._admission.may_begin(job):
                self._waiting.pop(job).set_result(self._begin(job))

    def _spend(self, worker: Worker) -> None:
        worker.kill()
        self._spent.append(worker)
        self._changed.notify_all()

    def _fail(self, failure: str) -> None:
        """Refuse the waiting queries, and all that come until the failure is mended."""
        with self._changed:
            self._failure = failure
            for place in self._waiting.values():
                place.set_exception(EngineUnavailable(failure))
            self._waiting.clear()

    def _keep(self, started: Future[None]) -> None:
        """Keep a zygote running until the engine is closed."""
        failure: SixaikaError = EngineUnavailable(Sentence("The engine is closed."))
        try:
            with self._source.file:
                while not self.closed:
                    try:
                        zygote = Zygote(self._source, self._facts)
                    except (EngineUnavailable, SourceError) as error:
                        failure = error
                        if not started.done():
                            return
                        self._fail(str(failure))
                        _log.error("%s", error)
                        time.sleep(_PAUSE)
                        continue
                    with contextlib.closing(zygote):
                        self._failure = None
                        if not started.done():
                            started.set_result(None)
                        self._tend(zygote)
        finally:
            # Nobody may wait for a keeper that is gone, whatever ended it.
            self._fail(str(failure))
            if not started.done():
                started.set_exception(failure)

    def _tend(self, zygote: Zygote) -> None:
        """Fork the missing workers and reap the spent ones, as long as the zygote lives."""
        while zygote.alive and not self.closed:
            with self._changed:
                pause = _SHORT_PAUSE if self._spent else _PAUSE
                self._changed.wait_for(lambda: self.closed or self._missing, pause)
                self._dispatch()
            if self._missing and self._fork(zygote):
                continue
            # To reap a process whose memory is still being freed would keep the zygote waiting.
            for worker in [worker for worker in self._spent if worker.is_dead]:
                self._spent.remove(worker)
                worker.end()
        if not self.closed:
            _log.warning("the process that evaluates queries is gone; starting another one")
        with self._changed:
            # Those that still run a query are found dead, and spent, by their borrowers.
            spent, self._idle, self._spent = self._spent + self._idle, [], []
        for worker in spent:
            worker.end()

    @property
    def _missing(self) -> int:
        return self._number - len(self._idle) - len(self._admission.running)

    def _fork(self, zygote: Zygote) -> bool:
        forked = zygote.fork()
        if forked:
            with self._changed:
                self._idle.append(Worker(zygote, *forked))
                self._dispatch()
        elif zygote.alive:
            _log.error("the machine refuses another worker process")
            time.sleep(_PAUSE)
        return bool(forked)
