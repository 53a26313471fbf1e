"""Which name of an entry a text fits, and how near two names are."""

from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from sixaika_graph.index.entry import Entry, Name, Role
from sixaika_graph.index.folding import folded, plain, whole

_ROLES: Final[tuple[Role, ...]] = ("label", "other", "code", "about")
_NEAR: Final = 97.0
_SHARED: Final = 0.95


def best_name(text: str, entry: Entry) -> Name:
    """Return the name of an entry that a text fits best: whole, by its beginning, by its words."""
    asked, asked_words = whole(text), folded(text)

    def fit(name: Name) -> tuple[bool, bool, bool, int, int, int]:
        found = whole(name.text)
        parts = found.split()
        begun = sum(any(part.startswith(word) for part in parts) for word in asked_words)
        near = sum(any(_is_near(word, part) for part in parts) for word in asked_words)
        return (
            plain(name.text) == plain(text),
            found == asked,
            found.startswith(asked),
            begun,
            near,
            -_ROLES.index(name.role),
        )

    return max(entry.names, key=fit)


def _is_near(word: str, part: str) -> bool:
    """Tell whether a word, or its beginning, is another but for one typing error."""
    lengths = range(len(word) - 1, len(word) + 2)
    return any(OSA.distance(word, part[:length], score_cutoff=1) <= 1 for length in lengths)


def similarity(text: str, name: str) -> float:
    """Return how near two names are, from 0 to 100; only the same name, whatever its case, is 100.

    The order of words counts little, for lists write "Oulu, City of"; neither does what only one
    of the names adds, such as a legal form.
    """
    if plain(text) == plain(name):
        return 100.0
    asked, found = whole(text), whole(name)
    ratio = max(fuzz.ratio(asked, found), 0.98 * fuzz.token_sort_ratio(asked, found))
    shared = fuzz.token_set_ratio(asked, found)
    return min(max(ratio, _SHARED * (ratio + shared) / 2), _NEAR)
