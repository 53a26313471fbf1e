"""The command line: each verb reads its arguments and calls one function of the core.

Results go to standard output, talk to standard error; exit code 0 is fine, 1 findings or an error,
2 wrong usage.
"""

import gc
import re
import sys
from pathlib import Path
from typing import Any

import click

from sixaika_graph import turtle
from sixaika_graph.errors import SixaikaError, SourceError
from sixaika_graph.settings import Settings

_WHOLE_LINE = 10_000
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^<>\"{}|^`\\\x00-\x20]+")
_FILES = click.Path(exists=True, dir_okay=False, path_type=Path)


class _Verbs(click.Group):
    """A group of verbs whose errors are one message and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SixaikaError as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sixaika-graph")
def main() -> None:
    """Work with the 6Aika knowledge graph."""


@main.command()
@click.option("--host", help="Address to listen on  [SIXAIKA_HOST, default 127.0.0.1]")
@click.option("--port", help="Port to listen on  [SIXAIKA_PORT, default 8000]")
@click.option(
    "--data",
    type=_FILES,
    metavar="FILE",
    help="Serve this file (.nq .trig .ttl .nt) alone: no shapes, catalogue, questions",
)
@click.option(
    "--base",
    metavar="IRI",
    help="What the IRIs begin with that have pages, and relative ones are read below",
)
def serve(host: str | None, port: str | None, data: Path | None, base: str | None) -> None:
    """Serve the dataset over HTTP: pages, linked data, SPARQL."""
    gc.disable()  # looking for garbage takes a sixth of the start; serving looks again after it
    from sixaika_graph.web import serving

    if base is not None and data is None:
        raise click.UsageError("--base goes with --data.")
    if base is not None and not _ABSOLUTE.fullmatch(base):
        raise click.BadParameter(f"{base!r} is no absolute IRI", param_hint="--base")
    serving.serve(Settings.from_env(host=host, port=port), data, base)


@main.command()
@click.argument("files", nargs=-1, type=_FILES)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "turtle", "json"]),
    default="text",
    show_default=True,
)
def validate(files: tuple[Path, ...], format_: str) -> None:
    """Validate the dataset, or what FILES describe, against the shapes.

    A file with the name of one of the dataset's takes its place. Exit code 1 on a Violation, and on
    a waiver that accepts no Warning any more.
    """
    from sixaika_graph import publication, validation

    gc.disable()  # looking for garbage takes a fifth of the time of a process that ends soon
    prepared = publication.prepare(Settings.from_env(), added=files)
    report = publication.report_on_files(prepared, files) if files else publication.report(prepared)
    write = {
        "text": lambda: validation.to_text(report, files=publication.file_names(prepared)),
        "turtle": lambda: validation.to_turtle(report),
        "json": lambda: validation.to_json(report),
    }
    click.echo(write[format_](), nl=False)
    gc.freeze()  # nor does Python look for it in all that was read when it ends
    if not report.conforms or report.stale:
        raise click.exceptions.Exit(1)


@main.command()
@click.argument("query")
@click.option(
    "--endpoint", metavar="URL", help="Ask this endpoint, not the dataset of this machine"
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="How to print a SELECT or ASK; a graph is always printed as Turtle",
)
def query(query: str, endpoint: str | None, format_: str) -> None:
    """Ask a SPARQL QUERY: its text, or the name of a file that holds it (- is standard input)."""
    from sixaika_graph.sparql_text import form

    text = _query_text(query)
    if form(text) in {"CONSTRUCT", "DESCRIBE"}:
        media_type = "text/turtle"
    else:
        media_type = "text/csv" if format_ == "csv" else "application/sparql-results+json"
    body = _ask(text, media_type, endpoint)
    if media_type == "application/sparql-results+json" and format_ == "table":
        _print_table(body)
    else:
        click.echo(body.rstrip(b"\n"))


def _query_text(argument: str) -> str:
    if argument != "-" and any(letter in argument for letter in "{\n"):
        return argument
    if argument != "-" and not Path(argument).is_file():
        raise click.BadParameter(f"{argument!r} is neither a query nor a file", param_hint="QUERY")
    with click.open_file(argument, encoding="utf-8") as file:
        return str(file.read())


def _ask(text: str, media_type: str, endpoint: str | None) -> bytes:
    if endpoint is not None:
        from sixaika_graph.client import Client

        return Client(endpoint).answer(text, media_type)
    from sixaika_graph.engine import QueryRequest
    from sixaika_graph.publication import open_publication

    engine = open_publication(Settings.from_env()).engine
    try:
        return engine.query(
            QueryRequest(text=text, results_type=media_type, graph_type="text/turtle")
        ).read()
    finally:
        engine.close()


def _print_table(body: bytes) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    from sixaika_graph.client.answers import to_table

    header, rows = to_table(body)
    table = Table(box=SIMPLE_HEAD, caption=f"{len(rows)} rows", caption_justify="left")
    for name in header:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*row)
    # What goes to a file or another program has whole lines.
    width = None if sys.stdout.isatty() else _WHOLE_LINE
    Console(width=width, markup=False, emoji=False, highlight=False).print(table)


@main.group()
def new() -> None:
    """Write the skeleton of something new."""


@new.command()
@click.argument("slug")
@click.option("--url", help="Address of the page")
@click.option("--title", help="Its title, in the language of --language")
@click.option("--language", type=click.Choice(["fi", "sv", "en"]), help="Its language")
@click.option("--publisher", metavar="SLUG", help="Organisation that publishes it")
@click.option("--kind", metavar="CODE", help="Its kind, a code of the list /def/source-kind")
def source(slug: str, **known: str | None) -> None:
    """Write data/turtle/SLUG.ttl and the entry of the source in sources.ttl, in house form.

    What is not given is left out of the entry; `validate` then names what it lacks.
    """
    import datetime

    from sixaika_graph import skeleton

    if not skeleton.SLUG.fullmatch(slug):
        raise click.BadParameter(
            f"{slug!r} is no slug: use the letters a-z, digits and single hyphens",
            param_hint="SLUG",
        )
    if known["title"] is not None and known["language"] is None:
        raise click.UsageError("--title needs its --language.")
    if known["url"] is not None and not _ABSOLUTE.fullmatch(known["url"]):
        raise click.BadParameter(f"{known['url']!r} is no absolute IRI", param_hint="--url")
    written = skeleton.write(
        Settings.from_env().root, skeleton.NewSource(slug=slug, **known), datetime.date.today()
    )
    for path in written:
        click.echo(path)
    click.echo("Write what the page states, then: sixaika format, sixaika validate", err=True)


@main.command()
@click.option("--format", "format_", help="Suffix of a dump: ttl, nt.gz, nq.gz, csv.zip, ...")
@click.option(
    "--graph", "dataset", help="One dataset: sixaika (without persons), people or ontology"
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=Path(),
    show_default="the current folder",
    help="Folder to write to; - writes one dump to standard output",
)
def export(format_: str | None, dataset: str | None, output: Path) -> None:
    """Write the dumps that the server serves, byte for byte: all of them, or those asked for."""
    from sixaika_graph.publication import conforming
    from sixaika_graph.release import release

    edition = conforming(Settings.from_env())
    files = release(edition.settings, edition.nquads, edition.public).dumps.files.values()
    _require("--format", format_, [dump.format.suffix for dump in files])
    _require("--graph", dataset, [dump.dataset for dump in files])
    chosen = [
        dump
        for dump in files
        if dump.format.suffix == (format_ or dump.format.suffix)
        and dump.dataset == (dataset or dump.dataset)
    ]
    if str(output) == "-":
        if len(chosen) != 1:
            raise click.UsageError("Standard output takes one dump: give --format and --graph.")
        click.echo(chosen[0].path.read_bytes(), nl=False)
        return
    output.mkdir(parents=True, exist_ok=True)
    for dump in chosen:
        (output / dump.file_name).write_bytes(dump.path.read_bytes())
        click.echo(f"{output / dump.file_name}  {dump.size} bytes", err=True)


def _require(option: str, value: str | None, known: list[str]) -> None:
    if value is not None and value not in known:
        choices = ", ".join(dict.fromkeys(known))
        raise click.BadParameter(f"{value!r} is not one of {choices}", param_hint=option)


@main.command(name="format")
@click.argument("files", nargs=-1, type=_FILES)
@click.option("--check", is_flag=True, help="Change nothing; exit code 1 where a file would change")
def format_(files: tuple[Path, ...], check: bool) -> None:
    """Write Turtle FILES (default: all of the project) in house form."""
    changed = [path for path in files or _turtle_files() if _format(path, write=not check)]
    for path in changed:
        click.echo(f"{path}: {'not in house form' if check else 'formatted'}", err=True)
    if check and changed:
        click.echo("Run: sixaika format", err=True)
        raise click.exceptions.Exit(1)


def _turtle_files() -> list[Path]:
    root = Settings.from_env().root
    folders = ("data/turtle", "ontology", "shapes", "tests")
    return sorted(path for folder in folders for path in (root / folder).rglob("*.ttl"))


def _format(path: Path, *, write: bool) -> bool:
    """Tell whether the file is not in house form; with `write` put it into it."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(path, f"cannot be read: {error}") from None
    formatted = turtle.format_turtle(text, path)
    if write and formatted != text:
        path.write_text(formatted, encoding="utf-8")
    return formatted != text


if __name__ == "__main__":
    main()
