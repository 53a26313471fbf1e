"""The W3C's tests of the SPARQL 1.1 Protocol and of service descriptions, run as they are.

Runner and data stand in `../shared/conformance`, or where SIXAIKA_CONFORMANCE says; nothing of them
is copied here.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from lone import served

# Read before the tests clean the environment.
SUITE: Final = Path(
    os.environ.get("SIXAIKA_CONFORMANCE") or Path(__file__).parents[3] / "shared" / "conformance"
)
RUNNER: Final = SUITE / "runners" / "protocol_runner.py"
DATA: Final = SUITE / "data" / "sparql11" / "protocol" / "preload.nq"
PUBLIC: Final = "https://public.example/"


def test_protocol_service_description_and_read_only_checks() -> None:
    """The seven tests that are skipped are updates, which are refused (and that is tested)."""
    if not RUNNER.is_file():
        pytest.skip(f"SKIPPED: {RUNNER} is missing")
    with served(DATA, SIXAIKA_PUBLIC_URL=PUBLIC) as (url, _):
        result = subprocess.run(
            [
                *(sys.executable, str(RUNNER), "--query", f"{url}sparql", "--read-only"),
                *("--suite", "protocol,sd", "--public", f"{PUBLIC}sparql"),
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    failures = [line for line in result.stdout.splitlines() if line.startswith("FAIL")]
    assert not failures, result.stdout
    assert result.stdout.splitlines()[-1] == "35 passed, 0 failed, 7 skipped", result.stderr
    assert result.returncode == 0
