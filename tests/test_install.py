"""The wheel carries all that it needs: it serves from an empty folder."""

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from conftest import free_port

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and install it in a clean venv; the value is its folder of programs."""
    folder = tmp_path_factory.mktemp("install")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    [wheel] = folder.glob("*.whl")
    run(sys.executable, "-m", "venv", folder / "venv")
    programs = folder / "venv" / "bin"
    run(programs / "pip", "install", "--quiet", "--disable-pip-version-check", wheel)
    return programs


def run(*command: str | Path) -> str:
    result = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_the_installed_wheel_serves_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    port = free_port()
    environment = {"PATH": os.environ["PATH"], "XDG_CACHE_HOME": str(tmp_path / "cache")}

    process = subprocess.Popen(
        [installed / "sixaika", "serve", "--port", str(port)],
        cwd=empty,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        home = f"http://127.0.0.1:{port}/"
        assert b"Oulu" in get(home, "text/html", process)
        assert b"place:oulu" in get(f"{home}id/place/oulu", "text/turtle", process)
        assert get(f"{home}queries/city-projects.csv", "*/*", process).count(b"\n") > 1
    finally:
        process.terminate()
        _, talk = process.communicate(timeout=20)

    assert f"Serving at {home}" in talk
    assert not list(empty.iterdir())


def get(url: str, accept: str, process: subprocess.Popen[str]) -> bytes:
    deadline = time.monotonic() + 240
    while process.poll() is None:
        try:
            request = urllib.request.Request(url, headers={"Accept": accept})
            with urllib.request.urlopen(request, timeout=10) as answer:
                return bytes(answer.read())
        except OSError:
            assert time.monotonic() < deadline, "the server did not answer"
            time.sleep(0.1)
    raise AssertionError(f"the server ended: {process.communicate()[1]}")


def test_the_installed_wheel_validates_itself(installed: Path, tmp_path: Path) -> None:
    result = subprocess.run(
        [installed / "sixaika", "validate"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert result.returncode == 0, result.stderr
    assert "0 violations" in result.stdout
