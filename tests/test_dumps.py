"""Dumps: every format holds the statements of its dataset, in the same bytes each time."""

import gzip
import io
import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import csvw
import pytest
from rdflib import RDF, XSD, Dataset, Graph, Literal
from rdflib.compare import isomorphic
from rdflib.namespace import FOAF

from sixaika_graph.dataset import CODE_LISTS, ONTOLOGY
from sixaika_graph.dumps import DUMP_FORMATS, Content, Dump, DumpFormat, store, write, write_all
from sixaika_graph.dumps.content import contents, read
from sixaika_graph.dumps.table import Kind, kind_of, tables
from sixaika_graph.namespaces import GRAPH, ID, S6, SCHEMA
from sixaika_graph.publication import Edition

A, B, NAME = ID["project/a"], ID["place/b"], GRAPH["x"]
LINES: Final = (
    f"<{A}> <{RDF.type}> <{S6.Project}> .\n",
    f'<{A}> <{SCHEMA.name}> "A | B"@en .\n',
    f'<{A}> <{SCHEMA.name}> "line one\\n  \\"two\\" \\\\ <three>  \\nPREFIX x:"@fi .\n',
    f'<{A}> <{SCHEMA.name}> "zweite"@en .\n',
    f'<{A}> <{SCHEMA.startDate}> "2017"^^<{XSD.gYear}> .\n',
    f'<{A}> <{SCHEMA.startDate}> "2017-06-01"^^<{XSD.date}> .\n',
    f'<{A}> <{S6.minMonths}> "1"^^<{XSD.integer}> .\n',
    f'<{A}> <{S6.amount}> "01.50"^^<{XSD.string}> .\n',
    f"<{A}> <{S6.cityRegion}> <{B}> .\n",
    f"<{B}> <{RDF.type}> <{SCHEMA.City}> .\n",
    f"<{B}> <{SCHEMA.geo}> _:cb0 .\n",
    f'_:cb0 <{SCHEMA.name}> "point" .\n',
    f"<{B}> <{SCHEMA.geo}> _:cb0 <{NAME}> .\n",
    f'_:cb0 <{SCHEMA.name}> "1.50"^^<{XSD.decimal}> <{NAME}> .\n',
)
every_format = pytest.mark.parametrize("row", DUMP_FORMATS, ids=lambda row: row.suffix)


@pytest.fixture(scope="module")
def content() -> Content:
    return read(line.encode() for line in LINES)


@pytest.fixture(scope="module")
def real(edition: Edition) -> dict[str, Content]:
    return contents(edition.nquads, edition.public)


def format_of(suffix: str) -> DumpFormat:
    return next(row for row in DUMP_FORMATS if row.suffix == suffix)


def written(content: Content, suffix: str, dataset: str = "sixaika") -> bytes:
    row = format_of(suffix)
    body = write(content, dataset, row)
    return gzip.decompress(body) if row.compresses else body


def quads(content: Content) -> Dataset:
    return Dataset(default_union=False).parse(data=b"".join(content.lines), format="nquads")


# RDF


@pytest.mark.parametrize(
    ("suffix", "name"),
    [("ttl", "turtle"), ("nt.gz", "nt"), ("jsonld", "json-ld"), ("rdf", "xml")],
)
def test_a_dump_of_a_graph_holds_its_default_graph_letter_by_letter(
    content: Content, real: dict[str, Content], suffix: str, name: str
) -> None:
    parsed = Graph().parse(data=written(content, suffix), format=name)
    assert isomorphic(parsed, content.default)
    for dataset, whole in real.items():
        found = Graph().parse(data=written(whole, suffix, dataset), format=name)
        assert set(found) == set(whole.default), dataset


@pytest.mark.parametrize(("suffix", "name"), [("nq.gz", "nquads"), ("trig", "trig")])
def test_a_dump_of_a_dataset_holds_all_its_graphs(
    content: Content, real: dict[str, Content], suffix: str, name: str
) -> None:
    for one in (content, real["people"]):
        found = Dataset(default_union=False).parse(data=written(one, suffix), format=name)
        expected = quads(one)
        sizes = {graph.identifier: len(graph) for graph in expected.graphs()}
        assert {graph.identifier: len(graph) for graph in found.graphs()} == sizes
        assert isomorphic(found.graph(NAME), expected.graph(NAME))


