"""The local engine: worker processes, each query bounded in time, memory and size of its answer.

The calling thread borrows a worker, sends it the query and drains the answer into a spool. Past the
deadline the worker is killed: nothing else ends a query that a parser or evaluator is in.
"""

import contextlib
import json
import logging
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from signal import SIGABRT, SIGSEGV
from typing import Final, cast

from sixaika_graph import errors
from sixaika_graph.engine import Answer, Form, Load, QueryRequest, frames
from sixaika_graph.engine.admission import LONG, Job
from sixaika_graph.engine.source import Source
from sixaika_graph.engine.spool import Room, Spool
from sixaika_graph.engine.workers import Worker, Workers, cancelled
from sixaika_graph.sentence import Sentence
from sixaika_graph.settings import Settings
from sixaika_graph.sparql_text import check

_log: Final = logging.getLogger(__name__)

# The errors that a worker may report.
_REPORTED: Final[dict[str, Callable[..., errors.SixaikaError]]] = {
    error.__name__: error
    for error in (errors.MalformedQuery, errors.RefusedQuery, errors.NotAcceptable)
}


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What bounds the pool: seconds, MiB of memory, bytes of an answer, quads of a merge.

    `downloads` answers may be too large for memory at a time, and have `spool` bytes together.
    """

    workers: int = 8
    queue: int = 64
    client_share: int = 4
    timeout: float = 10.0
    memory: int = 512
    answer: int = 2**30
    spool: int = 2**32
    downloads: int = 8
    merge: int = 1_000_000

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """Take the limits from the settings."""
        return cls(
            workers=settings.workers,
            queue=settings.queue,
            client_share=settings.client_share,
            timeout=settings.query_timeout,
            memory=settings.query_memory,
            answer=settings.answer_limit * 2**20,
            spool=settings.spool_limit * 2**20,
            downloads=settings.downloads,
        )


@dataclass
class _Reply:
    """What came of a query; `reusable` says whether the worker may take another one."""

    form: str = ""
    media_type: str = ""
    error: errors.SixaikaError | None = None
    ended: bool = False
    reusable: bool = False

    def take(self, tag: bytes, payload: bytes, spool: Spool) -> None:
        """Take one frame; the body goes into the spool."""
        if tag == frames.CHUNK:
            spool.write(payload)
        elif tag == frames.FORM:
            self.form, self.media_type = payload.decode().split(" ")
        elif tag == frames.ERROR:
            name, arguments, fields = json.loads(payload)
            self.error = _REPORTED[name](**fields) if fields else _REPORTED[name](*arguments)
        else:
            self.ended = True
            self.reusable = payload != frames.SPENT

    def answer(self, spool: Spool, job: Job) -> Answer:
        """Return the answer or raise the error."""
        if self.error:
            raise self.error
        return Answer(
            form=cast(Form, self.form),
            media_type=self.media_type,
            body=spool.take(),
            length=spool.length,
            elapsed=job.elapsed,
            digest=spool.digest,
        )


class _ZygoteLost(errors.WorkerLost):
    """The zygote is gone, and with it the worker."""


class LocalEngine:
    """An engine whose workers evaluate queries on a dataset in memory.

    Its default graph is the default graph of queries. Relative IRIs in a query, and in a source,
    are resolved against `base`, never against the address that a query was sent to.
    """

    def __init__(
        self,
        source: bytes | Source,
        *,
        prefixes: Mapping[str, str],
        limits: Limits,
        base: str | None = None,
    ) -> None:
        """Start the processes on a dataset, bytes in N-Quads, and wait until they take queries.

        Raises:
            EngineUnavailable: they do not start; the message says why.
            SourceError: the dataset cannot be read; it carries file, line and column.
        """
        if sys.platform != "linux":
            raise errors.EngineUnavailable(
                "Queries are evaluated on Linux only: use WSL or the container."
            )
        self._limits = limits
        self._room = Room(limits.downloads, limits.spool)
        self._named: dict[str, Job] = {}
        self._naming = threading.Lock()
        self._workers = Workers(
            Source.of(source) if isinstance(source, bytes) else source,
            number=limits.workers,
            queue=limits.queue,
            client_share=limits.client_share,
            facts={
                "prefixes": dict(prefixes),
                "base": base,
                "memory": limits.memory,
                "merge_limit": limits.merge,
            },
        )

    def query(self, request: QueryRequest) -> Answer:
        """Answer a query, as `Engine.query` says."""
        limit = self._limits.timeout
        if request.timeout is not None:
            limit = min(limit, request.timeout)
        job = Job(request.client, limit)
        try:
            check(request.text)
            if request.id is None:
                return self._answer_twice(request, job)
            with self._named_as(request.id, job):
                return self._answer_twice(request, job)
        except TimeoutError:
            raise errors.QueryTimeout(limit=job.limit, elapsed=job.elapsed) from None
        except errors.Bounded as error:
            if error.elapsed is None:
                error.elapsed = job.elapsed
            raise

    def cancel(self, id: str) -> bool:
        """End the query of that name, as `Engine.cancel` says."""
        with self._naming:
            job = self._named.get(id)
        if job is None:
            return False
        self._workers.cancel(job)
        return True

    def load(self) -> Load:
        """Tell how many queries run and wait."""
        running, waiting = self._workers.load()
        return Load(running=running, waiting=waiting)

    def close(self) -> None:
        """End the engine and all its processes; running queries end as cancelled."""
        self._workers.close()

    @contextlib.contextmanager
    def _named_as(self, name: str, job: Job) -> Iterator[None]:
        """Let a query be cancelled by its name."""
        with self._naming:
            if name in self._named:
                raise errors.DuplicateQuery(name)
            self._named[name] = job
        try:
            yield
        finally:
            with self._naming:
                del self._named[name]

    def _answer_twice(self, request: QueryRequest, job: Job) -> Answer:
        """Answer a query, again if the zygote was lost, and all workers at no fault of theirs."""
        try:
            return self._answer(request, job)
        except _ZygoteLost:
            return self._answer(request, job)

    def _answer(self, request: QueryRequest, job: Job) -> Answer:
        worker = self._ask(request, job)
        reusable = False
        try:
            with Spool(self._limits.answer, self._room) as spool:
                reply = self._listen(worker, job, spool)
                reusable = reply.reusable and not job.is_long and not job.cancelled
                return reply.answer(spool, job)
        except (EOFError, ConnectionError):
            raise cancelled() if job.cancelled else self._cause_of_death(worker) from None
        finally:
            self._workers.release(job, worker, reusable=reusable)

    def _ask(self, request: QueryRequest, job: Job) -> Worker:
        """Send a query to a worker; one that has died since its last query shows it here."""
        sent = frames.frame(frames.QUERY, json.dumps(vars(request)).encode())
        while True:
            worker = self._workers.borrow(job)
            try:
                frames.send(worker.link, sent, job.deadline)
                return worker
            except ConnectionError:
                self._workers.release(job, worker, reusable=False)
            except TimeoutError:
                self._workers.release(job, worker, reusable=False)
                raise

    def _listen(self, worker: Worker, job: Job, spool: Spool) -> _Reply:
        """Read the whole reply of a worker; only its END makes it one."""
        arriving = worker.arriving
        arriving.deadline = min(job.began + LONG, job.deadline)
        reply = _Reply()
        while not reply.ended:
            try:
                reply.take(*arriving.read(), spool)
            except TimeoutError:
                if arriving.deadline == job.deadline:
                    raise
                arriving.deadline = job.deadline
                self._workers.let_run_on(job)
                worker.step_back()
        return reply

    def _cause_of_death(self, worker: Worker) -> errors.SixaikaError:
        code = worker.end()
        if self._workers.closed:
            return errors.QueryCancelled(Sentence("The engine was closed while the query ran."))
        if code == -SIGSEGV:
            # The parser recurses as deep as the query nests, and this overflows its stack.
            return errors.QueryTooDeep(
                Sentence("The query nests or chains deeper than the parser can take.")
            )
        if code == -SIGABRT:
            return errors.QueryMemory(limit=self._limits.memory)
        _log.warning("worker %d ended with exit code %s", worker.pid, code)
        lost = errors.WorkerLost if code is not None else _ZygoteLost
        return lost(Sentence("The process that evaluated the query ended unexpectedly."))
