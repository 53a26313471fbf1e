"""The dataset: one file, one named graph."""

from pathlib import Path

import pytest
from rdflib import BNode, URIRef
from rdflib.compare import isomorphic

from sixaika_graph import turtle
from sixaika_graph.dataset import SHAPES, named_graph, named_graphs, read, sources
from sixaika_graph.errors import SourceError
from sixaika_graph.namespaces import BASE, GRAPH


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("data/turtle", "ontology", "shapes"):
        (tmp_path / folder).mkdir(parents=True)
    files = {
        "data/turtle/b.ttl": "<x:s> <x:p> 1 .",
        "data/turtle/a.ttl": "<x:s> <x:p> 1, 2 .",
        "data/turtle/people-a.ttl": "<x:person> <x:p> 1 .",
        "ontology/sixaika.ttl": "<x:term> <x:p> (1 2) .",
        "ontology/codelists.ttl": "<x:concept> <x:p> 1 .",
        "shapes/one.ttl": "<x:shape1> <x:p> [ <x:p> 1 ] .",
        "shapes/two.ttl": "<x:shape2> <x:p> [ <x:p> 1 ] .",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_each_file_is_the_graph_of_its_name(root: Path) -> None:
    dataset = read(sources(root))

    names = [str(graph.identifier) for graph in named_graphs(dataset)]
    assert names == [
        BASE + "graph/a",
        BASE + "graph/b",
        BASE + "graph/codelists",
        BASE + "graph/people-a",
        BASE + "ont",
        BASE + "shapes",
    ]
    assert len(named_graph(dataset, GRAPH["a"])) == 2
    assert len(named_graph(dataset, GRAPH["b"])) == 1
    assert len(dataset.default_graph) == 0


def test_people_can_be_left_out(root: Path) -> None:
    assert GRAPH["people-a"] in sources(root)
    assert GRAPH["people-a"] not in sources(root, people=False)


def test_looking_at_a_graph_does_not_make_it(root: Path) -> None:
    dataset = read(sources(root))

    assert len(named_graph(dataset, GRAPH["absent"])) == 0
    assert URIRef(GRAPH["absent"]) not in {graph.identifier for graph in named_graphs(dataset)}


def test_the_same_files_give_the_same_blank_nodes(root: Path) -> None:
    first, second = (set(read(sources(root)).quads()) for _ in range(2))

    assert first == second


def test_blank_nodes_of_two_files_of_a_graph_stay_apart(root: Path) -> None:
    shapes = named_graph(read(sources(root)), SHAPES)

    assert len({one for one in shapes.subjects() if isinstance(one, BNode)}) == 2


@pytest.mark.parametrize(
    "text",
    [
        "<x:s> <x:p> [ <x:q> 1 ; <x:r> (1 [ <x:q> 2 ] 3) ] , [ <x:q> 2 ] .",
        "<x:s> <x:p> ( " + "1 " * 200 + ") .",
        "_:one <x:p> _:other . _:other <x:p> _:one .",
        "<x:s> <x:p> _:one . <x:t> <x:p> _:one . _:one <x:q> 1 .",
        "[] <x:p> 1 . [] <x:p> 2 .",
    ],
    ids=["siblings", "long list", "circle", "shared", "roots"],
)
def test_fixed_names_of_blank_nodes_change_nothing(root: Path, text: str) -> None:
    path = root / "shapes" / "b.ttl"
    path.write_text(text)
    for file in (root / "shapes").glob("*.ttl"):
        if file != path:
            file.unlink()
    first, second = (named_graph(read(sources(root)), SHAPES) for _ in range(2))

    assert set(first) == set(second)
    assert isomorphic(first, turtle.read(path))


def test_a_broken_file_and_an_empty_folder_stop_the_reading(root: Path) -> None:
    (root / "data/turtle/b.ttl").write_text("<x:s> <x:p> 1 ;\n oops .")

    with pytest.raises(SourceError, match=r"b\.ttl:2:"):
        read(sources(root))
    for path in (root / "data/turtle").iterdir():
        path.unlink()
    with pytest.raises(SourceError, match="no Turtle file"):
        sources(root)
