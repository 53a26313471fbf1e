"""Local engines on a few quads, and what is needed to look at their processes from outside."""

import contextlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final

import psutil

from sixaika_graph import errors
from sixaika_graph.engine import Answer, QueryRequest
from sixaika_graph.engine.pool import Limits, LocalEngine

EX: Final = "http://example.org/"
PREFIXES: Final = {"ex": EX, "xsd": "http://www.w3.org/2001/XMLSchema#", "unused": f"{EX}unused#"}

# The default graph; then one statement that stands in two graphs, and one of its own in each.
DEFAULT: Final = """
<http://example.org/oulu> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://example.org/City> .
<http://example.org/oulu> <http://example.org/name> "Oulu"@fi .
<http://example.org/oulu> <http://example.org/name> "Uleåborg"@sv .
<http://example.org/oulu> <http://example.org/note> "a \\"quoted\\", comma\\nand\\ttab" .
<http://example.org/oulu> <http://example.org/part> _:part .
_:part <http://example.org/amount> "10"^^<http://www.w3.org/2001/XMLSchema#integer> .
"""  # noqa: E501
AMOUNT: Final = (
    "<http://example.org/call> <http://example.org/amount> "
    '"10"^^<http://www.w3.org/2001/XMLSchema#integer>'
)
NQUADS: Final = f"""{DEFAULT}
{AMOUNT} <http://example.org/one> .
<http://example.org/call> <http://example.org/in> "one" <http://example.org/one> .
{AMOUNT} <http://example.org/two> .
<http://example.org/call> <http://example.org/in> "two" <http://example.org/two> .
<http://example.org/c> <http://example.org/d> <http://example.org/e> <http://example.org/three> .
"""

BOTH: Final = (f"{EX}one", f"{EX}two")

ALL: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
# Forty rows, enough for a product that no time or memory is enough for.
ROWS: Final = f"VALUES ?n {{ {' '.join(map(str, range(40)))} }}"
ENDLESS: Final = " ".join(ROWS.replace("?n", f"?n{place}") for place in range(6))
COUNT_ENDLESS: Final = f"SELECT (COUNT(*) AS ?n) {{ {ENDLESS} }}"


def open_engine(nquads: str = NQUADS, base: str | None = None, **limits: Any) -> LocalEngine:
    small = {"workers": 3, "timeout": 1.0, "memory": 128} | limits
    return LocalEngine(nquads.encode(), prefixes=PREFIXES, limits=Limits(**small), base=base)


def ask(engine: LocalEngine, text: str, **wanted: Any) -> Answer:
    return engine.query(QueryRequest(text=text, **wanted))


def rows(engine: LocalEngine, text: str, **wanted: Any) -> list[dict[str, str]]:
    solutions = json.loads(ask(engine, text, **wanted).read())["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in solutions]


def one(engine: LocalEngine, text: str, **wanted: Any) -> dict[str, str]:
    (row,) = rows(engine, text, **wanted)
    return row


def in_background(engine: LocalEngine, text: str, **wanted: Any) -> Future[Answer]:
    """Ask in a thread; the outcome is in the future."""
    outcome: Future[Answer] = Future()

    def run() -> None:
        try:
            outcome.set_result(ask(engine, text, **wanted))
        except errors.SixaikaError as error:
            outcome.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return outcome


def children(pid: int) -> list[int]:
    return [child.pid for child in psutil.Process(pid).children()]


def zygotes() -> list[int]:
    """Return the zygotes that were started by this process: by its keeper threads."""
    found = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):  # it has ended meanwhile
            if "engine.zygote" in " ".join(child.cmdline()):
                found.append(child.pid)
    return found


def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.01)


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def busiest(zygote: int, seconds: float = 0.05) -> int:
    """Return the worker that evaluates something now, as soon as one has done so for so long."""
    before: dict[int, float] = {}

    def gained(pid: int) -> float:
        try:
            now = cpu_seconds(pid)
        except OSError:  # it has ended
            return 0.0
        return now - before.setdefault(pid, now)

    until(lambda: any(gained(pid) >= seconds for pid in children(zygote)))
    return max(before, key=gained)


@contextlib.contextmanager
def own_zygote(**limits: Any) -> Iterator[tuple[LocalEngine, int]]:
    """Open an engine; yield it and the process id of its zygote."""
    others = zygotes()
    with contextlib.closing(open_engine(**limits)) as opened:
        (zygote,) = set(zygotes()) - set(others)
        until(lambda: len(children(zygote)) == limits.get("workers", 3))
        yield opened, zygote


def dead(pid: int) -> bool:
    """Tell whether a process has ended, even if nobody has reaped it yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True
