"""Tables as CSV in one zip file, with metadata that says what each column means.

https://www.w3.org/TR/tabular-data-primer/. A cell with several values separates them by a character
that none of them has, named in the metadata.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable
from typing import Final

from rdflib import RDF, XSD

from sixaika_graph.dumps.table import IRI, Column, Table

METADATA: Final = "csv-metadata.json"
_SEPARATORS: Final = "|¦;\N{SYMBOL FOR UNIT SEPARATOR}"
# The earliest time that a zip file can tell: its members have none.
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_READABLE: Final = 0o644 << 16


def archive(tables: Iterable[Table], title: str, licence: str) -> bytes:
    """Write tables and their metadata into a zip file; the same tables give the same bytes."""
    described, members = [], {}
    for table in tables:
        separators = [_separator(table, index) for index in range(len(table.columns))]
        described.append(_metadata(table, separators))
        members[f"{table.name}.csv"] = _csv(table, separators)
    metadata = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": title,
        "dc:license": {"@id": licence},
        "tables": described,
    }
    text = json.dumps(metadata, ensure_ascii=False, indent=1) + "\n"
    return _zip({METADATA: text.encode(), **members})


def _separator(table: Table, index: int) -> str:
    """Return what separates the values of a column; nothing where a cell has one at most."""
    if not table.columns[index].many:
        return ""
    values = "".join(value for _, cells in table.rows for value in cells[index])
    return next(one for one in _SEPARATORS if one not in values)


def _csv(table: Table, separators: list[str]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([IRI, *(column.name for column in table.columns)])
    for thing, cells in table.rows:
        joined = (mark.join(values) for mark, values in zip(separators, cells, strict=True))
        writer.writerow([thing, *joined])
    return text.getvalue().encode()


def _metadata(table: Table, separators: list[str]) -> dict[str, object]:
    first = {"name": IRI, "titles": IRI, "datatype": "anyURI", "required": True}
    columns = zip(table.columns, separators, strict=True)
    return {
        "url": f"{table.name}.csv",
        "schema:about": {"@id": str(table.of)},
        "tableSchema": {
            "aboutUrl": f"{{+{IRI}}}",
            "primaryKey": IRI,
            "columns": [first, *(_column(column, mark) for column, mark in columns)],
        },
    }


def _column(column: Column, separator: str) -> dict[str, object]:
    described: dict[str, object] = {
        "name": column.name,
        "titles": column.name,
        "propertyUrl": str(column.property),
        "datatype": _datatype(column),
    }
    if column.kind.language:
        described["lang"] = column.kind.language
    if separator:
        described["separator"] = separator
        described["ordered"] = False
    elif not column.kind.datatype:
        described["valueUrl"] = f"{{+{column.name}}}"
    return described


def _datatype(column: Column) -> object:
    """Return the datatype of a column; one that CSVW does not know is named by its IRI."""
    datatype = column.kind.datatype
    if not datatype:
        return "anyURI"
    if datatype == str(RDF.langString):
        return "string"
    if datatype.startswith(str(XSD)):
        return datatype.removeprefix(str(XSD))
    return {"@id": datatype, "base": "string"}


def _zip(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as whole:
        for name, content in members.items():
            member = zipfile.ZipInfo(name, _NO_TIME)
            member.create_system, member.external_attr = _UNIX, _READABLE
            member.compress_type = zipfile.ZIP_DEFLATED
            whole.writestr(member, content)
    return file.getvalue()
