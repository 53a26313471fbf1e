"""The zygote: the process that loads the dataset once and forks workers from it; both its ends.

It is a program of its own, `python -m sixaika_graph.engine.zygote <socket>`, because the web
process has threads and sockets that a fork must not copy. It has one thread, reads N-Quads from its
standard input, and then only forks, ends and reaps workers on command. It ends, and its workers
with it, when its socket is closed or the thread that started it ends.
"""

import contextlib
import ctypes
import gc
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from sixaika_graph.engine.source import Source
from sixaika_graph.errors import EngineUnavailable, SixaikaError, SourceError

if TYPE_CHECKING:
    from sixaika_graph.engine.worker import Evaluator

# One packet a message: a letter, then a process id, a wait status or an error number.
_READY: Final = b"R"
_FORK: Final = b"F"
_REAP: Final = b"W"
_FAILED: Final = b"X"
_MESSAGE: Final = struct.Struct(">ci")
_LARGEST: Final = 2**16

# Far more than a fork or the end of a worker takes: a zygote this slow is as good as dead.
_PATIENCE: Final = 10.0
_NOT_STARTED: Final = "The process that evaluates queries did not start:"
_PR_SET_PDEATHSIG: Final = 1
_STDERR: Final = 2
# The wait status of a process that exits by the code of a Rust program that panics.
_PANICKED: Final = 101 << 8


class Zygote:
    """The zygote as the web process sees it.

    To be made by a thread that outlives it: the kernel kills it when that thread ends.
    """

    def __init__(self, source: Source, facts: Mapping[str, object]) -> None:
        """Start it on a dataset; `facts` are the fields of `Evaluator`.

        Raises:
            EngineUnavailable: it does not start; the message says why.
            SourceError: the dataset cannot be read.
        """
        self._lock = threading.Lock()
        self._lost = False
        try:
            self._control, self._process = _start(source.file)
        except OSError as error:
            raise EngineUnavailable(f"{_NOT_STARTED} {error}") from error
        failure = self._load(source, facts)
        if failure:
            self.close()
            raise failure
        self._control.settimeout(_PATIENCE)

    def _load(self, source: Source, facts: Mapping[str, object]) -> SixaikaError | None:
        """Wait until the dataset is loaded; return the reason why it is not."""
        answer = b""
        with contextlib.suppress(ConnectionError):
            self._control.send(json.dumps([source.suffix, facts]).encode())
            answer = self._control.recv(_LARGEST)
        assert self._process.stderr
        with self._process.stderr as errors:
            if answer == _READY:
                return None
            if answer:
                detail, line, column = json.loads(answer[1:])
                path = source.path or Path("dataset")
                return SourceError(path, detail, line=line, column=column)
            spoken = errors.read().decode(errors="replace").strip().splitlines()
        reason = spoken[-1] if spoken else f"It ended with exit code {self._process.wait()}."
        return EngineUnavailable(f"{_NOT_STARTED} {reason}")

    def fork(self) -> tuple[int, socket.socket] | None:
        """Fork a worker: its process id and socket, or None if that cannot be."""
        message, descriptors = self._ask(_FORK, 0)
        letter, pid = _MESSAGE.unpack(message) if message else (_FAILED, 0)
        return (pid, socket.socket(fileno=descriptors[0])) if letter == _FORK else None

    def end(self, pid: int) -> int | None:
        """Kill and reap a worker, dead or alive; return its exit code as `subprocess` counts it.

        The first cause of its death counts. None when the zygote is gone, and so all its workers.
        """
        message, _ = self._ask(_REAP, pid)
        return os.waitstatus_to_exitcode(_MESSAGE.unpack(message)[1]) if message else None

    @property
    def alive(self) -> bool:
        """Whether it still forks."""
        return not self._lost and self._process.poll() is None

    def close(self) -> None:
        """End the process and all its workers."""
        with self._lock:
            self._lost = True
            self._control.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(self, letter: bytes, number: int) -> tuple[bytes, list[int]]:
        with self._lock:
            if self._lost:
                return b"", []
            try:
                self._control.send(_MESSAGE.pack(letter, number))
                message, descriptors, _, _ = socket.recv_fds(
                    self._control, _MESSAGE.size, 1, socket.MSG_CMSG_CLOEXEC
                )
            except OSError:
                # Also a time-out: what it may still answer would be taken for another answer.
                message, descriptors = b"", []
            self._lost = not message
            return message, descriptors


