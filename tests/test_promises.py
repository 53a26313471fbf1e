"""What the README promises of the endpoint is what the settings and the problem types say."""

import re
from pathlib import Path

from sixaika_graph.engine.spool import IN_MEMORY
from sixaika_graph.settings import Settings
from sixaika_graph.web.freshness import CACHED
from sixaika_graph.web.problem_types import PROBLEM_TYPES

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
SECTION = README.partition("## What the endpoint promises\n")[2].partition("\n## ")[0]


def test_the_numbers_are_the_defaults() -> None:
    told = re.findall(r"[0-9]+", SECTION.partition("Errors are")[0])
    has = Settings()

    assert [float(number) for number in told] == [
        has.query_timeout,
        has.query_memory,
        has.answer_limit,
        has.downloads,
        IN_MEMORY / 2**20,
        has.spool_limit,
        has.stall_timeout,
        has.client_share,
        has.queue,
    ]


def test_an_answer_may_be_kept_as_long_as_told() -> None:
    kept = re.search(r"may be kept for ([0-9]+) s", SECTION)

    assert kept is not None
    assert f"max-age={kept[1]}," in CACHED


def test_every_type_has_the_status_that_is_told() -> None:
    told = re.search(r"RFC 9457 documents: (.*)\.$", SECTION, flags=re.MULTILINE)
    assert told is not None
    statuses = [part.split(" ", 1) for part in told[1].split("; ")]
    for status, types in statuses:
        for slug in re.findall(r"`([a-z-]+)`", types):
            assert PROBLEM_TYPES[slug].status == int(status)

    assert [int(status) for status, _ in statuses] == [
        400,
        403,
        406,
        409,
        413,
        414,
        429,
        503,
        504,
        507,
    ]
