"""The README is true: what it names exists, what exists is named, and its commands run."""

import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import fields
from pathlib import Path
from typing import Final

import pytest
from tables import omissions

from sixaika_graph.cli import main
from sixaika_graph.formats import FORMATS
from sixaika_graph.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
SERVED = "http://127.0.0.1:8000/"


def blocks(language: str) -> list[str]:
    """Return the code blocks but the two commands: one of them runs these tests."""
    found: list[str] = re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)
    return [block for block in found if "make " not in block]


@pytest.mark.parametrize("block", blocks("sh"))
def test_every_shell_block_runs(block: str, server: str, tmp_path: Path) -> None:
    bin_folder = str(Path(sys.executable).parent)
    script = block.replace(SERVED, server).replace(".venv/bin", bin_folder)

    result = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script.replace("curl ", "curl --silent --fail ")],
        cwd=ROOT,
        env={**os.environ, "SIXAIKA_CACHE": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout or "format" in script


PRINTED: Final = (("Uleåborg", "cohewe"), ("http://www.yso.fi/onto/yso/p94474", "place/vantaa"))


@pytest.mark.parametrize(("block", "expected"), [*zip(blocks("python"), PRINTED, strict=True)])
def test_every_python_block_runs(
    block: str, expected: tuple[str, str], server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    exec(compile(block.replace(SERVED, server), "README.md", "exec"), {})

    printed = capsys.readouterr().out
    for text in expected:
        assert text in printed


def test_every_setting_stands_in_the_readme() -> None:
    missing = [
        one.name for one in fields(Settings) if f"`SIXAIKA_{one.name.upper()}`" not in README
    ]

    assert not missing


def test_every_named_setting_exists() -> None:
    known = {f"SIXAIKA_{one.name.upper()}" for one in fields(Settings)}

    assert set(re.findall(r"SIXAIKA_[A-Z_]+", README)) <= known


def test_every_verb_and_format_stands_in_the_readme() -> None:
    for verb in main.commands:
        assert re.search(rf"sixaika {verb}|`{verb}`", README), verb
    for row in FORMATS:
        assert f"`.{row.suffix}`" in README or row.kind == "html", row.name


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_to_a_file_leads_to_one(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")

    links = re.findall(r"\]\(([^)#]+)\)", text)
    assert [one for one in links if "://" not in one and not (ROOT / one).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_is_named_exists(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")

    named = re.findall(r"`((?:data|ontology|shapes|queries|tests|sixaika_graph)/[\w/.-]*)`", text)
    assert [one for one in named if not (ROOT / one).exists()] == []


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 200


def test_the_readme_tells_what_was_left_out_and_why() -> None:
    rows: Counter[str] = Counter()
    reasons: defaultdict[str, set[str]] = defaultdict(set)
    for one in omissions():
        rows[one.table] += one.rows
        reasons[one.table].add(one.reason)
    told = re.findall(r"^\| `(\w+)` \| (\d+) \| (.*) \|$", README, flags=re.MULTILINE)

    assert {name: (int(number), why) for name, number, why in told} == {
        name: (rows[name], " ".join(sorted(reasons[name]))) for name in rows
    }
