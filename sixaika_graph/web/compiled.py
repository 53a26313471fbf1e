"""Compiled templates, kept between starts: to compile one takes longer than to show a page."""

import contextlib
from pathlib import Path
from typing import Final

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

from sixaika_graph.web.service import publication

_FOLDER: Final = "templates"


class _Compiled(FileSystemBytecodeCache):
    """Templates in a folder, of which one can do without."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template."""
        with contextlib.suppress(OSError):
            Path(self.directory).mkdir(parents=True, exist_ok=True)
            super().dump_bytecode(bucket)


def install(app: Flask) -> None:
    """Have all templates of an application ready before its first page.

    Those of a lone file wait until they are needed: it is to start at once.
    """
    with app.app_context():
        shown = publication()
    app.jinja_env.bytecode_cache = _Compiled(str(shown.settings.cache / _FOLDER))
    if not shown.file:
        for name in app.jinja_env.list_templates():
            app.jinja_env.get_template(name)
