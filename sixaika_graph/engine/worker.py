"""The worker: the process that evaluates queries, one at a time, in one thread.

It shares the store of the zygote that it was forked from copy-on-write, can open neither files nor
sockets, and may grow by a fixed amount of memory. It knows no deadline: the pool kills it.
Nothing of pyoxigraph leaves this module and `document.py`.
"""

import contextlib
import json
import os
import re
import resource
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Final, Literal, NoReturn, cast

import pyoxigraph as ox

from sixaika_graph import formats
from sixaika_graph.engine import Form, frames, jsonld, xml
from sixaika_graph.engine.document import document, in_order
from sixaika_graph.engine.remedy import remedied, turned
from sixaika_graph.engine.syntax import malformed, respaced
from sixaika_graph.errors import MalformedQuery, NotAcceptable, QueryError, RefusedQuery
from sixaika_graph.namespaces import split
from sixaika_graph.sentence import Sentence
from sixaika_graph.sparql_text import from_terms, prologue, resolved

# How far a worker stands behind the web process from its start, before its query is a long one.
_NICE: Final = 5

# Above this many triples all prefixes are declared: to know those in use takes all the triples.
_PEEK: Final = 1_000

# More labels than these are over 8 MiB (web/responses.py) in every format.
_LABELS: Final = 800_000

_UNKNOWN_FUNCTION: Final = re.compile(r"The custom function <(.*)> is not supported")

_DefaultGraphs = list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph]
_NamedGraphs = list[ox.NamedNode | ox.BlankNode]
_Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


def load(file: IO[bytes], suffix: str, base: str | None) -> ox.Store:
    """Load a file, in the format that goes by a file name suffix, into a store.

    Raises:
        SyntaxError, OSError: it cannot be read.
    """
    store = ox.Store()
    # The store's own loader draws lots for the labels of blank nodes, at each start anew.
    store.bulk_extend(ox.parse(file, ox.RdfFormat.from_extension(suffix), base_iri=base))
    return store


