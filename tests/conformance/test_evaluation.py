"""The W3C's tests of evaluation, syntax and result formats, of SPARQL 1.0 and 1.1, over HTTP.

Runner and data stand in `../shared/conformance`, or where SIXAIKA_CONFORMANCE says; nothing of them
is copied here. Updates and the tests that need a second endpoint are left out by the runner.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from lone import served

from sixaika_graph.descriptions.service import ENGINE

# Read before the tests clean the environment.
SUITE: Final = Path(
    os.environ.get("SIXAIKA_CONFORMANCE") or Path(__file__).parents[3] / "shared" / "conformance"
)
RUNNERS: Final = SUITE / "runners"

REFUSED: Final = {f"sparql11/syntax-fed/test_{number}" for number in (1, 2, 3)}
"""Queries with SERVICE."""

ACCEPTED: Final = {"sparql10/syntax-sparql3/syn-bad-26"}
"""Comparisons without spaces, `?x<?a&&?b>?y`, which the grammar takes for an IRI."""

PASSED: Final = {"sparql10": 467, "sparql11": 337}
"""How many tests pass at least: no test disappears unseen."""


@pytest.mark.parametrize("name", PASSED)
def test_no_test_fails_but_those_that_the_service_description_tells_of(
    name: str, tmp_path: Path
) -> None:
    """Where one of those passes, the engine was mended: its fault is no longer to be told of."""
    if not RUNNERS.is_dir():
        pytest.skip(f"SKIPPED: {RUNNERS} is missing")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, (RUNNERS, Path(__file__).parent))),
    }
    data, outcomes = tmp_path / "all.nq", tmp_path / "outcomes.json"
    suite = SUITE / "data" / name
    subprocess.run(
        [sys.executable, "-m", "one_server", str(data), str(suite)], env=environment, check=True
    )
    with served(data) as (url, _):
        ran = subprocess.run(
            [
                *(sys.executable, "-c", "import eval_runner; eval_runner.main()"),
                *("--engine", "one_server:OneServer", "--query", f"{url}sparql"),
                *("--set", name, "--skip-update", "--fails", "--json", str(outcomes)),
            ],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    judged = {test: outcome for test, outcome, *_ in json.loads(outcomes.read_text("utf-8"))}
    failed = {test for test, outcome in judged.items() if outcome in ("FAIL", "ERROR")}
    told = {test for fault in ENGINE["faults"].values() for test in fault["fails"]}
    expected = {test for test in told | REFUSED | ACCEPTED if test.startswith(f"{name}/")}
    assert failed == expected, ran.stdout + ran.stderr
    assert sum(outcome in ("pass", "lenient") for outcome in judged.values()) >= PASSED[name]
    assert all(f"{test}  -- 403" in ran.stdout for test in expected & REFUSED)
