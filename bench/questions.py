"""Time every question of the library in the engine on the real data, and print a table.

No question should take more than 200 ms; one that does is marked. `python bench/questions.py`.
"""

import statistics
import sys
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from sixaika_graph.client.answers import parse_solutions
from sixaika_graph.engine import Engine, QueryRequest
from sixaika_graph.engine.pool import Limits, LocalEngine
from sixaika_graph.namespaces import BASE, PREFIXES
from sixaika_graph.publication import prepare
from sixaika_graph.queries import NamedQuery, read
from sixaika_graph.settings import Settings

ROOT: Final = Path(__file__).resolve().parent.parent
TIMES: Final = 5
LIMIT: Final = 200.0
"""Milliseconds."""


def measure(engine: Engine, query: NamedQuery) -> tuple[float, str]:
    """Return the median time of a query in milliseconds, and how large its answer is."""
    times, size = [], ""
    for _ in range(TIMES):
        answer = engine.query(QueryRequest(text=query.text, graph_type="application/n-triples"))
        times.append(answer.elapsed * 1000)
        body = answer.read()
        if answer.form == "solutions":
            size = f"{len(parse_solutions(body).rows)} rows"
        else:
            lines = body.count(b"\n")
            size = f"{lines} triples" if answer.form == "triples" else "yes or no"
    return statistics.median(times), size


def main() -> int:
    """Print the table; 1 when a question is over the limit."""
    settings = Settings(root=ROOT, workers=1)
    statements = prepare(settings).edition().nquads
    engine = LocalEngine(statements, prefixes=PREFIXES, base=BASE, limits=Limits.of(settings))
    table = Table("question", "name", "ms", "answer", title="Questions on the real data")
    over = 0
    for query in read(ROOT / "queries").values():
        median, size = measure(engine, query)
        over += median > LIMIT
        mark = " over" if median > LIMIT else ""
        table.add_row(str(query.question or ""), query.name, f"{median:.1f}{mark}", size)
    engine.close()
    Console(width=100).print(table)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
