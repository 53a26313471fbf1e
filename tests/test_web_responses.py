"""Responses: a body is whole, its length is known, and its file is closed whatever happens."""

import io

import pytest
from werkzeug.test import create_environ, run_wsgi_app

from sixaika_graph.engine import Answer
from sixaika_graph.web.responses import WHOLE, entity_tag, respond


def answer(size: int) -> Answer:
    return Answer(
        form="solutions",
        media_type="text/csv",
        body=io.BytesIO(b"x" * size),
        length=size,
        elapsed=0.25,
    )


@pytest.mark.parametrize("size", [0, 1, WHOLE])
def test_a_small_body_is_one_piece_and_its_file_is_closed_at_once(size: int) -> None:
    """A slow reader of it holds no thread (design/engine.md 1.10)."""
    small = answer(size)

    response = respond(small, "text/csv")

    assert small.body.closed
    assert not response.is_streamed
    assert response.content_length == size == len(response.data)


def test_a_large_body_comes_in_pieces_with_its_length() -> None:
    large = answer(WHOLE + 1)

    pieces, _, headers = run_wsgi_app(respond(large, "text/csv"), create_environ())

    assert headers["Content-Length"] == str(WHOLE + 1)
    assert sum(map(len, pieces)) == WHOLE + 1
    assert large.body.closed


def test_a_large_body_that_nobody_reads_is_closed() -> None:
    head, left = answer(WHOLE + 1), answer(WHOLE + 1)

    pieces, _, headers = run_wsgi_app(
        respond(head, "text/csv"), create_environ(method="HEAD"), buffered=True
    )
    respond(left, "text/csv").close()

    assert list(pieces) == []
    assert headers["Content-Length"] == str(WHOLE + 1)
    assert head.body.closed
    assert left.body.closed


def test_the_time_of_the_engine_is_told_in_milliseconds() -> None:
    assert respond(answer(1), "text/csv").headers["Server-Timing"] == "engine;dur=250.0"


def test_an_etag_changes_with_each_of_its_parts() -> None:
    tags = {entity_tag("v1", "/a", "x"), entity_tag("v2", "/a", "x"), entity_tag("v1", "/b", "x")}

    assert len(tags) == 3
    assert all(tag.startswith('"') and tag.endswith('"') for tag in tags)
    assert entity_tag("v1", "/a", "x") in tags
