"""The search index: entries with their names go in, the best matches for a text come out.

Tantivy finds by folded words, by their beginnings, and at one typing error; it does not stem. How
well a text fits an entry is one of five kinds, from its exact name down to a typing error; among
equals the entry to which more links lead comes first. An index never changes, so that any number
of threads can search it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import tantivy

from sixaika_graph.index.entry import Entry, Name, Role
from sixaika_graph.index.folding import plain
from sixaika_graph.index.matching import best_name
from sixaika_graph.index.request import LONGEST, Kind, Request, fields_of

__all__ = ["LONGEST", "Entry", "Hit", "Hits", "Index", "Kind", "Name", "Role"]

SCORES: Final[Mapping[Kind, float]] = {
    "exact": 1.0,
    "prefix": 0.8,
    "word": 0.6,
    "about": 0.4,
    "fuzzy": 0.2,
    "all": 0.0,
}

# One segment keeps the entries in the order in which they were added, which breaks ties.
_HEAP: Final = 1_000_000_000


@dataclass(frozen=True)
class Hit:
    """One entry that fits, how, and its name that fits best; `score` is from 0 to 1."""

    entry: Entry
    kind: Kind
    name: Name

    @property
    def score(self) -> float:
        """How well the entry fits."""
        return SCORES[self.kind]


@dataclass(frozen=True)
class Hits:
    """Some of the entries that fit, the best first, and how many fit in all."""

    total: int
    hits: tuple[Hit, ...]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)


class Index:
    """What can be searched: made once of all entries."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries: Final = sorted(entries, key=_place)
        self._schema = _schema()
        self._searcher = _searcher(self._schema, self.entries)
        self._named: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            for text in {plain(name.text) for name in entry.names if name.role != "about"}:
                self._named[text].append(entry)

    def __len__(self) -> int:
        return len(self.entries)

    def named(self, text: str) -> tuple[Entry, ...]:
        """Return the entries that have a text as a name or code, whatever its case."""
        return tuple(self._named.get(plain(text), ()))

    def search(
        self, text: str, *, types: Collection[str] = (), limit: int = 20, offset: int = 0
    ) -> Hits:
        """Return the entries of any of some types that a text fits; the empty text fits all.

        The order is the same for the same entries.
        """
        request = Request(self._schema, text)
        query = request.query(types)
        if query is None:
            return Hits(0, ())
        found = self._searcher.search(query, limit=offset + limit, count=True)
        scored = self._entries(found)[offset:]
        return Hits(
            self._total(found),
            tuple(
                Hit(entry, request.kind(score), best_name(text, entry)) for score, entry in scored
            ),
        )

    def candidates(self, text: str, *, types: Collection[str] = (), limit: int = 50) -> list[Entry]:
        """Return the entries whose names have most of the rarer words of a text, exact ones first.

        A text of several words need not have them all in one name, as `search` asks for.
        """
        query = Request(self._schema, text).any_word(types)
        if query is None:
            return []
        found = self._searcher.search(query, limit=limit, count=False)
        return [entry for _, entry in self._entries(found)]

    def _entries(self, found: tantivy.SearchResult) -> list[tuple[float, Entry]]:
        addresses = [address for _, address in found.hits]
        numbers = self._searcher.fast_field_values("number", addresses) if addresses else []
        return [
            (float(hit[0]), self.entries[int(number or 0)])
            for hit, number in zip(found.hits, numbers, strict=True)
        ]

    @staticmethod
    def _total(found: tantivy.SearchResult) -> int:
        return int(found.count)  # type: ignore[attr-defined]  # its stub lacks it


def _place(entry: Entry) -> tuple[int, int, int, str]:
    shortest = min((len(name.text) for name in entry.names), default=0)
    return entry.rank, -entry.links, shortest, entry.iri


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("whole", "starts", "types"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("words", "begins", "text"):
        builder.add_text_field(name, tokenizer_name="spaces", index_option="basic")
    builder.add_unsigned_field("number", fast=True)
    return builder.build()


def _searcher(schema: tantivy.Schema, entries: Iterable[Entry]) -> tantivy.Searcher:
    index = tantivy.Index(schema)
    spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("spaces", spaces)
    writer = index.writer(heap_size=_HEAP, num_threads=1)
    for number, entry in enumerate(entries):
        document = tantivy.Document()
        document.add_unsigned("number", number)
        for field, text in fields_of(entry):
            document.add_text(field, text)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index.searcher()
