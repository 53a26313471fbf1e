"""The socket that is listened on, what its connections inherit, and the threads that answer."""

import os
import socket
from pathlib import Path

import psutil
from lone import served, web_process
from wire import send

from sixaika_graph.settings import Settings
from sixaika_graph.web import serving


def test_a_body_does_not_wait_for_the_acknowledgement_of_its_headers() -> None:
    """With Nagle's algorithm every second or third new answer stood still for 40 ms."""
    with serving._bound(Settings(host="127.0.0.1", port=0)) as bound:
        serving._listen(bound, Settings())
        bound.setblocking(True)
        with socket.create_connection(bound.getsockname()), bound.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_the_threads_that_answer_share_a_processor_and_nothing_else_is_bound(
    tmp_path: Path,
) -> None:
    (tmp_path / "one.nt").write_text("<http://a/1> <http://a/p> <http://a/1> .")
    with served(tmp_path / "one.nt") as (url, pid):
        for _ in range(20):
            assert send(url, "/sparql?query=ASK%7B%7D").status == 200
        web = psutil.Process(web_process(pid))
        kinds = {frozenset(os.sched_getaffinity(thread.id)) for thread in web.threads()}
        assert len(kinds) == min(2, len(os.sched_getaffinity(0)))
        assert len(min(kinds, key=len)) == 1
        for child in web.children(recursive=True):
            assert os.sched_getaffinity(child.pid) == os.sched_getaffinity(0)
