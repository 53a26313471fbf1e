"""Large answers over a real socket: whole, in flat memory, and seen to be cut when they stall."""

import http.client
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pytest
import requests
from lone import served, web_process
from SPARQLWrapper import CSV, SPARQLWrapper
from wire import send

MILLION: Final = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
LARGE: Final = f"{MILLION} LIMIT 250000"
MIB: Final = 2**20
STALL: Final = 3.0
"""Seconds without progress after which the second server cuts a reader."""
DOWNLOADS: Final = 3


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("downloads") / "thousand.nt"
    path.write_text("".join(f'<http://a/{n}> <http://a/p> "{n}" .\n' for n in range(1000)))
    return path


@pytest.fixture(scope="module")
def lone(thousand: Path) -> Iterator[tuple[str, int]]:
    with served(thousand, SIXAIKA_QUERY_TIMEOUT="60", SIXAIKA_DOWNLOADS="24") as found:
        yield found


@pytest.fixture(scope="module")
def impatient(thousand: Path) -> Iterator[str]:
    """Serve with a short patience for those who stop reading, and few places."""
    settings = {"STALL_TIMEOUT": STALL, "DOWNLOADS": DOWNLOADS, "QUERY_TIMEOUT": 60}
    environment = {f"SIXAIKA_{name}": str(value) for name, value in settings.items()}
    with served(thousand, **environment) as (url, _):
        yield url


def begin(url: str, query: str = LARGE) -> requests.Response:
    """Ask for a large answer and read nothing of it yet but the head."""
    parameters = {"query": query, "format": "csv"}
    reply = requests.get(f"{url}sparql", params=parameters, stream=True, timeout=120)
    assert reply.status_code == 200, reply.text
    return reply


def peak(pid: int) -> int:
    (line,) = (one for one in Path(f"/proc/{pid}/status").read_text().splitlines()
               if one.startswith("VmHWM"))  # fmt: skip
    return int(line.split()[1]) * 1024


@pytest.fixture(scope="module", params=["0", "64", "512"])
def single(thousand: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Serve with one place for a large answer: no cache, one too small for them, a large one."""
    settings = {"QUERY_TIMEOUT": "60", "DOWNLOADS": "1", "CACHE_MEMORY": request.param}
    environment = {f"SIXAIKA_{name}": value for name, value in settings.items()}
    with served(thousand, **environment) as (url, _):
        yield url


def test_a_large_answer_has_a_strong_etag_of_its_bytes(single: str) -> None:
    """It is the same with a cache and without, and a condition by it is met without a body."""
    digest = sha256(begin(single).content).hexdigest()[:32]
    for coding, mark, more in (
        ("identity", "", {}),
        ("gzip", "", {}),
        ("br", "", {}),
        ("identity", "efbbbf", {"bom": "1"}),
    ):
        asked = {"query": LARGE, "format": "csv", **more}
        accept = {"Accept-Encoding": coding}
        whole = requests.get(f"{single}sparql", params=asked, headers=accept, timeout=120)
        tag, sent = whole.headers["ETag"], whole.headers.get("Content-Encoding")
        accept["If-None-Match"] = tag
        again = requests.get(f"{single}sparql", params=asked, headers=accept, timeout=120)

        assert len(whole.content) > 8 * MIB
        assert tag == (f'"{digest}{mark}-{sent}"' if sent else f'"{digest}{mark}"')
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)


def test_a_large_answer_that_is_another_each_time_has_no_etag(lone: tuple[str, int]) -> None:
    with begin(lone[0], LARGE.replace("*", "?a ?b ?d (NOW() AS ?now) ?e")) as reply:
        assert int(reply.headers["Content-Length"]) > 8 * MIB
        assert reply.headers["Cache-Control"] == "no-store"
        assert "ETag" not in reply.headers


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


def test_slow_readers_do_not_hold_up_others(lone: tuple[str, int]) -> None:
    """With 24 large answers on their way, /health answers as it always does."""
    url, _ = lone
    done = threading.Event()

    def read_slowly(reply: requests.Response) -> int:
        length = 0
        with reply:
            for piece in reply.iter_content(4096):
                length += len(piece)
                if done.wait(0.05):
                    break
        return length

    with ThreadPoolExecutor(24) as pool:
        replies = list(pool.map(begin, [url] * 24))
        reading = [pool.submit(read_slowly, reply) for reply in replies]
        time.sleep(0.5)
        elapsed = []
        for _ in range(21):
            began = time.monotonic()
            assert send(url, "/health").status == 200
            elapsed.append(time.monotonic() - began)
        assert not any(one.done() for one in reading)
        done.set()
        assert all(one.result() for one in reading)

    # This machine has two noisy cores: the usual one counts, not the worst.
    assert sorted(elapsed)[len(elapsed) // 2] < 0.1


def test_a_reader_that_stalls_is_cut_and_gives_its_place_back(impatient: str) -> None:
    with ThreadPoolExecutor(DOWNLOADS) as pool:
        stalled = list(pool.map(begin, [impatient] * DOWNLOADS))
    assert send(impatient, f"/sparql?format=csv&query={quote(LARGE)}").status == 503

    time.sleep(STALL + 2)

    with begin(impatient) as reply:
        assert len(reply.content) == int(reply.headers["Content-Length"])
    for reply in stalled:
        with pytest.raises(requests.RequestException), reply:
            assert not reply.content


def read_by_curl(url: str) -> None:
    """Read with curl, stopped on the way; its exit code tells that the transfer was cut."""
    command = ["curl", "--silent", "--get", f"{url}sparql", "--data-urlencode", f"query={LARGE}"]
    with subprocess.Popen(
        [*command, "--header", "Accept: text/csv", "--output", "-"], stdout=subprocess.PIPE
    ) as curl:
        assert curl.stdout is not None
        assert curl.stdout.read(4096)
        curl.send_signal(signal.SIGSTOP)
        time.sleep(STALL + 2)
        curl.send_signal(signal.SIGCONT)
        curl.stdout.read()
    if curl.returncode in {18, 56}:  # partial file, failure in receiving
        raise ConnectionError(curl.returncode)


def read_by_requests(url: str) -> None:
    with begin(url) as reply:
        time.sleep(STALL + 2)
        assert reply.content


def read_by_wrapper(url: str) -> None:
    wrapper = SPARQLWrapper(f"{url}sparql", returnFormat=CSV)
    wrapper.setQuery(LARGE)
    reply = wrapper.query()
    time.sleep(STALL + 2)
    reply.convert()


@pytest.mark.parametrize("read", [read_by_curl, read_by_requests, read_by_wrapper])
def test_a_transfer_that_was_cut_looks_cut(impatient: str, read: Callable[[str], None]) -> None:
    """No client takes the part that it has for the whole."""
    with pytest.raises((OSError, http.client.IncompleteRead)):  # requests' errors are OSErrors
        read(impatient)
