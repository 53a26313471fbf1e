"""One text as a query to tantivy, and the text fields of an entry that it is asked of.

Fields: `whole` has each name as one term, `words` the words of all names, `text` also those of
descriptions, `types` the IRIs of classes; `starts` and `begins` have the first letters of names
and of their words, for a term is found faster than all terms that begin so. Names stand in them
twice where they have diacritics: as they are and folded, so that `sahko` finds `Sähkö`, and
`sähkö` finds it before `Sahko`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

from tantivy import Occur, Query, Schema

from sixaika_graph.index.entry import Entry
from sixaika_graph.index.folding import fold, folded, words

Kind = Literal["exact", "prefix", "word", "about", "fuzzy", "all"]
"""How a text fits: it is a name, begins one, is words of names, is words of a description, or is
so but for a typing error; everything fits no text at all."""

LONGEST: Final = 200
"""Characters that a text may have."""

_MOST_WORDS: Final = 12
_BEGINNING: Final = 3
_SHORTEST_FUZZY: Final = 4
_SHORTEST_FUZZY_PREFIX: Final = 5

# Each weight is more than all lower ones together, so that the sum tells the best kind of fit;
# the right diacritics decide within a kind.
_TIERS: Final[Sequence[tuple[Kind, float]]] = (
    ("exact", 64.0),
    ("prefix", 16.0),
    ("word", 4.0),
    ("about", 1.0),
    ("fuzzy", 0.25),
)
_WEIGHT: Final = dict(_TIERS)
_RIGHT: Final = 0.5


def fields_of(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield the text fields of an entry."""
    names = {form for name in entry.names if name.role != "about" for form in _forms(name.text)}
    about = {form for name in entry.names if name.role == "about" for form in _forms(name.text)}
    wholes = {" ".join(form) for form in names}
    spoken = {word for form in names for word in form}
    yield from (("whole", text) for text in wholes)
    yield from (("starts", text) for text in _beginnings(wholes))
    yield "words", " ".join(spoken)
    yield "begins", " ".join(_beginnings(spoken))
    yield "text", " ".join(spoken.union(*about))
    yield from (("types", iri) for iri in entry.types)


def _forms(text: str) -> set[tuple[str, ...]]:
    right = words(text)
    return {tuple(right), tuple(map(fold, right))} if right else set()


def _beginnings(texts: Iterable[str]) -> set[str]:
    return {text[:length] for text in texts for length in range(1, _BEGINNING + 1)}


class Request:
    """A text as it is asked."""

    def __init__(self, schema: Schema, text: str) -> None:
        cut = text[:LONGEST]
        self._schema = schema
        self._empty = not cut.strip()
        self._right = words(cut)[:_MOST_WORDS]
        self._folded = folded(cut)[:_MOST_WORDS]

    def query(self, types: Collection[str]) -> Query | None:
        """Return the query for all that the text fits; None where nothing can."""
        if self._empty:
            return self._filtered(Query.const_score_query(Query.all_query(), 0.0), types)
        if not self._folded:
            return None
        parts = [
            *self._fits(self._folded, 1.0),
            *(self._fits(self._right, _RIGHT) if self._right != self._folded else ()),
            Query.const_score_query(
                _every([self._typed(word, last=self._is_last(word)) for word in self._folded]),
                _WEIGHT["fuzzy"],
            ),
        ]
        return self._filtered(_any(parts), types)

    def any_word(self, types: Collection[str]) -> Query | None:
        """Return the query for names that have some of the words; None where none can."""
        if not self._folded:
            return None
        exact = Query.term_query(self._schema, "whole", " ".join(self._folded))
        parts = [Query.const_score_query(exact, _WEIGHT["exact"])]
        for word in self._folded:
            parts.append(Query.term_query(self._schema, "words", word))
            parts.append(Query.boost_query(self._typed(word, last=False), _WEIGHT["fuzzy"]))
        return self._filtered(_any(parts), types)

    def kind(self, score: float) -> Kind:
        """Return the kind of fit that a score of the query stands for."""
        return next((kind for kind, weight in _TIERS if score >= weight), "all")

    def _fits(self, asked: Sequence[str], share: float) -> Iterator[Query]:
        text = " ".join(asked)
        queries: Mapping[Kind, Query] = {
            "exact": Query.term_query(self._schema, "whole", text),
            "prefix": self._begun("whole", text),
            "word": _every([self._begun("words", word) for word in asked]),
            "about": _every([self._begun("text", word) for word in asked]),
        }
        for kind, query in queries.items():
            yield Query.const_score_query(query, share * _WEIGHT[kind])

    def _begun(self, field: str, text: str) -> Query:
        """Return the query for terms of a field that begin so; a description needs some letters."""
        if len(text) <= _BEGINNING and field == "text":
            return _any([Query.term_query(self._schema, "text", text), self._begun("words", text)])
        if len(text) <= _BEGINNING:
            field = {"whole": "starts", "words": "begins"}[field]
            return Query.term_query(self._schema, field, text)
        return Query.fuzzy_term_query(self._schema, field, text, distance=0, prefix=True)

    def _typed(self, word: str, *, last: bool) -> Query:
        """Return the query for a word with at most one typing error; a code is never guessed."""
        begun = self._begun("words", word)
        if len(word) < _SHORTEST_FUZZY or any(map(str.isdigit, word)):
            return begun
        prefix = last and len(word) >= _SHORTEST_FUZZY_PREFIX
        fuzzy = Query.fuzzy_term_query(self._schema, "words", word, distance=1, prefix=prefix)
        return _any([begun, fuzzy])

    def _is_last(self, word: str) -> bool:
        return word == self._folded[-1]

    def _filtered(self, query: Query, types: Collection[str]) -> Query:
        if not types:
            return query
        kinds = Query.term_set_query(self._schema, "types", sorted(types))
        return _every([query, Query.const_score_query(kinds, 0.0)])


def _any(queries: Sequence[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _every(queries: Sequence[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, query) for query in queries])
