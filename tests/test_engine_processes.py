"""The processes of the local engine: their deaths, their sharing, their start and end."""

import contextlib
import gc
import logging
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from engines import (
    BOTH,
    COUNT_ENDLESS,
    ENDLESS,
    EX,
    ask,
    busiest,
    children,
    cpu_seconds,
    dead,
    descriptors,
    in_background,
    one,
    open_engine,
    own_zygote,
    rows,
    until,
    zygotes,
)

from sixaika_graph import errors
from sixaika_graph.engine.pool import Limits
from sixaika_graph.formats import Format, of_kind
from sixaika_graph.settings import Settings

# Deaths


@pytest.mark.parametrize("row", tuple(of_kind("results", "graph")), ids=lambda row: row.suffix)
def test_a_broken_answer_is_an_error(row: Format) -> None:
    """A worker that dies in the middle of an answer gives an error, never a short answer."""
    wanted: dict[str, Any] = {"results_type": row.media_type}
    text = f"SELECT * {{ {ENDLESS} }}"
    if row.kind == "graph":
        wanted = {"graph_type": row.media_type}
        text = f"CONSTRUCT {{ ?b <{EX}n> ?n0 , ?n1 }} WHERE {{ {ENDLESS} BIND(BNODE() AS ?b) }}"
    with own_zygote(workers=1, timeout=10) as (engine, zygote):
        (worker,) = children(zygote)
        outcome = in_background(engine, text, **wanted)
        until(lambda: cpu_seconds(worker) > 0.1)
        os.kill(worker, signal.SIGKILL)
        assert isinstance(outcome.exception(5), errors.WorkerLost)
        assert ask(engine, "ASK {}").read()


def test_death_of_a_worker() -> None:
    """A worker that is killed in flight costs its query and nobody else anything."""
    with own_zygote(timeout=2) as (engine, zygote):
        lost, other = (in_background(engine, COUNT_ENDLESS) for _ in range(2))
        os.kill(busiest(zygote), signal.SIGKILL)
        until(lambda: lost.done() or other.done())
        done, running = (lost, other) if lost.done() else (other, lost)
        assert isinstance(done.exception(), errors.WorkerLost)
        assert not running.done()
        assert ask(engine, "ASK {}").read()
        until(lambda: len(children(zygote)) == 3)
        assert isinstance(running.exception(6), errors.QueryTimeout)


def test_death_of_idle_workers() -> None:
    """Workers that die unseen cost no query anything."""
    with own_zygote() as (engine, zygote):
        for worker in children(zygote):
            os.kill(worker, signal.SIGKILL)
        time.sleep(0.05)
        assert ask(engine, "ASK {}").read()
        assert ask(engine, "ASK {}").read()


def test_death_of_the_zygote(caplog: pytest.LogCaptureFixture) -> None:
    """When the zygote dies, another one is started, and queries go on within about a second."""
    with own_zygote(timeout=5) as (engine, zygote):
        outcome = in_background(engine, COUNT_ENDLESS, timeout=2)
        workers = {busiest(zygote), *children(zygote)}
        with caplog.at_level(logging.WARNING):
            os.kill(zygote, signal.SIGKILL)
            for _ in range(20):
                began = time.monotonic()
                assert one(engine, "SELECT (1 AS ?n) {}") == {"n": "1"}
                assert time.monotonic() - began < 3
        assert all(dead(worker) for worker in workers)
        assert "starting another one" in caplog.text
        assert zygote not in zygotes()
        # What ran is asked again of the new ones, within the time that it has.
        assert isinstance(outcome.exception(3), errors.QueryTimeout)


def test_death_of_two_zygotes() -> None:
    """A query is asked again once only."""
    with own_zygote(timeout=5) as (engine, first):
        others = set(zygotes()) - {first}
        outcome = in_background(engine, COUNT_ENDLESS)
        busiest(first)
        os.kill(first, signal.SIGKILL)
        until(lambda: bool(set(zygotes()) - others - {first}))
        (second,) = set(zygotes()) - others - {first}
        until(lambda: len(children(second)) == 3)
        busiest(second)
        os.kill(second, signal.SIGKILL)
        assert isinstance(outcome.exception(2), errors.WorkerLost)


