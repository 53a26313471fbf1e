"""The command line, run as its user runs it: in a process, by its exit code and its output."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from rdflib import Graph

from sixaika_graph.namespaces import SH

ROOT = Path(__file__).parent.parent


def sixaika(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SIXAIKA_")}
    return subprocess.run(
        [sys.executable, "-m", "sixaika_graph.cli", *arguments],
        env=clean | {f"SIXAIKA_{name.upper()}": value for name, value in environment.items()},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for folder in ("data", "ontology", "queries", "shapes"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def assert_one_error(result: subprocess.CompletedProcess[str], *texts: str) -> None:
    assert result.returncode == 1, result.stderr
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.stderr
    for text in texts:
        assert text in result.stderr


def test_help_names_every_verb() -> None:
    result = sixaika("--help")

    assert result.returncode == 0
    for verb in ("serve", "validate", "query", "format"):
        assert f"\n  {verb} " in result.stdout


def test_wrong_usage_exits_with_2() -> None:
    assert sixaika("serve", "--prot", "8000").returncode == 2
    assert sixaika("validate", "/nowhere.ttl").returncode == 2


def test_a_bad_setting_is_named() -> None:
    assert_one_error(sixaika("serve", "--port", "http"), "SIXAIKA_PORT", "'http'")
    assert_one_error(sixaika("serve", workers="none"), "SIXAIKA_WORKERS", "'none'")


def test_a_port_in_use_ends_the_start(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        result = sixaika("serve", "--port", str(port), cache=str(tmp_path))

    assert_one_error(result, str(port), "in use")
    assert len(result.stderr.splitlines()) == 1


def test_a_broken_file_ends_the_start_with_its_place(checkout: Path) -> None:
    file = checkout / "data" / "turtle" / "zz-new.ttl"
    file.write_text("PREFIX s: <https://s.example/>\n\ns:a s:b 1 ;\n  s:c ] .\n")

    for arguments in (("serve", "--port", free_port()), ("validate",)):
        result = sixaika(*arguments, root=str(checkout), cache=str(checkout))
        assert_one_error(result, f"{file}:4:7: not Turtle")


@pytest.fixture
def violating(checkout: Path) -> Path:
    """Make a checkout in which a participation lacks its project."""
    (checkout / "data" / "turtle" / "zz-broken.ttl").write_text(
        "PREFIX org: <http://www.w3.org/ns/org#>\n"
        "PREFIX organisation: <https://w3id.org/sixaika/id/organisation/>\n"
        "PREFIX participation: <https://w3id.org/sixaika/id/participation/>\n"
        "PREFIX s6: <https://w3id.org/sixaika/ont#>\n"
        "participation:lost a s6:Participation ; org:member organisation:oulun-kaupunki .\n"
    )
    return checkout


def test_a_violation_ends_the_start_with_the_report(violating: Path) -> None:
    port = free_port()
    result = sixaika("serve", root=str(violating), cache=str(violating), port=port)

    assert_one_error(result, "zz-broken.ttl", "participation:lost")
    assert "shape:Participation-" in result.stderr


def test_validate_prints_a_table_turtle_or_json(violating: Path) -> None:
    text, turtle, as_json = (
        sixaika("validate", "--format", one, root=str(violating), cache=str(violating))
        for one in ("text", "turtle", "json")
    )

    assert {one.returncode for one in (text, turtle, as_json)} == {1}
    assert "participation:lost" in text.stdout
    assert list(Graph().parse(data=turtle.stdout, format="turtle").subjects(SH.focusNode))
    assert json.loads(as_json.stdout)["totals"]["violation"] >= 1


def test_validate_looks_only_at_a_file_that_is_given(checkout: Path) -> None:
    file = checkout / "new-project.ttl"
    file.write_text(
        "PREFIX project: <https://w3id.org/sixaika/id/project/>\n"
        "PREFIX s6: <https://w3id.org/sixaika/ont#>\n"
        "project:new a s6:Project ; s6:madeUp project:new .\n"
    )

    result = sixaika("validate", "--format", "json", str(file), root=str(checkout))

    report = json.loads(result.stdout)
    focus = {one["focusNode"]["value"] for one in report["results"]}
    assert result.returncode == 1
    ontology = "https://w3id.org/sixaika/ont"
    assert focus == {"https://w3id.org/sixaika/id/project/new", ontology}
    (undeclared,) = (one for one in report["results"] if one["focusNode"]["value"] == ontology)
    assert undeclared["value"]["value"] == f"{ontology}#madeUp"


def test_a_stale_waiver_fails_and_a_waived_warning_does_not(checkout: Path) -> None:
    waivers = checkout / "data" / "turtle" / "waivers.ttl"
    text = waivers.read_text(encoding="utf-8")
    waivers.write_text(text.replace("s6:waiverOf project:liira", "s6:waiverOf project:cohewe"))

    result = sixaika("validate", root=str(checkout))

    assert result.returncode == 1
    assert "Waivers that accept nothing: remove them\n  waiver:liira--duration" in result.stdout
    assert "1 warning, " in result.stdout
    assert result.stdout.endswith("waived, 1 stale waiver\n")


def test_the_project_is_valid_and_in_house_form(tmp_path: Path) -> None:
    assert sixaika("validate", cache=str(tmp_path)).returncode == 0
    assert sixaika("format", "--check").returncode == 0


def test_format_check_changes_nothing_and_format_does(tmp_path: Path) -> None:
    file = tmp_path / "loose.ttl"
    loose = "PREFIX s: <https://s.example/>\ns:b s:c 1 . s:a s:c 2 .\n"
    file.write_text(loose)

    checked = sixaika("format", "--check", str(file))
    assert (checked.returncode, file.read_text()) == (1, loose)
    assert f"{file}: not in house form" in checked.stderr

    assert sixaika("format", str(file)).returncode == 0
    assert file.read_text() != loose
    assert sixaika("format", "--check", str(file)).returncode == 0


def test_format_says_where_a_file_is_broken(tmp_path: Path) -> None:
    file = tmp_path / "broken.ttl"
    file.write_text("s:a s:b s:c .\n")

    assert_one_error(sixaika("format", str(file)), f"{file}:1:1")


LEAD_PROJECTS = "ASK { ?project a <https://w3id.org/sixaika/ont#LeadProject> }"


def test_query_asks_the_dataset_of_this_machine(tmp_path: Path) -> None:
    file = ROOT / "queries" / "budget-of-the-strategy.rq"

    table, csv, as_json = (
        sixaika("query", "--format", one, str(file), cache=str(tmp_path))
        for one in ("table", "csv", "json")
    )

    assert "nearly" in table.stdout
    assert csv.stdout.count("\n") >= 2
    assert json.loads(as_json.stdout)["results"]["bindings"]
    assert sixaika("query", LEAD_PROJECTS, cache=str(tmp_path)).stdout.split()[-3:-2] == ["true"]


def test_query_asks_an_endpoint(server: str) -> None:
    endpoint = f"{server}sparql"

    assert "true" in sixaika("query", LEAD_PROJECTS, "--endpoint", endpoint).stdout
    graph = sixaika("query", "DESCRIBE <https://w3id.org/sixaika/id/place/oulu> {}")
    assert Graph().parse(data=graph.stdout, format="turtle")


def test_query_tells_what_is_wrong(server: str, tmp_path: Path) -> None:
    endpoint = f"{server}sparql"

    assert_one_error(sixaika("query", "SELECT ?s { ?s ?p }", cache=str(tmp_path)), "line 1")
    assert_one_error(sixaika("query", "SELECT ?s { ?s ?p }", "--endpoint", endpoint), "line 1")
    assert_one_error(sixaika("query", LEAD_PROJECTS, "--endpoint", "http://127.0.0.1:1/sparql"))
    assert sixaika("query", "no-such-file.rq").returncode == 2
