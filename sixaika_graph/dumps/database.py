"""Tables and statements as one SQLite database (https://www.sqlite.org/fileformat.html).

The table of a class has its columns as the CSV has; a cell that may have several values holds a
JSON array. `statement` holds every statement as it is written.
"""

import json
import sqlite3
from collections.abc import Iterable
from typing import Final

from rdflib import XSD, Graph

from sixaika_graph.dumps.table import IRI, Column, Table, kind_of

_NUMBERS: Final = {str(XSD.integer): "INTEGER", str(XSD.decimal): "NUMERIC"}
# Where the file tells how often, and by which version of SQLite, it was changed.
_COUNTERS: Final = (slice(24, 28), slice(92, 96), slice(96, 100))
_VERSION: Final = 3_000_000


def database(tables: Iterable[Table], graph: Graph) -> bytes:
    """Write tables, and the graph that they are made from, as the bytes of a database."""
    connection = sqlite3.connect(":memory:")
    try:
        with connection:
            _write_statements(connection, graph)
            for table in tables:
                _write_table(connection, table)
        return _without_counters(connection.serialize())
    finally:
        connection.close()


def _write_statements(connection: sqlite3.Connection, graph: Graph) -> None:
    names = ("subject", "predicate", "object", "datatype", "language")
    columns = ", ".join(f"{name} TEXT" for name in names)
    connection.execute(f"CREATE TABLE statement ({columns}) STRICT")
    rows = sorted((str(s), str(p), str(o), *kind_of(o)) for s, p, o in graph)
    connection.executemany("INSERT INTO statement VALUES (?, ?, ?, ?, ?)", rows)


def _write_table(connection: sqlite3.Connection, table: Table) -> None:
    columns = [f'"{IRI}" TEXT PRIMARY KEY', *map(_declared, table.columns)]
    connection.execute(f'CREATE TABLE "{table.name}" ({", ".join(columns)})')
    places = ", ".join("?" * len(columns))
    rows = (
        (thing, *(_cell(*pair) for pair in zip(table.columns, cells, strict=True)))
        for thing, cells in table.rows
    )
    connection.executemany(f'INSERT INTO "{table.name}" VALUES ({places})', rows)


def _declared(column: Column) -> str:
    kind = "TEXT" if column.many else _NUMBERS.get(column.kind.datatype, "TEXT")
    return f'"{column.name}" {kind}'


def _cell(column: Column, values: tuple[str, ...]) -> str | None:
    if not values:
        return None
    return json.dumps(values, ensure_ascii=False) if column.many else values[0]


def _without_counters(database: bytes) -> bytes:
    """Take out what depends on the program that wrote the file."""
    bytes_ = bytearray(database)
    changes, valid_for, version = _COUNTERS
    bytes_[changes] = bytes_[valid_for] = (1).to_bytes(4)
    bytes_[version] = _VERSION.to_bytes(4)
    return bytes(bytes_)