def test_death_of_the_zygote_while_idle() -> None:
    """It is replaced too when nobody asks."""
    with own_zygote() as (engine, zygote):
        others = set(zygotes())
        os.kill(zygote, signal.SIGKILL)
        until(lambda: bool(set(zygotes()) - others))
        assert ask(engine, "ASK {}").read()


# Many at once


def test_concurrent_queries() -> None:
    """Sixteen threads get each their own answers."""
    with contextlib.closing(open_engine(workers=4, timeout=10)) as engine:

        def run(thread: int) -> None:
            for turn in range(50):
                number = str(thread * 1000 + turn)
                text = f"SELECT ({number} AS ?n) (COUNT(*) AS ?m) {{ ?s ?p ?o }}"
                assert one(engine, text, client="same") == {"n": number, "m": "6"}

        with ThreadPoolExecutor(16) as threads:
            list(threads.map(run, range(16)))


def test_queue_is_full() -> None:
    """Where all workers and places in the queue are taken, the next query is refused at once."""
    with own_zygote(workers=1, queue=1, timeout=1.0) as (engine, _):
        running = in_background(engine, COUNT_ENDLESS)
        time.sleep(0.1)
        waiting = in_background(engine, "ASK {}", timeout=0.4)
        time.sleep(0.1)
        began = time.monotonic()
        with pytest.raises(errors.Overloaded) as raised:
            ask(engine, "ASK {}")
        assert time.monotonic() - began < 0.1
        assert raised.value.retry_after == 1
        # It waited in vain for its whole time: not its own fault, so not a time-out of its own.
        assert isinstance(waiting.exception(2), errors.Overloaded)
        assert isinstance(running.exception(2), errors.QueryTimeout)


def test_queue_is_a_queue() -> None:
    """Queries are served in the order in which they came."""
    with own_zygote(workers=1, timeout=5) as (engine, _):
        blocking = in_background(engine, COUNT_ENDLESS, timeout=0.5)
        time.sleep(0.1)
        ended: list[int] = []
        waiting = []
        for number in range(5):
            outcome = in_background(engine, "ASK {}")
            outcome.add_done_callback(lambda _, number=number: ended.append(number))  # type: ignore[misc]
            waiting.append(outcome)
            time.sleep(0.02)
        assert isinstance(blocking.exception(2), errors.QueryTimeout)
        assert all(outcome.result(2).read() for outcome in waiting)
        assert ended == [0, 1, 2, 3, 4]


def test_share_of_a_client() -> None:
    """A client whose share runs long queries is refused more; nobody else is."""
    with own_zygote(workers=6, client_share=2, timeout=2.0) as (engine, _):
        long = [in_background(engine, COUNT_ENDLESS, client="one")]
        time.sleep(0.3)
        # One of two: short queries and another long one are let in.
        assert ask(engine, "ASK {}", client="one").read()
        long.append(in_background(engine, COUNT_ENDLESS, client="one"))
        time.sleep(0.3)
        with pytest.raises(errors.TooManyQueries) as raised:
            ask(engine, "ASK {}", client="one")
        assert raised.value.limit == 2
        assert raised.value.retry_after == 2
        assert ask(engine, "ASK {}", client="other").read()
        assert ask(engine, "ASK {}", client=None).read()
        for outcome in long:
            assert isinstance(outcome.exception(3), errors.QueryTimeout)
        assert ask(engine, "ASK {}", client="one").read()


def test_share_holds_for_a_burst() -> None:
    """Beyond its share a client waits, is passed by others, and refused once the share is long."""
    with own_zygote(workers=6, client_share=2, timeout=2.0) as (engine, _):
        burst = [in_background(engine, COUNT_ENDLESS, client="one") for _ in range(6)]
        time.sleep(0.1)
        assert not any(outcome.done() for outcome in burst)
        assert ask(engine, "ASK {}", client="other", timeout=0.1).read()
        causes = sorted(type(outcome.exception(3)).__name__ for outcome in burst)
        assert causes == ["QueryTimeout"] * 2 + ["TooManyQueries"] * 4


