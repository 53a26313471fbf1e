"""The W3C's evaluation runner on one server that holds the data of all tests.

`python one_server.py FILE.nq` writes that data, one named graph for each file; with the runner's
own arguments it runs the tests, which choose their dataset by the parameters of the protocol
(https://www.w3.org/TR/sparql11-protocol/#dataset). A start for each test would take minutes.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import pyoxigraph as ox

RUNNERS: Final = Path(sys.argv[1])
sys.path.insert(0, str(RUNNERS))

