"""The socket that is listened on, what its connections inherit, and the threads that answer."""

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from queue import Queue
from urllib.parse import quote

import psutil
import pytest
from lone import served, web_process
from wire import send

from sixaika_graph.settings import Settings
from sixaika_graph.web import serving
from sixaika_graph.web.bodies import Bodies
from sixaika_graph.web.cache import Cache
from sixaika_graph.web.gateway import Gateway
from sixaika_graph.web.replies import Replies


def test_a_body_does_not_wait_for_the_acknowledgement_of_its_headers() -> None:
    """With Nagle's algorithm every second or third new answer stood still for 40 ms."""
    with serving._bound(Settings(host="127.0.0.1", port=0)) as bound:
        serving._listen(bound, Settings())
        bound.setblocking(True)
        with socket.create_connection(bound.getsockname()), bound.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_answering_has_one_processor_the_sockets_another_and_workers_have_all(
    tmp_path: Path,
) -> None:
    (tmp_path / "one.nt").write_text("<http://a/1> <http://a/p> <http://a/1> .")
    with served(tmp_path / "one.nt") as (url, pid):
        for number in range(20):
            assert send(url, f"/sparql?query=ASK%7B%7D%23{number}").status == 200
        web = psutil.Process(web_process(pid))
        every = os.sched_getaffinity(0)
        kinds = {frozenset(os.sched_getaffinity(thread.id)) for thread in web.threads()}
        alone = {kind for kind in kinds if len(kind) == 1}
        assert len(alone) == min(2, len(every))
        assert kinds - alone <= {frozenset(every)}
        for child in web.children(recursive=True):
            assert os.sched_getaffinity(child.pid) == every


def test_what_is_kept_is_given_while_all_threads_wait(tmp_path: Path) -> None:
    """With one thread for all else, a slow query keeps it for itself."""
    (tmp_path / "one.nt").write_text(
        "".join(f"<http://a/{number}> <http://a/p> <http://a/1> .\n" for number in range(300))
    )
    kept = "/sparql?query=ASK%7B%7D"
    slow = "/sparql?query=" + quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    with served(tmp_path / "one.nt", SIXAIKA_THREADS="1") as (url, _):
        first = send(url, kept)
        with ThreadPoolExecutor(1) as asking:
            asked = asking.submit(send, url, slow)
            again = send(url, kept)
            known = send(url, kept, headers={"If-None-Match": first.headers["etag"]})
            assert send(url, kept, "HEAD").headers["etag"] == first.headers["etag"]
            assert not asked.done()
            assert (again.status, again.body) == (200, first.body)
            assert (known.status, known.body) == (304, b"")
            assert asked.result().status in {200, 504}


def test_a_failure_that_nothing_answers_ends_in_an_empty_500(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Pending:
        given: Queue[tuple[int, object, bytes]] = Queue()

        def response_bytes(self, status: int, headers: object, body: bytes) -> None:
            self.given.put((status, headers, body))

    def fail(*_: object) -> list[bytes]:
        raise RuntimeError("no thread was left")

    gateway = Gateway(Cache(fail, Replies(0), "v1"), Bodies(fail, 1), fail, 1)
    gateway(Pending(), {"REQUEST_METHOD": "PUT", "wsgi.input": BytesIO()})
    assert Pending.given.get(timeout=30) == (500, [], b"")
    assert "no thread was left" in caplog.text