@dataclass(frozen=True, kw_only=True)
class Evaluator:
    """What a worker is: a store, and bounds in MiB above the zygote and in quads of a merge.

    Relative IRIs in a query are resolved against `base`; `prefixes` are for the answers.
    """

    store: ox.Store
    prefixes: Mapping[str, str]
    base: str | None
    memory: int
    merge_limit: int

    def serve(self, link: socket.socket) -> NoReturn:
        """Answer the queries that arrive on a socket until its other side is closed."""
        self._confine()
        arriving = frames.Frames(link)
        while True:
            try:
                _, payload = arriving.read()
                reply = _Reply(link)
                spent = self._answer(json.loads(payload), reply)
                reply.frame(frames.END, frames.SPENT if spent else b"")
                reply.send()
            except (EOFError, ConnectionError):
                os._exit(0)
            except MemoryError:
                # What Rust does when its own allocation fails: the wait status tells the reason.
                os.abort()

    def _confine(self) -> None:
        with contextlib.suppress(OSError):
            # If the machine runs out of memory, this process is to go before any other.
            Path("/proc/self/oom_score_adj").write_text("900", encoding="ascii")
        # Nor is the web process, which all wait for, to be kept from a processor by it.
        os.nice(_NICE)
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        size = pages * resource.getpagesize() + self.memory * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        # From here on nothing can be opened: no file is read, no SERVICE reaches a network.
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))

    def _answer(self, query: Mapping[str, Any], reply: "_Reply") -> bool:
        """Write the frames of an answer or of an error; tell whether the store was changed."""
        changed = False
        try:
            if query["topic"]:
                self._serialize_triples(document(self.store, query["topic"]), query, reply)
                return False
            default, named = self._dataset(query)
            if default and len(default) > 1:
                # The engine would count a triple of two graphs twice (oxigraph#1919).
                changed = True
                default = [self._merge(default)]
            self._serialize(self._evaluate(query["text"], default, named), query, reply)
        except SyntaxError:
            parse = partial(ox.Store().query, base_iri=self.base)
            reply.error(malformed(query["text"], parse, based=self.base is not None))
        except (QueryError, NotAcceptable) as error:
            reply.error(error)
        except ConnectionError:
            raise
        except OSError:
            # Evaluation opens nothing but the connection of a SERVICE.
            reply.error(
                RefusedQuery(Sentence("The query needs what no worker can do: open a connection."))
            )
        except (RuntimeError, ValueError) as error:
            # What else the evaluator says no to.
            reply.error(MalformedQuery(str(error)))
        return changed

    def _evaluate(
        self, text: str, default: _DefaultGraphs | None, named: _NamedGraphs | None
    ) -> _Results:
        evaluate = partial(self._call, default=default, named=named)
        text = remedied(resolved(text))
        try:
            return evaluate(turned(text))
        except SyntaxError:  # told of the text as it was written
            spaced = respaced(text)
        return evaluate(spaced)

    def _call(
        self, text: str, *, default: _DefaultGraphs | None, named: _NamedGraphs | None
    ) -> _Results:
        """Evaluate; a call of an unknown function is an error where it stands, not of the query.

        The engine refuses such a query, one name at a time.
        """
        unknown: dict[ox.NamedNode, Callable[..., _Term | None]] = {}
        while True:
            try:
                return self.store.query(
                    text,
                    base_iri=self.base,
                    default_graph=default,
                    named_graphs=named,
                    custom_functions=unknown,
                )
            except RuntimeError as error:
                name = _UNKNOWN_FUNCTION.fullmatch(str(error))
                if name is None or ox.NamedNode(name[1]) in unknown:
                    raise
                unknown[ox.NamedNode(name[1])] = _no_value

    def _dataset(
        self, query: Mapping[str, Any]
    ) -> tuple[_DefaultGraphs | None, _NamedGraphs | None]:
        """Choose the default and the named graphs; None leaves them to the query and the store.

        The dataset of the protocol wins over FROM
        (https://www.w3.org/TR/sparql11-protocol/#dataset).
        """
        if query["default_graphs"] or query["named_graphs"]:
            default: _DefaultGraphs = [*_graphs(query["default_graphs"] or ())]
            return default, [*_graphs(query["named_graphs"] or ())]
        terms = from_terms(query["text"])
        if len(terms) < 2:
            return None, None
        # Prologue and terms are written alike in Turtle, so its parser resolves them.
        statements = "".join(f"{term} {term} {term} .\n" for term in terms)
        document = f"{resolved(prologue(query['text']))}\n{statements}"
        quads = ox.parse(document, ox.RdfFormat.TURTLE, base_iri=self.base)
        return [*dict.fromkeys(quad.predicate for quad in quads)], None

    def _merge(self, graphs: _DefaultGraphs) -> ox.BlankNode:
        """Copy graphs into one that no query can name."""
        merged = ox.BlankNode()
        quads = (
            ox.Quad(quad.subject, quad.predicate, quad.object, merged)
            for graph in graphs
            for quad in self.store.quads_for_pattern(None, None, None, graph)
        )
        self.store.extend(islice(quads, self.merge_limit))
        if next(quads, None):
            raise RefusedQuery(
                f"The {len(graphs)} default graphs hold more than {self.merge_limit} statements, "
                "too many to be merged for one query.",
                limit=self.merge_limit,
            )
        return merged

    def _serialize(self, results: _Results, query: Mapping[str, Any], reply: "_Reply") -> None:
        if isinstance(results, ox.QueryTriples):
            self._serialize_triples(results, query, reply)
            return
        dataset = formats.by_media_type(query["results_type"] or "", "dataset")
        if dataset is not None and isinstance(results, ox.QuerySolutions):
            reply.form("solutions", dataset.media_type)
            self._serialize_quads(results, dataset, reply)
            return
        row = _format(query["results_type"], "results")
        form: Form = "boolean" if isinstance(results, ox.QueryBoolean) else "solutions"
        reply.form(form, row.media_type)
        results.serialize(_body(reply, row), ox.QueryResultsFormat.from_media_type(row.media_type))

    def _serialize_triples(
        self,
        found: Iterable[ox.Triple],
        query: Mapping[str, Any],
        reply: "_Reply",
    ) -> None:
        row = _format(query["graph_type"], "graph")
        reply.form("triples", row.media_type)
        is_ordered = query["document"]
        triples: Iterator[ox.Triple] = iter(in_order(found) if is_ordered else found)
        if row.media_type == ox.RdfFormat.JSON_LD.media_type:
            triples = _plain(triples, row)
        if query["context"]:
            expanded = ox.serialize(triples, format=ox.RdfFormat.JSON_LD) or b""
            reply.write(jsonld.compacted(expanded, self.prefixes, query["context"]))
            return
        peek = list(islice(triples, _PEEK))
        if not is_ordered and any(map(_has_blank, peek)):
            triples = _labelled(chain(peek, triples))
            peek = list(islice(triples, _PEEK))
        few = len(peek) < _PEEK
        prefixes = _in_use(self.prefixes, chain.from_iterable(peek)) if few else self.prefixes
        triples = chain(peek, triples)
        if _is_xml(row):
            triples = xml.named(triples, lambda triple: triple.predicate.value, row)
        ox.serialize(
            triples,
            _body(reply, row),
            ox.RdfFormat.from_media_type(row.media_type),
            prefixes=dict(prefixes),
        )

    def _serialize_quads(
        self, results: ox.QuerySolutions, row: formats.Format, reply: "_Reply"
    ) -> None:
        quads = sorted(set(map(_quad, results)), key=_place)
        terms = (term for quad in quads for term in (*quad.triple, quad.graph_name))
        ox.serialize(
            quads,
            reply.body,
            ox.RdfFormat.from_media_type(row.media_type),
            prefixes=_in_use(self.prefixes, terms),
        )


