"""Cancelling in the engine: a running worker is gone at once, a waiting query never begins."""

import contextlib
import time

import pytest
from engines import COUNT_ENDLESS, ask, busiest, dead, in_background, open_engine, own_zygote, until

from sixaika_graph import errors


def test_the_worker_of_a_cancelled_query_is_gone_within_half_a_second() -> None:
    with own_zygote(timeout=20.0) as (engine, zygote):
        outcome = in_background(engine, COUNT_ENDLESS, id="mine")
        worker = busiest(zygote)

        started = time.monotonic()
        assert engine.cancel("mine")
        until(lambda: dead(worker), 0.5)

        assert isinstance(outcome.exception(1), errors.QueryCancelled)
        assert time.monotonic() - started < 1
        assert not engine.cancel("mine")
        assert ask(engine, "ASK {}").read()


def test_a_waiting_query_is_cancelled_before_it_begins() -> None:
    with contextlib.closing(open_engine(workers=1, timeout=20.0)) as engine:
        running = in_background(engine, COUNT_ENDLESS, id="first")
        until(lambda: engine.load().running == 1)
        waiting = in_background(engine, COUNT_ENDLESS, id="second")
        until(lambda: engine.load().waiting == 1)

        assert engine.cancel("second")
        assert isinstance(waiting.exception(1), errors.QueryCancelled)
        assert (engine.load().running, engine.load().waiting) == (1, 0)
        assert engine.cancel("first")
        assert isinstance(running.exception(1), errors.QueryCancelled)
        until(lambda: engine.load().running == 0)
        assert ask(engine, "ASK {}").read()


def test_a_name_is_free_again_whatever_became_of_its_query() -> None:
    with contextlib.closing(open_engine()) as engine:
        for text in ("ASK {}", "ASK {", COUNT_ENDLESS, "SELECT * { SERVICE <http://a/> {} }"):
            with contextlib.suppress(errors.QueryError):
                ask(engine, text, id="one", timeout=0.4)
            assert not engine.cancel("one")


def test_one_name_names_one_running_query() -> None:
    with contextlib.closing(open_engine(timeout=20.0)) as engine:
        running = in_background(engine, COUNT_ENDLESS, id="one")
        until(lambda: engine.load().running == 1)

        with pytest.raises(errors.DuplicateQuery, match="'one'"):
            ask(engine, "ASK {}", id="one")
        assert engine.cancel("one")
        assert isinstance(running.exception(1), errors.QueryCancelled)
