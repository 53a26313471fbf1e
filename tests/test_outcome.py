"""What is remembered between starts: whole or not at all, and only for the very same files."""

import os
import subprocess
import sys
from pathlib import Path

from sixaika_graph import outcome
from sixaika_graph.publication import conforming
from sixaika_graph.settings import Settings

ROOT = Path(__file__).parent.parent


def test_the_key_depends_on_every_part_and_on_their_borders() -> None:
    parts: tuple[list[bytes], ...] = (
        [b"data", b"shapes"],
        [b"data", b"shape"],
        [b"datas", b"hapes"],
        [b"data"],
        [],
    )

    assert len({outcome.key(one) for one in parts}) == len(parts)
    assert outcome.key([b"data"]) == outcome.key(iter([b"data"]))


def test_an_outcome_comes_back_whole_under_its_own_key_only(tmp_path: Path) -> None:
    cache = tmp_path / "new"
    assert outcome.recall(cache, "k") is None

    outcome.remember(cache, "k", b"all of it")

    assert outcome.recall(cache, "k") == b"all of it"
    assert outcome.recall(cache, "other") is None


def test_a_damaged_outcome_counts_as_none_and_is_written_anew(tmp_path: Path) -> None:
    outcome.remember(tmp_path, "k", b"all of it")
    [file] = (tmp_path / "outcomes").iterdir()
    whole = file.read_bytes()

    for damaged in (b"", whole[:-1], whole[:20], whole.replace(b"all", b"ALL"), whole + b"x"):
        file.write_bytes(damaged)
        assert outcome.recall(tmp_path, "k") is None
        outcome.remember(tmp_path, "k", b"all of it")
        assert outcome.recall(tmp_path, "k") == b"all of it"


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    outcome.remember(tmp_path / "file", "k", b"all of it")
    assert outcome.recall(tmp_path / "file", "k") is None

    (tmp_path / "outcomes" / "k" / "full").mkdir(parents=True)
    outcome.remember(tmp_path, "k", b"all of it")
    assert outcome.recall(tmp_path, "k") is None
    assert [one.name for one in (tmp_path / "outcomes").iterdir()] == ["k"]


def test_the_cache_stays_small_and_keeps_the_latest(tmp_path: Path) -> None:
    for number in range(20):
        outcome.remember(tmp_path, f"k{number}", b"all of it")
        os.utime(tmp_path / "outcomes" / f"k{number}", (number, number))

    assert len(list((tmp_path / "outcomes").iterdir())) < 10
    assert outcome.recall(tmp_path, "k19") is not None
    assert outcome.recall(tmp_path, "k0") is None


def test_unchanged_files_are_neither_read_nor_validated_again(tmp_path: Path) -> None:
    settings = Settings(root=ROOT, cache=tmp_path)
    first = conforming(settings)
    code = (
        "import sys; from pathlib import Path\n"
        "from sixaika_graph.publication import conforming\n"
        "from sixaika_graph.settings import Settings\n"
        "edition = conforming(Settings(root=Path(sys.argv[1]), cache=Path(sys.argv[2])))\n"
        "print(edition.version, 'pyshacl' in sys.modules)"
    )

    second = subprocess.run(
        [sys.executable, "-c", code, ROOT, tmp_path], capture_output=True, text=True, check=True
    )

    assert second.stdout.split() == [first.version, "False"]


def test_without_people_it_is_another_edition(tmp_path: Path) -> None:
    whole, without = (
        conforming(Settings(root=ROOT, cache=tmp_path, people=people)) for people in (True, False)
    )

    assert whole.version != without.version
    assert b"Jokinen" in whole.nquads
    assert b"Jokinen" not in without.nquads
