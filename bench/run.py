"""Measure this server beside its peers and write RESULTS.md: `make bench`.

The measuring scripts, the data generator and the queries lie in `$SIXAIKA_BENCH`, by default
../shared/bench beside this checkout. All servers listen on the loopback address, every loop is
bounded, and every process that is started here is ended here.
"""

import json
import os
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final
from urllib.request import urlopen

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parent
SCRIPTS: Final = Path(os.environ.get("SIXAIKA_BENCH") or ROOT.parent / "shared" / "bench")
SIXAIKA: Final = str(ROOT / ".venv" / "bin" / "sixaika")
PEERS: Final = HERE / ".venv" / "bin"
TRIPLES: Final = 200_000
PATIENCE: Final = 120.0
STOPPING: Final = 20.0
DESCRIBE: Final = "13_describe"
SAMPLE: Final = 20
"""Of so many pages of the real data one is measured."""
PORT: Final = 8850
"""The first of the ports that are used."""

# One machine plays several clients, so each of its connections must count as one.
MANY_CLIENTS: Final = "SIXAIKA_CLIENT_SHARE=8"
RUNAWAY_SETTINGS: Final = ("SIXAIKA_TRUSTED_PROXY=127.0.0.1", "SIXAIKA_QUERY_TIMEOUT=3")


def main() -> None:
    """Measure everything and write the results."""
    _require()
    with tempfile.TemporaryDirectory(prefix="sixaika-bench-") as folder:
        data = Path(folder) / "data.nt"
        _run([sys.executable, str(SCRIPTS / "generate.py"), str(TRIPLES), str(data)])
        sections = [
            ("Start and validation", start_and_validation(Path(folder), data)),
            ("Questions", questions()),
            *peers(Path(folder), data),
            ("Dereferencing", dereferencing(Path(folder), data)),
            ("Runaway queries", runaways(data)),
        ]
    text = "\n".join([_head(), *(f"## {title}\n\n{body}" for title, body in sections)])
    (HERE / "RESULTS.md").write_text(text, encoding="utf-8")
    sys.stderr.write(f"Written to {HERE / 'RESULTS.md'}\n")


def _require() -> None:
    missing = [
        (SCRIPTS / "bench.py").is_file() or f"{SCRIPTS}/bench.py: set SIXAIKA_BENCH to its folder",
        shutil.which("wrk") is not None or "wrk: apt-get install wrk",
        (PEERS / "oxigraph").is_file() or f"{PEERS}/oxigraph: run `make bench`",
        Path(SIXAIKA).is_file() or f"{SIXAIKA}: run `make bench`",
    ]
    complaints = [one for one in missing if isinstance(one, str)]
    if complaints:
        sys.exit("The benchmark needs what is not here:\n  " + "\n  ".join(complaints))


def _run(command: list[str], *, limit: float = 600) -> str:
    """Run a command; return what it prints."""
    sys.stderr.write(f"{' '.join(command)[:100]} ...\n")
    done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def start_and_validation(folder: Path, data: Path) -> str:
    """Measure how long it takes until the first answer, and how long validation takes."""
    files = {path.name: path for path in (ROOT / "data" / "turtle").glob("*.ttl")}
    longest = max(files.values(), key=lambda path: path.stat().st_size)
    validation = {
        "everything": _validated(),
        "`ouka-6aika.ttl` alone": _validated(files["ouka-6aika.ttl"]),
        f"`{longest.name}`, the longest file, alone": _validated(longest),
    }
    cold = _start({"SIXAIKA_CACHE": str(folder / "cache")})
    warm = [_start({"SIXAIKA_CACHE": str(folder / "cache")}) for _ in range(3)]
    lone = [_start({}, "--data", str(data)) for _ in range(3)]
    return _table(
        ("", "seconds"),
        [
            *((f"`sixaika validate`, {what}", f"{took:.1f}") for what, took in validation.items()),
            ("`sixaika serve`, first start of this data", f"{cold:.1f}"),
            ("`sixaika serve`, same data again", f"{statistics.median(warm):.2f}"),
            (f"`sixaika serve --data`, {TRIPLES:,} triples", f"{statistics.median(lone):.2f}"),
        ],
    )


def _validated(*files: Path) -> float:
    began = time.monotonic()
    _run([SIXAIKA, "validate", *map(str, files)])
    return time.monotonic() - began


def _start(settings: Mapping[str, str], *arguments: str) -> float:
    began = time.monotonic()
    with _served(settings, *arguments):
        return time.monotonic() - began


