"""The command line: each verb reads its arguments and calls one function of the core.

Results go to standard output, talk to standard error; exit code 0 is fine, 1 findings or an error,
2 wrong usage.
"""

from pathlib import Path
from typing import Any

import click

from sixaika_graph import turtle
from sixaika_graph.errors import SixaikaError, SourceError
from sixaika_graph.settings import Settings

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
def serve(host: str | None, port: str | None) -> None:
    """Serve the dataset over HTTP: pages, linked data, SPARQL."""
    from sixaika_graph.web import serving

    serving.serve(Settings.from_env(host=host, port=port))


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

    A file with the name of one of the dataset's takes its place. Exit code 1 on a Violation.
    """
    from sixaika_graph import publication, validation

    prepared = publication.prepare(Settings.from_env(), added=files)
    report = publication.report_on_files(prepared, files) if files else publication.report(prepared)
    write = {
        "text": lambda: validation.to_text(report, files=publication.file_names(prepared)),
        "turtle": lambda: validation.to_turtle(report),
        "json": lambda: validation.to_json(report),
    }
    click.echo(write[format_](), nl=False)
    if not report.conforms:
        raise click.exceptions.Exit(1)


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