# Tables


def statements(content: Content) -> Counter[tuple[str, str, str]]:
    """Count what is said of things that have a class, as subject, predicate and text."""
    graph = content.default
    typed = set(graph.subjects(RDF.type))
    return Counter((str(s), str(p), str(o)) for s, p, o in graph if s in typed)


def unpacked(content: Content, folder: Path) -> csvw.TableGroup:
    with zipfile.ZipFile(io.BytesIO(written(content, "csv.zip"))) as file:
        assert file.testzip() is None
        file.extractall(folder)
    return csvw.TableGroup.from_file(folder / "csv-metadata.json")


def in_cell(value: Any) -> list[str]:
    """Return the values of a cell as text."""
    values = value if isinstance(value, list) else [] if value is None else [value]
    texts = (one.unsplit() if hasattr(one, "unsplit") else str(one) for one in values)
    return [text.removesuffix(" 00:00:00") for text in texts]  # that program takes a day for one


def test_csv_holds_every_statement_of_things_that_have_a_class(
    content: Content, real: dict[str, Content], tmp_path: Path
) -> None:
    """Read by another program, by the metadata alone (https://www.w3.org/TR/tabular-metadata/)."""
    for index, one in enumerate((content, *real.values())):
        found = set()
        for table in unpacked(one, tmp_path / str(index)).tables:
            schema = table.tableSchema
            paths = {one.name: one.propertyUrl.uri for one in schema.columns if one.propertyUrl}
            assert schema.primaryKey == ["iri"]
            for row in table:
                (thing,) = in_cell(row["iri"])
                for name, path in paths.items():
                    found |= {(thing, path, text) for text in in_cell(row[name])}
        assert found == set(statements(one))


def test_csv_separates_values_by_what_none_of_them_has(content: Content, tmp_path: Path) -> None:
    group = unpacked(content, tmp_path)
    (table,) = (one for one in group.tables if one.url.string == "s6_Project.csv")
    (row,) = table
    assert row["schema_name_en"] == ["A | B", "zweite"]
    assert row["schema_name_fi"].startswith("line one\n")
    assert {name for name in row if name.startswith("schema_startDate")} == {
        "schema_startDate_date",
        "schema_startDate_gYear",
    }


def test_the_database_answers_for_tables_and_statements(
    content: Content, real: dict[str, Content]
) -> None:
    for one in (content, *real.values()):
        connection = sqlite3.connect(":memory:")
        connection.deserialize(written(one, "sqlite"))
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        (count,) = connection.execute("SELECT COUNT(*) FROM statement").fetchone()
        assert count == len(one.default)
        for table in tables(one.default):
            (rows,) = connection.execute(f'SELECT COUNT(*) FROM "{table.name}"').fetchone()
            assert rows == len(set(one.default.subjects(RDF.type, table.of)))
    connection.deserialize(written(content, "sqlite"))
    names, begin = connection.execute(
        "SELECT schema_name_en, s6_minMonths FROM s6_Project"
    ).fetchone()
    assert json.loads(names) == ["A | B", "zweite"]
    assert begin == 1
    connection.close()


def test_a_value_tells_its_kind() -> None:
    assert kind_of(A) == Kind("", "")
    assert kind_of(Literal("a", lang="sv")) == Kind(str(RDF.langString), "sv")
    assert kind_of(Literal("a")) == Kind(str(XSD.string), "")


# Datasets


def test_the_datasets_add_up_to_what_is_served(edition: Edition, real: dict[str, Content]) -> None:
    # The figures of quality are counted anew without the persons, so they differ.
    lines, served = (
        {line for line in some if b"/graph/derived/quality" not in line}
        for some in (
            [*real["sixaika"].lines, *real["people"].lines],
            edition.nquads.splitlines(keepends=True),
        )
    )
    assert lines == served
    assert set(real["ontology"].named) == {CODE_LISTS, ONTOLOGY}