class _Reply:
    """The frames of one reply, sent in pieces of 64 KiB; a small answer leaves in one piece."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link
        self._pending = bytearray()

    def frame(self, tag: bytes, payload: bytes) -> None:
        self._pending += frames.frame(tag, payload)
        if len(self._pending) >= frames.PIECE:
            self.send()

    def form(self, form: Form, media_type: str) -> None:
        self.frame(frames.FORM, f"{form} {media_type}".encode())

    def error(self, error: QueryError | NotAcceptable) -> None:
        self.frame(
            frames.ERROR,
            json.dumps([type(error).__name__, error.args, error.__dict__]).encode(),
        )

    @property
    def body(self) -> IO[bytes]:
        """The body as a file, of which pyoxigraph asks `write` and `flush` only."""
        return cast(IO[bytes], self)

    def write(self, piece: bytes) -> int:
        self.frame(frames.CHUNK, piece)
        return len(piece)

    def flush(self) -> None:
        """Do nothing: pieces leave when they are full, the last one with the END."""

    def send(self) -> None:
        self._link.sendall(self._pending)
        self._pending.clear()


def _is_xml(row: formats.Format) -> bool:
    return row.media_type.endswith("+xml")


def _body(reply: _Reply, row: formats.Format) -> IO[bytes]:
    """Return where an answer in a format is written to."""
    return cast(IO[bytes], xml.Body(reply.write, row)) if _is_xml(row) else reply.body


def _plain(triples: Iterable[ox.Triple], row: formats.Format) -> Iterator[ox.Triple]:
    """Pass triples on whose values are terms of RDF 1.1; the engine writes no others as JSON-LD.

    Raises:
        NotAcceptable: a value is a triple itself.
    """
    for triple in triples:
        if isinstance(triple.object, ox.Triple):
            others = [other.media_type for other in formats.of_kind("graph") if other != row]
            reason = "The answer has a triple as a value, which JSON-LD cannot hold."
            raise NotAcceptable(others, reason=reason)
        yield triple


def _has_blank(triple: ox.Triple) -> bool:
    return isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)


def _labelled(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Name blank nodes in the order in which they come: the engine draws lots.

    So the same query has the same bytes, as its strong ETag says. An answer with more of them is
    too large for such a one.
    """
    labels: dict[ox.BlankNode, ox.BlankNode] = {}

    def label(term: _Term) -> Any:
        if isinstance(term, ox.BlankNode) and term not in labels and len(labels) < _LABELS:
            labels[term] = ox.BlankNode(f"b{len(labels)}")
        return labels.get(term, term) if isinstance(term, ox.BlankNode) else term

    for triple in triples:
        if _has_blank(triple):
            triple = ox.Triple(label(triple.subject), triple.predicate, label(triple.object))
        yield triple


def _no_value(*_: object) -> _Term | None:
    """Stand for a function that the engine does not have."""
    return None


def _graphs(iris: Iterable[str]) -> Iterable[ox.NamedNode]:
    for iri in dict.fromkeys(iris):
        try:
            yield ox.NamedNode(iri)
        except ValueError:
            raise MalformedQuery(f"The graph name <{iri}> is not an absolute IRI.") from None


def _format(media_type: str | None, kind: Literal["graph", "results"]) -> formats.Format:
    row = formats.by_media_type(media_type, kind) if media_type else None
    if row is None:
        raise NotAcceptable([row.media_type for row in formats.of_kind(kind)])
    return row


def _quad(solution: ox.QuerySolution) -> ox.Quad:
    names = ("subject", "predicate", "object", "graph")
    subject, predicate, value, graph = (solution[name] for name in names)
    return ox.Quad(
        cast(ox.NamedNode, subject),
        cast(ox.NamedNode, predicate),
        cast(ox.NamedNode, value),
        cast(ox.NamedNode, graph or ox.DefaultGraph()),
    )


def _place(quad: ox.Quad) -> tuple[str, str]:
    """Put the default graph first."""
    is_default = isinstance(quad.graph_name, ox.DefaultGraph)
    return "" if is_default else str(quad.graph_name), str(quad.triple)


def _in_use(prefixes: Mapping[str, str], terms: Iterable[object]) -> dict[str, str]:
    """Return the prefixes whose namespace is that of one of some terms."""
    iris = set()
    for term in terms:
        if isinstance(term, ox.NamedNode):
            iris.add(term.value)
        elif isinstance(term, ox.Literal):
            iris.add(term.datatype.value)
    namespaces = {split(iri)[0] for iri in iris}
    return {prefix: iri for prefix, iri in prefixes.items() if iri in namespaces}