def test_short_queries_of_a_client_wait_for_each_other() -> None:
    """Short queries count in no share: however many come at once, all are answered."""
    with own_zygote(workers=4, client_share=1, timeout=5) as (engine, _):
        burst = [in_background(engine, "ASK {}", client="one") for _ in range(40)]
        assert all(outcome.result(5).read() for outcome in burst)


def test_reserve_for_short_queries() -> None:
    """Long queries never have all workers: one that becomes long gives up the last ones."""
    with own_zygote(workers=3, timeout=1.5) as (engine, _):
        long = [in_background(engine, COUNT_ENDLESS, client=str(number)) for number in range(2)]
        time.sleep(0.3)
        began = time.monotonic()
        with pytest.raises(errors.Overloaded) as raised:
            ask(engine, COUNT_ENDLESS, client="third")
        assert 0.2 <= time.monotonic() - began < 0.5
        assert raised.value.retry_after == 1
        assert ask(engine, "ASK {}", client="third", timeout=0.3).read()
        for outcome in long:
            assert isinstance(outcome.exception(3), errors.QueryTimeout)


def test_reserve_is_for_clients_that_have_no_worker() -> None:
    """The last workers are for those that have none, and for the site itself."""
    with own_zygote(workers=3, timeout=1.5) as (engine, _):
        long = [in_background(engine, COUNT_ENDLESS, client=str(number)) for number in range(2)]
        time.sleep(0.3)
        with pytest.raises(errors.Overloaded):
            ask(engine, "ASK {}", client="0", timeout=0.2)
        assert ask(engine, "ASK {}", client="third", timeout=0.2).read()
        with pytest.raises(errors.QueryTimeout):
            ask(engine, COUNT_ENDLESS, client=None, timeout=0.5)
        for outcome in long:
            assert isinstance(outcome.exception(3), errors.QueryTimeout)


def test_clients_take_turns() -> None:
    """A client with one query does not wait for all those that another one has in the line."""
    with own_zygote(workers=1, timeout=5) as (engine, _):
        blocking = in_background(engine, COUNT_ENDLESS, client="many", timeout=0.5)
        time.sleep(0.1)
        many = [in_background(engine, COUNT_ENDLESS, client="many", timeout=1.0) for _ in range(6)]
        time.sleep(0.1)
        single = in_background(engine, "ASK {}", client="single")
        assert single.result(1).read()
        assert isinstance(blocking.exception(1), errors.QueryTimeout)
        assert not any(outcome.done() for outcome in many)
        for outcome in many:
            assert isinstance(outcome.exception(3), errors.QueryTimeout | errors.Overloaded)


def test_site_queries_have_no_share() -> None:
    """Queries without a client are bounded by the workers only."""
    with own_zygote(workers=4, client_share=1, timeout=0.6) as (engine, _):
        running = [in_background(engine, COUNT_ENDLESS) for _ in range(3)]
        time.sleep(0.3)
        assert ask(engine, "ASK {}").read()
        for outcome in running:
            assert isinstance(outcome.exception(3), errors.QueryTimeout)


# Start and end


@pytest.mark.parametrize(
    ("nquads", "reason"),
    [
        ("<http://x/a> <http://x/b> .", "dataset:1:.*object"),
        ("<a> <b> <c> .", "dataset:1:1: .*IRI"),
        ("{", "dataset:1:1: "),
    ],
)
def test_broken_nquads(nquads: str, reason: str) -> None:
    """A dataset that cannot be loaded ends the start with the place and the reason."""
    with pytest.raises(errors.SourceError, match=reason):
        open_engine(nquads)


