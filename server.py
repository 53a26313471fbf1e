"""The WSGI entry point: `server:app` for any WSGI server; `python server.py` serves by itself."""

import sys

from sixaika_graph.cli import main
from sixaika_graph.publication import open_publication
from sixaika_graph.settings import Settings
from sixaika_graph.web import create_app

if __name__ == "__main__":
    main(["serve", *sys.argv[1:]])

app = create_app(open_publication(Settings.from_env()))
