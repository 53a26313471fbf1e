"""Queries made up over a dataset by a seed: connected patterns that most often find something."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from random import Random
from typing import Final, TypeVar

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from sixaika_graph.namespaces import BASE

Triple = tuple[Node, Node, Node]
_Some = TypeVar("_Some")

FORMS: Final = ("SELECT", "SELECT", "SELECT DISTINCT", "GROUP", "GROUP", "ASK", "CONSTRUCT")


class Inventor:
    """Makes queries; a term of the data stands for the variable that takes its place."""

    def __init__(self, default: Graph, named: Sequence[Graph], seed: int) -> None:
        self._random = Random(seed)
        self._default = default
        self._named = {graph.identifier: _sorted(graph) for graph in named if len(graph)}
        self._things = _sorted(
            {thing for thing in default.subjects() if str(thing).startswith(f"{BASE}id/")}
        )
        self._used: dict[Node, str] = {}

    def query(self) -> str:
        """Make one query."""
        self._used = {}
        patterns = [self._triple(triple) for triple in self._walk()]
        for part, share in self._parts().items():
            if self._random.random() < share:
                patterns += [part() for _ in range(self._random.randint(1, 2))]
        return self._in_form(f"{{ {' '.join(filter(None, patterns))} }}")

    def _parts(self) -> Mapping[Callable[[], str], float]:
        """Return what a query may hold, each with how often."""
        return {
            self._path: 0.25,
            self._union: 0.25,
            self._graph: 0.2,
            self._optional: 0.4,
            self._minus: 0.15,
            self._values: 0.1,
            self._bind: 0.15,
            self._filter: 0.5,
        }

    def _walk(self) -> list[Triple]:
        """Take some statements of a thing, and some of what they lead to."""
        thing = self._random.choice(self._things)
        found = self._some(thing, 3)
        for _, _, value in list(found):
            if isinstance(value, URIRef) and self._random.random() < 0.6:
                found += self._some(value, 2)
        return list(dict.fromkeys(found))[:5]

    def _some(self, thing: Node, most: int) -> list[Triple]:
        every = _sorted(self._default.triples((thing, None, None)))
        return self._random.sample(every, min(len(every), self._random.randint(1, most)))

    def _triple(self, triple: Triple) -> str:
        subject, predicate, value = triple
        said = self._variable(predicate) if self._random.random() < 0.07 else predicate.n3()
        keep = value not in self._used and self._random.random() < 0.25
        return f"{self._variable(subject)} {said} {value.n3() if keep else self._variable(value)} ."

    def _variable(self, term: Node) -> str:
        return self._used.setdefault(term, f"?v{len(self._used)}")

    def _new(self) -> str:
        return self._variable(URIRef(f"new:{len(self._used)}"))

    def _subject(self) -> Node:
        """Return a term that has a variable and statements."""
        return self._random.choice(
            [term for term in self._used if (term, None, None) in self._default]
        )

    def _predicate(self, subject: Node) -> str:
        """Return a predicate that a thing has, seldom any."""
        own = _sorted(set(self._default.predicates(subject)))
        every = _sorted(set(self._default.predicates(self._random.choice(self._things))))
        return self._random.choice(own if self._random.random() < 0.8 else every).n3()

    def _path(self) -> str:
        subject = self._subject()
        one, two = self._predicate(subject), self._predicate(subject)
        path = self._random.choice(
            [
                f"{one}/{two}",
                f"({one}|{two})",
                f"{one}+",
                f"^{one}",
                f"{one}?",
                f"!{one}",
                f"{one}*",
            ]
        )
        return f"{self._variable(subject)} {path} {self._new()} ."

    def _union(self) -> str:
        subject, value = self._subject(), self._new()
        sides = (
            f"{{ {self._variable(subject)} {self._predicate(subject)} {value} }}" for _ in range(2)
        )
        return " UNION ".join(sides)

    def _graph(self) -> str:
        """Ask for what a source says of a thing, in the sources that speak of it."""
        subject = self._subject()
        names = _sorted(
            name
            for name, triples in self._named.items()
            if any(triple[0] == subject for triple in triples)
        )
        if not names:
            return ""
        name = self._random.choice(names)
        said = _sorted({one[1] for one in self._named[name] if one[0] == subject})
        graph = name.n3() if self._random.random() < 0.4 else self._new()
        predicate = self._random.choice(said).n3()
        return f"GRAPH {graph} {{ {self._variable(subject)} {predicate} {self._new()} }}"

    def _optional(self) -> str:
        subject = self._subject()
        value = self._new()
        pattern = f"{self._variable(subject)} {self._predicate(subject)} {value} ."
        if self._random.random() < 0.3:
            pattern += f" FILTER (ISLITERAL({value}))"
        return f"OPTIONAL {{ {pattern} }}"

    def _minus(self) -> str:
        subject = self._subject()
        return f"MINUS {{ {self._variable(subject)} {self._predicate(subject)} {self._any()} }}"

    def _any(self) -> str:
        """Return a variable that nothing else uses, or a value."""
        return (
            self._new() if self._random.random() < 0.5 else self._random.choice(self._things).n3()
        )

    def _values(self) -> str:
        term = self._random.choice(
            [term for term in self._used if not str(term).startswith("new:")]
        )
        others = self._random.sample(self._things, 2)
        values = " ".join(one.n3() for one in (term, *others))
        return f"VALUES {self._used[term]} {{ {values} }}"

    def _bind(self) -> str:
        value = self._random.choice(list(self._used.values()))
        expression = self._random.choice(
            [f"STRLEN({_text(value)})", f"LANG({value})", f"COALESCE({value} + 1, {value})"]
        )
        return f"BIND ({expression} AS {self._new()})"

    def _filter(self) -> str:
        term, variable = self._random.choice(list(self._used.items()))
        subject = self._subject()
        conditions = [
            f'LANGMATCHES(LANG({variable}), "*")',
            f'LANG({variable}) != "sv"',
            f"STRLEN({_text(variable)}) > {self._random.randint(3, 40)}",
            f"ISIRI({variable})",
            f'CONTAINS(LCASE({_text(variable)}), "{self._random.choice("aeiost")}")',
            f"BOUND({variable})",
            f"!BOUND({variable}) || {variable} = {variable}",
            f"ISNUMERIC({variable}) && {variable} > {self._random.randint(0, 2000)}",
            f"{variable} IN ({self._random.choice(self._things).n3()}, 7, {variable})",
            f"NOT EXISTS {{ {self._variable(subject)} {self._predicate(subject)} {self._any()} }}",
            f"EXISTS {{ {self._variable(subject)} {self._predicate(subject)} {self._any()} }}",
        ]
        if isinstance(term, Literal):
            conditions += [f"{variable} >= {term.n3()}", f"{variable} != {term.n3()}"] * 2
        condition = self._random.choice(conditions)
        return f"FILTER {condition}" if "EXISTS" in condition else f"FILTER ({condition})"

    def _in_form(self, pattern: str) -> str:
        form = self._random.choice(FORMS)
        variables = list(self._used.values())
        chosen = self._random.sample(variables, min(len(variables), self._random.randint(1, 4)))
        if form == "ASK":
            return f"ASK {pattern}"
        if form == "CONSTRUCT":
            return f"CONSTRUCT {{ ?v0 <urn:is> {chosen[0]} }} WHERE {pattern}"
        if form == "GROUP":
            key, *rest = chosen
            counted = self._random.choice(rest or [key])
            return (
                f"SELECT {key} (COUNT(*) AS ?rows) "
                f"(COUNT(DISTINCT COALESCE({counted}, 0)) AS ?kinds) "
                f"(SUM(IF(BOUND({counted}) && ISIRI({counted}), 1, 0)) AS ?iris) "
                f"WHERE {pattern} GROUP BY {key}"
            )
        return f"{form} {' '.join(chosen)} WHERE {pattern}"


def _sorted(terms: Iterable[_Some]) -> list[_Some]:
    """Sort terms or triples by how they are written, so that a seed always gives the same."""
    return sorted(terms, key=repr)


def _text(variable: str) -> str:
    """Write the text of a term; numbers have none, since an engine may not keep their form."""
    return f'IF(ISNUMERIC({variable}), "", STR({variable}))'