def test_broken_installation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A program that cannot be run ends the start with the reason."""
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    (tmp_path / "pyoxigraph.py").write_text("raise ImportError('half installed')")
    with pytest.raises(errors.EngineUnavailable, match="ImportError: half installed"):
        open_engine()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    with pytest.raises(errors.EngineUnavailable, match="No such file"):
        open_engine()


def test_empty_dataset() -> None:
    """No data is a dataset too."""
    with contextlib.closing(open_engine("")) as empty:
        assert rows(empty, "SELECT * { ?s ?p ?o }") == []


def test_close() -> None:
    """Closing ends all processes, cancels what runs or waits, and refuses what comes."""
    with own_zygote(workers=2, timeout=10) as (engine, zygote):
        workers = children(zygote)
        running = [in_background(engine, COUNT_ENDLESS) for _ in range(2)]
        time.sleep(0.2)
        waiting = in_background(engine, "ASK {}")
        time.sleep(0.1)
        began = time.monotonic()
        engine.close()
        assert time.monotonic() - began < 2
        for outcome in running:
            assert isinstance(outcome.exception(1), errors.QueryCancelled)
        assert isinstance(waiting.exception(1), errors.EngineUnavailable)
        assert not any(Path(f"/proc/{pid}").exists() for pid in (zygote, *workers))
        with pytest.raises(errors.EngineUnavailable, match="closed"):
            ask(engine, "ASK {}")


def test_no_process_outlives_the_web_process(tmp_path: Path) -> None:
    """Even if it is killed, its zygote and workers end, also one that is busy."""
    program = (
        "import sys, threading, time\n"
        "from sixaika_graph.engine import QueryRequest\n"
        "from sixaika_graph.engine.pool import Limits, LocalEngine\n"
        "engine = LocalEngine(b'', prefixes={}, limits=Limits(workers=2, timeout=60))\n"
        "request = QueryRequest(text=sys.argv[1])\n"
        "threading.Thread(target=engine.query, args=[request], daemon=True).start()\n"
        "time.sleep(0.3)\n"
        "print(flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, COUNT_ENDLESS], cwd=tmp_path, stdout=subprocess.PIPE
    ) as web:
        assert web.stdout
        web.stdout.readline()
        (zygote,) = children(web.pid)
        family = [zygote, *children(zygote)]
        assert len(family) == 3
        web.kill()
    until(lambda: all(dead(pid) for pid in family))


def test_a_worker_owns_nothing_but_its_socket() -> None:
    """A worker has the null device, its last words and its socket open, and may open no more."""
    with own_zygote(workers=1) as (engine, zygote):
        assert ask(engine, "ASK {}").read()
        (worker,) = children(zygote)
        opened = sorted(str(path.readlink()) for path in Path(f"/proc/{worker}/fd").iterdir())
        assert opened[:2] == ["/dev/null"] * 2
        assert opened[2].startswith("/memfd:last words")
        assert [name.partition(":")[0] for name in opened[3:]] == ["socket"]
        limits = Path(f"/proc/{worker}/limits").read_text()
        (files,) = (line for line in limits.splitlines() if line.startswith("Max open files"))
        assert files.split()[3:5] == ["0", "0"]
        for process in (worker, zygote):
            assert len(list(Path(f"/proc/{process}/task").iterdir())) == 1


def test_no_descriptor_leaks() -> None:
    """Queries of all outcomes leave no file open behind them, nor does the engine."""
    before = descriptors()
    with own_zygote(timeout=0.2, answer=10_000) as (engine, zygote):
        settled = descriptors()
        for text in ("ASK {}", "FOO", COUNT_ENDLESS, f"SELECT * {{ {ENDLESS} }}") * 3:
            with contextlib.suppress(errors.SixaikaError):
                ask(engine, text).read()
        with contextlib.suppress(errors.SixaikaError):
            ask(engine, "ASK {}", default_graphs=BOTH).read()
        until(lambda: len(children(zygote)) == 3)
        until(lambda: descriptors() == settled)
    gc.collect()
    assert descriptors() == before


def test_limits_of_settings() -> None:
    """The settings give the limits, an answer in bytes."""
    limits = Limits.of(Settings(workers=2, query_timeout=3, query_memory=64, answer_limit=2))
    assert (limits.workers, limits.timeout, limits.memory) == (2, 3, 64)
    assert limits.answer == 2 * 2**20