@contextmanager
def _served(settings: Mapping[str, str], *arguments: str) -> Iterator[str]:
    """Serve until the block ends."""
    url = f"http://127.0.0.1:{PORT}/"
    process = subprocess.Popen(
        [SIXAIKA, "serve", "--port", str(PORT), *arguments],
        env={**os.environ, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _await(f"{url}ready", process)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(STOPPING)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            sys.stderr.write(f"It did not stop within {STOPPING:g} s and was killed.\n")


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.02)
    sys.exit(f"{url} does not answer.")


def questions() -> str:
    """Measure the questions of the library."""
    return _run([sys.executable, str(HERE / "questions.py")])


def peers(folder: Path, data: Path) -> list[tuple[str, str]]:
    """Measure the query mix on all peers, which take turns."""
    ours = f"{SIXAIKA} serve --data {data} --port"
    start = {
        "uncached": f"env {MANY_CLIENTS} SIXAIKA_CACHE_MEMORY=0 {ours} {PORT + 2}",
        "cached": f"env {MANY_CLIENTS} {ours} {PORT + 3}",
        "rdflib": f"{PEERS}/rdflib-endpoint serve {data} --host 127.0.0.1 --port {PORT + 4}",
    }
    command = [sys.executable, str(SCRIPTS / "bench.py"), "--json", str(folder / "peers.json")]
    command += _oxigraph(PORT + 1, data)
    for turn, (name, started) in enumerate(start.items(), 2):
        address = f"http://127.0.0.1:{PORT + turn}/{'' if name == 'rdflib' else 'sparql'}"
        command += ["--peer", f"{name}={address}", "--start", f"{name}={started}"]
    command += ["--reps", "5", "--budget", "5", "--wrk", "2"]
    printed = _run(command, limit=600)
    measured = json.loads((folder / "peers.json").read_text(encoding="utf-8"))
    words = (
        "`oxigraph` is `oxigraph serve` in memory and the yardstick, `cached` is this server as it "
        "is served, `uncached` the same with `SIXAIKA_CACHE_MEMORY=0`, `rdflib` is "
        f"rdflib-endpoint. {TRIPLES:,} triples; throughput by wrk with 8 connections, for which "
        f"`{MANY_CLIENTS}`.\n\n"
    )
    return [
        ("Against the targets", _targets(measured)),
        ("Side by side", f"{words}```text\n{printed.strip()}\n```\n"),
    ]


def _targets(measured: Mapping[str, Mapping[str, Mapping[str, object]]]) -> str:
    """Set the ratios beside what was asked for."""
    rate = {
        query: {name: row[0] for name, row in one.items()}  # type: ignore[index]
        for query, one in measured["wrk"].items()
    }
    latency = measured["latency"]
    rows: list[tuple[str, ...]] = []
    for label, query, name, target in (
        ("repeated point lookup", "02_point", "cached", 1.5),
        ("repeated star", "03_star", "cached", 5.0),
        ("point lookup, uncached", "02_point", "uncached", 0.12),
        ("star, uncached", "03_star", "uncached", 0.3),
    ):
        ratio = rate[query][name] / rate[query]["oxigraph"]
        rows.append((f"{label}: requests/s of oxigraph", f"≥ {target:g} ×", f"{ratio:.2f} ×"))
    big = latency["15_big100k"]
    ratio = float(str(big["uncached"])) / float(str(big["oxigraph"]))
    rows.append(("100 000 rows of JSON: latency of oxigraph", "≤ 1.2 ×", f"{ratio:.2f} ×"))
    rows += [_against_rdflib(latency, name) for name in ("cached", "uncached")]
    return _table(("", "target", "measured"), rows)


def _against_rdflib(latency: Mapping[str, Mapping[str, object]], name: str) -> tuple[str, ...]:
    """Return the row of the query on which rdflib-endpoint is least far behind."""
    slow = {
        query: float(str(one["rdflib"])) / float(str(one[name]))
        for query, one in latency.items()
        if float(str(one.get("rdflib", 0))) > 5 and name in one
    }
    least, *others = sorted(slow, key=lambda query: slow[query])
    label = f"speed of rdflib-endpoint where it needs over 5 ms ({len(slow)} queries), {name}"
    next_least = f"; then {slow[others[0]]:.1f} × ({others[0]})" if others else ""
    return label, "≥ 5 ×", f"{slow[least]:.1f} × ({least}){next_least}"


def dereferencing(folder: Path, data: Path) -> str:
    """Measure the documents of one thing beside oxigraph's DESCRIBE of it, and cold pages."""
    asked = folder / "describe"
    asked.mkdir()
    shutil.copy(SCRIPTS / "queries" / f"{DESCRIBE}.rq", asked)
    ours = f"{SIXAIKA} serve --data {data} --base http://example.org/id/ --port"
    command = [sys.executable, str(SCRIPTS / "bench.py"), "--queries", str(asked), "--wrk", "2"]
    command += _oxigraph(PORT + 4, data)
    for name, cache, port in (("uncached", 0, PORT + 5), ("cached", 64, PORT + 6)):
        command += ["--peer", f"{name}=http://127.0.0.1:{port}/sparql"]
        started = f"env {MANY_CLIENTS} SIXAIKA_CACHE_MEMORY={cache} {ours} {port}"
        command += ["--start", f"{name}={started}"]
    paths = [f"/data/project/100.{suffix}" for suffix in ("ttl", "jsonld")]
    paths += ["/page/project/100", "/id/project/100"]
    command += ["--wrk-queries", DESCRIBE, "--paths", ",".join(paths)]
    printed = _run([*command, "--json", str(folder / "documents.json")])
    rate = json.loads((folder / "documents.json").read_text(encoding="utf-8"))["wrk"]
    yardstick = rate[DESCRIBE]["oxigraph"][0]
    rows = [
        (f"`{path}`, cached", "≥ 1.5 ×", f"{rate[path]['cached'][0] / yardstick:.2f} ×")
        for path in paths
    ]
    cold = rate[paths[0]]["uncached"][0] / yardstick
    rows.append((f"`{paths[0]}`, cold", "≥ 0.1 ×", f"{cold:.2f} ×"))
    rows.append(_cold_pages())
    words = (
        "Requests/s, with oxigraph's DESCRIBE of the same thing as the yardstick; below, what it "
        "says to the paths themselves, which it does not have, counts for nothing.\n\n"
    )
    table = _table(("", "target", "measured"), rows)
    return f"{words}{table}\n```text\n{printed.strip()}\n```\n"


def _cold_pages() -> tuple[str, str, str]:
    """Measure pages of the real data that nobody asked for before, one after another."""
    with _served({"SIXAIKA_CACHE_MEMORY": "0"}) as url:
        listed = _read(f"{url}sitemap.xml").decode()
        addresses = re.findall(r"<loc>[^<]*?(page/[^<]+)</loc>", listed)[::SAMPLE]
        elapsed = {}
        for address in addresses:
            began = time.monotonic()
            _read(url + address)
            elapsed[address] = (time.monotonic() - began) * 1000
    middle, slowest = statistics.median(elapsed.values()), max(elapsed, key=elapsed.__getitem__)
    label = f"a cold page, of {len(addresses)} of the real data: median, slowest"
    return label, "≤ 30 ms", f"{middle:.0f} ms, {elapsed[slowest]:.0f} ms (`{slowest}`)"


def _read(url: str) -> bytes:
    with urlopen(url, timeout=30) as answer:
        return bytes(answer.read())


def _oxigraph(port: int, data: Path) -> list[str]:
    """Return the options that start oxigraph and load the data into it."""
    store = f"http://127.0.0.1:{port}/store?default"
    load = f"curl -sf -T {data} -X POST -H 'Content-Type: application/n-triples' '{store}'"
    return [
        *("--peer", f"oxigraph=http://127.0.0.1:{port}/query"),
        *("--start", f"oxigraph={PEERS}/oxigraph serve --bind 127.0.0.1:{port}"),
        *("--load", f"oxigraph={load}"),
    ]


def runaways(data: Path) -> str:
    """Measure others while clients throw queries that never end."""
    started = f"env {' '.join(RUNAWAY_SETTINGS)} {SIXAIKA} serve --data {data} --port {PORT + 7}"
    command = [sys.executable, str(SCRIPTS / "runaway.py"), "--vary", "--runaways", "0,8,32"]
    url = f"http://127.0.0.1:{PORT + 7}/sparql"
    printed = _run([*command, "--url", url, "--cmd", started, "--seconds", "10"], limit=400)
    rows = [
        match.groups()
        for match in re.finditer(
            r"runaways +(\d+): fast p50 +(\S+) ms  p95 +(\S+)  p99 +(\S+)  max +(\S+)  n +(\d+)"
            r".*peak PSS (\d+) MiB",
            printed,
        )
    ]
    words = (
        "Four clients with small queries and a pause of 10 ms beside so many that throw "
        "queries without end, each text once. Targets with 32: p50 ≤ 10 ms, p99 ≤ 150 ms. Memory "
        "is that of the whole process tree, shared pages counted once. Its bound by the settings "
        "is web process + dataset + `SIXAIKA_WORKERS` (8) × (`SIXAIKA_QUERY_MEMORY` (512 MiB) + "
        f"what a scan dirties of the dataset). Settings: `{' '.join(RUNAWAY_SETTINGS)}`.\n\n"
    )
    names = ("runaways", "p50 ms", "p95 ms", "p99 ms", "max ms", "answers", "peak MiB")
    return f"{words}{_table(names, rows)}\n```text\n{printed.strip()}\n```\n"


def _table(names: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [names, ("---",) * len(names), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _head() -> str:
    memory = int(re.findall(r"MemTotal: +(\d+)", Path("/proc/meminfo").read_text("ascii"))[0])
    peer = _run([str(PEERS / "pip"), "list", "--format", "json", "--disable-pip-version-check"])
    found = {one["name"].lower(): one["version"] for one in json.loads(peer)}
    ours = ("pyoxigraph", "flask", "werkzeug", "granian", "rdflib", "brotli")
    versions = [f"{name} {version(name)}" for name in ours]
    versions += [f"{name} {found[name]}" for name in ("oxigraph", "rdflib-endpoint")]
    commit = _run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]).strip()
    load = os.getloadavg()[2]
    return (
        "# Results\n\n"
        "Written by `make bench`; what each number means stands in [README.md](README.md).\n"
        "Ratios come from servers that take turns in one run; absolute figures wander with the "
        "load of the machine.\n\n"
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {commit}; {os.cpu_count()} cores, "
        f"{memory / 2**20:.0f} GiB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}; mean load of the last 15 minutes {load:.1f}.\n"
        f"{', '.join(versions)}.\n"
    )


if __name__ == "__main__":
    main()
