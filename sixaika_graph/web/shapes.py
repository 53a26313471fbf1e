"""The shapes as a document: what they apply to, and their rules in plain words."""

from dataclasses import dataclass
from typing import Final

from rdflib import URIRef
from rdflib.term import Node

from sixaika_graph.dataset import SHAPES
from sixaika_graph.web.alternates import Alternate
from sixaika_graph.web.entity import alternates
from sixaika_graph.web.glossary import glossary
from sixaika_graph.web.labels import Label, choose
from sixaika_graph.web.solutions import Solution
from sixaika_graph.web.values import Link, Names

_NAMED: Final = ("shape", "target", "rule", "path")


@dataclass(frozen=True)
class Rule:
    """One constraint: what it is on (None: the thing as a whole), what it says when it is broken.

    `severity` is the fragment of the SHACL severity: Violation, Warning or Info.
    """

    link: Link
    fragment: str
    path: Link | None
    severity: str
    message: Label | None


@dataclass(frozen=True)
class Shape:
    """One node shape: the classes or things that it applies to, and its rules.

    `members` is how many members each of its targets has, `example` one of them that is no person.
    """

    link: Link
    fragment: str
    targets: tuple[Link, ...]
    rules: tuple[Rule, ...]
    members: tuple[int, ...] = ()
    example: Link | None = None


@dataclass(frozen=True)
class Shapes:
    """All shapes, in the order of their names."""

    link: Link
    shapes: tuple[Shape, ...]
    alternates: tuple[Alternate, ...]


def read_shapes() -> Shapes:
    """Return the shapes as a document."""
    found = glossary().shapes
    named = (row[part] for row in found for part in _NAMED if part in row)
    names = Names({SHAPES, *named})
    by_shape: dict[Node, list[Solution]] = {}
    for row in found:
        by_shape.setdefault(row["shape"], []).append(row)
    shapes = [_shape(shape, rows, names) for shape, rows in by_shape.items()]
    shapes.sort(key=lambda shape: shape.fragment.casefold())
    return Shapes(names.link(SHAPES), tuple(shapes), alternates(SHAPES))


def _shape(shape: Node, rows: list[Solution], names: Names) -> Shape:
    by_rule: dict[Node, list[Solution]] = {}
    for row in rows:
        by_rule.setdefault(row["rule"], []).append(row)
    rules = [_rule(rule, found, names) for rule, found in by_rule.items()]
    targets = {row["target"] for row in rows if "target" in row}
    return Shape(
        names.link(shape),
        str(shape).rpartition("#")[2],
        tuple(names.link(target) for target in names.ordered(targets)),
        tuple(rule for rule in rules if rule.path or rule.message),
    )


def _rule(rule: Node, rows: list[Solution], names: Names) -> Rule:
    path = rows[0].get("path")
    return Rule(
        names.link(rule),
        str(rule).rpartition("#")[2],
        names.link(path) if isinstance(path, URIRef) else None,
        str(rows[0].get("severity", "")).rpartition("#")[2],
        choose([row["message"] for row in rows if "message" in row], names.language),
    )