def test_names_of_persons_are_in_the_dump_of_persons_alone(real: dict[str, Content]) -> None:
    names = {str(name) for name in real["people"].default.objects(None, FOAF.name)}
    assert len(names) > 3
    for row in DUMP_FORMATS:
        for dataset in ("sixaika", "ontology"):
            body = write(real[dataset], dataset, row)
            text = _unwrapped(body, row).decode("utf-8", errors="replace")
            assert not [name for name in names if name in text], (dataset, row.suffix)
            assert "/id/person/" not in text, (dataset, row.suffix)
    assert names & set(_names_in(written(real["people"], "nt.gz", "people").decode()))


def _unwrapped(body: bytes, row: DumpFormat) -> bytes:
    if row.compresses:
        return gzip.decompress(body)
    if row.wrapping:
        with zipfile.ZipFile(io.BytesIO(body)) as file:
            return b"".join(file.read(name) for name in file.namelist())
    return body


def _names_in(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if f"<{FOAF.name}>" in line:
            yield line.split('"')[1]


def test_without_persons_there_is_no_dataset_of_them(edition: Edition) -> None:
    assert set(contents(edition.public, edition.public)) == {"sixaika", "ontology"}


# The same bytes


@every_format
def test_the_same_statements_give_the_same_bytes(content: Content, row: DumpFormat) -> None:
    assert write(content, "sixaika", row) == write(content, "sixaika", row)


def test_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    """The order of sets of strings changes with every process."""
    path = tmp_path / "lines.nq"
    path.write_text("".join(LINES), encoding="utf-8")
    program = (
        "import hashlib, pathlib, sys\n"
        "from sixaika_graph.dumps import write_all\n"
        "from sixaika_graph.dumps.content import read\n"
        "lines = pathlib.Path(sys.argv[1]).read_bytes().splitlines(keepends=True)\n"
        "for _, row, body in write_all({'sixaika': read(lines)}):\n"
        "    print(row.suffix, hashlib.sha256(body).hexdigest())\n"
    )
    outputs = {
        subprocess.check_output(
            [sys.executable, "-c", program, str(path)],
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1
    assert outputs.pop().count(b"\n") == len(DUMP_FORMATS)


# Files


def made(content: Content) -> Iterable[tuple[str, DumpFormat, bytes]]:
    return write_all({"sixaika": content})


def kept(folder: Path, content: Content, key: str = "k") -> store.Dumps:
    return store.keep(folder, key, lambda: made(content))


def test_dumps_are_kept_with_their_sizes_and_checksums(content: Content, tmp_path: Path) -> None:
    dumps = kept(tmp_path, content)
    again = store.recall(tmp_path, "k")

    assert again is not None
    assert again.files == dumps.files
    assert list(dumps.files) == [f"sixaika.{row.suffix}" for row in DUMP_FORMATS]
    assert all(dump.path.stat().st_size == dump.size > 0 for dump in dumps.files.values())
    assert [dump.file_name for dump in dumps.of("sixaika")] == list(dumps.files)
    assert dumps.of("people") == []


@pytest.mark.parametrize("fault", ["changed", "missing", "no manifest", "odd manifest"])
def test_damaged_dumps_are_written_anew(content: Content, tmp_path: Path, fault: str) -> None:
    first: Dump = kept(tmp_path, content).files["sixaika.ttl"]
    folder = first.path.parent
    match fault:
        case "changed":
            first.path.write_bytes(b"?" * first.size)
        case "missing":
            first.path.unlink()
        case "no manifest":
            (folder / "manifest.json").unlink()
        case _:
            (folder / "manifest.json").write_text('[["sixaika", "docx", 1, "0"]]')

    assert store.recall(tmp_path, "k") is None
    assert kept(tmp_path, content).files["sixaika.ttl"].path.read_bytes() == written(content, "ttl")


def test_a_cache_that_cannot_be_written_is_done_without(content: Content, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder", encoding="utf-8")

    dumps = kept(blocked, content)

    assert dumps.files["sixaika.ttl"].path.read_bytes() == written(content, "ttl")


def test_old_dumps_are_cleared_away_unless_they_are_in_use(
    content: Content, tmp_path: Path
) -> None:
    used = kept(tmp_path, content, "used")
    for number in range(8):
        kept(tmp_path, content, f"k{number}")

    folders = {path.name for path in (tmp_path / "dumps").iterdir()}
    assert {"used", "k7", "k6"} <= folders
    assert "k0" not in folders
    assert all(dump.path.exists() for dump in used.files.values())