def _start(nquads: IO[bytes]) -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """Start the program; return its control socket and process."""
    nquads.seek(0)
    with contextlib.ExitStack() as undo:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        undo.enter_context(ours)
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", __name__, str(theirs.fileno())],
                stdin=nquads,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                # Whatever makes this package importable here (a wheel, a checkout, a test) does so
                # there.
                env={**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
                # Ctrl-C in a terminal is for the web process, which then ends this one.
                start_new_session=True,
            )
        undo.pop_all()
        return ours, process


def _die_with_parent(parent: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _fork(evaluator: "Evaluator", control: socket.socket, words: int) -> int | None:
    """Fork a worker that speaks into a file and hand its socket over; return its process id."""
    zygote = os.getpid()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        try:
            pid = os.fork()
        except OSError as error:
            control.send(_MESSAGE.pack(_FAILED, error.errno or 0))
            return None
        if pid == 0:
            try:
                _die_with_parent(zygote)
                control.close()
                ours.close()
                os.dup2(words, _STDERR)
                os.close(words)
                evaluator.serve(theirs)
            finally:
                # A worker never returns into the loop of the zygote, whatever it died of.
                os._exit(1)
        socket.send_fds(control, [_MESSAGE.pack(_FORK, pid)], [ours.fileno()])
    return pid


def _end(pid: int, words: int) -> int:
    """Kill and reap a worker; return its wait status, of its first death if it was dead already.

    The engine aborts when it has no memory and when it panics: only its last words tell which.
    """
    os.kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    panicked = b"panicked at" in os.pread(words, _LARGEST, 0)
    os.close(words)
    return _PANICKED if panicked else status


def _obey(evaluator: "Evaluator", control: socket.socket) -> None:
    """Fork and reap on command until the control socket is closed, then end all workers."""
    spoken: dict[int, int] = {}
    while command := control.recv(_MESSAGE.size):
        letter, pid = _MESSAGE.unpack(command)
        if letter == _FORK:
            words = os.memfd_create("last words")
            forked = _fork(evaluator, control, words)
            if forked is None:
                os.close(words)
            else:
                spoken[forked] = words
        else:
            status = _end(pid, spoken.pop(pid)) if pid in spoken else 0
            control.send(_MESSAGE.pack(_REAP, status))
    for pid, words in spoken.items():
        _end(pid, words)


def _silence() -> None:
    """Turn the standard streams away: what runs here prints to nobody's terminal."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)
    os.close(null)


def main() -> None:
    """Be the zygote: load, then fork on command."""
    _die_with_parent(os.getppid())
    # A stop that is sent to every process is for the web process: what runs here, it waits for.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    # Only this program needs the engine; the web process, which imports this module, never does.
    from sixaika_graph.engine import worker

    control = socket.socket(fileno=int(sys.argv[1]))
    suffix, facts = json.loads(control.recv(_LARGEST))
    try:
        store = worker.load(sys.stdin.buffer, suffix, facts["base"])
    except SyntaxError as error:
        # "Parser error at line 1 column 2: " is said by our own error.
        detail = error.msg.partition(": ")[2] or error.msg
        control.send(_FAILED + json.dumps([detail, error.lineno, error.offset]).encode())
        return
    gc.collect()
    gc.freeze()
    _silence()
    control.send(_READY)
    _obey(worker.Evaluator(store=store, **facts), control)


if __name__ == "__main__":
    main()
