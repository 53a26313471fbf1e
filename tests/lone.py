"""A server that serves one file, in a process of its own."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
from conftest import await_ready, free_port


@contextlib.contextmanager
def served(file: Path, *arguments: str, **environment: str) -> Iterator[tuple[str, int]]:
    """Serve a file; yield the address and the process id. It has to end well on SIGTERM."""
    port = free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SIXAIKA_")}
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "sixaika_graph.cli", "serve"),
            *("--data", str(file), "--port", str(port), *arguments),
        ],
        env={**clean, "SIXAIKA_WORKERS": "2", **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}/"
    try:
        await_ready(url, process, Path(os.devnull))
        yield url, process.pid
    finally:
        process.terminate()
        code = process.wait(30)
    assert code == 0


def web_process(pid: int) -> int:
    """Return the process that answers: the child with the most threads."""
    return max(psutil.Process(pid).children(), key=psutil.Process.num_threads).pid
