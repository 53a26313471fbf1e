"""The spool: what is too large for memory has its place on disk, and gives it back."""

import contextlib
from hashlib import sha256

import pytest
from engines import ROWS, ask, open_engine

from sixaika_graph.engine.spool import IN_MEMORY, Room, Spool
from sixaika_graph.errors import AnswerTooLarge, Overloaded

PIECE = b"x" * 2**20
LARGE = IN_MEMORY // len(PIECE) + 1


def fill(room: Room, pieces: int = LARGE, limit: int = 2**30) -> Spool:
    spool = Spool(limit, room)
    for _ in range(pieces):
        spool.write(PIECE)
    return spool


def test_what_fits_into_memory_needs_no_place() -> None:
    room = Room(files=0, limit=0)

    assert fill(room, LARGE - 1).take().read() == PIECE * (LARGE - 1)
    assert (room.files, room.length) == (0, 0)


def test_a_large_answer_has_its_place_until_it_is_closed() -> None:
    room = Room(files=1, limit=2**30)
    with fill(room) as spool:
        body = spool.take()
    assert (room.files, room.length) == (1, LARGE * len(PIECE))
    with pytest.raises(Overloaded, match="1 large answers") as raised:
        fill(room)
    assert raised.value.retry_after > 0

    assert body.read() == PIECE * LARGE
    body.close()
    body.close()

    assert (room.files, room.length) == (0, 0)
    fill(room).take().close()


def test_a_large_answer_is_told_apart_by_all_of_its_bytes() -> None:
    room = Room(files=9, limit=2**30)
    with fill(room) as one, fill(room) as same, fill(room) as other, fill(room, 1) as small:
        other.write(b"x")

        assert one.digest == same.digest == sha256(PIECE * LARGE).hexdigest()[:32]
        assert other.digest != one.digest
        assert small.digest == ""


def test_what_is_never_taken_gives_its_place_back() -> None:
    room = Room(files=1, limit=2**30)
    with fill(room, limit=LARGE * len(PIECE)) as spool, pytest.raises(AnswerTooLarge):
        spool.write(PIECE)
    assert (room.files, room.length) == (0, 0)


def test_all_together_are_bounded_too() -> None:
    room = Room(files=3, limit=(2 * LARGE + 1) * len(PIECE))
    kept = [fill(room).take() for _ in range(2)]

    with (
        Spool(2**30, room) as spool,
        pytest.raises(AnswerTooLarge, match="with others") as raised,
    ):
        spool.write(b"x" * (LARGE * len(PIECE)))

    assert raised.value.limit == (2 * LARGE + 1) * len(PIECE)
    assert room.files == 2
    for body in kept:
        body.close()
    assert (room.files, room.length) == (0, 0)


def test_the_engine_keeps_to_its_room() -> None:
    product = " ".join(ROWS.replace("?n", f"?n{place}") for place in range(3))
    text = f"SELECT * {{ {product} VALUES ?m {{ 1 2 3 4 5 }} }}"
    with contextlib.closing(open_engine(timeout=60, downloads=1)) as engine:
        first = ask(engine, text)
        with pytest.raises(Overloaded, match="large answers"):
            ask(engine, text)
        assert ask(engine, "ASK {}").read()
        first.body.close()
        assert len(ask(engine, text).read()) == first.length
