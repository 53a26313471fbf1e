"""Large answers over a real socket: whole, and in flat memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import requests
from lone import served
from wire import send

MILLION: Final = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
MIB: Final = 2**20


@pytest.fixture(scope="module")
def lone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    path = tmp_path_factory.mktemp("downloads") / "thousand.nt"
    path.write_text("".join(f'<http://a/{n}> <http://a/p> "{n}" .\n' for n in range(1000)))
    with served(path, SIXAIKA_QUERY_TIMEOUT="60") as found:
        yield found


def web_process(pid: int) -> int:
    """Return the process that answers: the child with the most threads."""
    found = [int(child) for path in Path(f"/proc/{pid}/task").glob("*/children")
             for child in path.read_text().split()]  # fmt: skip
    return max(found, key=lambda one: len(list(Path(f"/proc/{one}/task").iterdir())))


def peak(pid: int) -> int:
    (line,) = (one for one in Path(f"/proc/{pid}/status").read_text().splitlines()
               if one.startswith("VmHWM"))  # fmt: skip
    return int(line.split()[1]) * 1024


def test_memory_is_flat_for_a_million_rows(lone: tuple[str, int]) -> None:
    url, pid = lone
    web = web_process(pid)
    assert send(url, "/sparql?query=ASK%7B%7D").status == 200
    before = peak(web)

    with requests.get(
        f"{url}sparql", params={"query": MILLION, "format": "csv"}, stream=True, timeout=120
    ) as reply:
        assert reply.status_code == 200
        rows = length = 0
        for piece in reply.iter_content(MIB):
            rows += piece.count(b"\n")
            length += len(piece)

    assert rows == 1_000_001
    assert length == int(reply.headers["Content-Length"]) > 40 * MIB
    assert peak(web) - before < 32 * MIB
