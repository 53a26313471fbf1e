"""Well-known vocabularies: which terms they have, and which one a misspelt name may be meant for.

rdflib carries their lists of terms; a name is compared with those of its own namespace only.
"""

from difflib import get_close_matches
from functools import cache
from typing import Final

from rdflib import namespace
from rdflib.namespace import DefinedNamespace

from sixaika_graph.namespaces import PREFIXES, split

_LIKENESS: Final = 0.75
_LONGEST: Final = 60
"""Characters of a name that is compared: to compare takes the square of its length."""


def nearest_term(iri: str) -> str | None:
    """Return the term that is nearest to an IRI which its vocabulary does not have, or None.

    None as well where the vocabulary is not known here, has the term, or has nothing like it.
    """
    vocabulary, name = split(iri)
    terms = _terms(vocabulary) if vocabulary in _well_known() else frozenset()
    if not terms or name in terms or len(name) > _LONGEST:
        return None
    # A name that differs in its capitals alone is nearer than any other.
    names = {term.casefold(): term for term in sorted(terms, reverse=name[:1].isupper())}
    near = get_close_matches(name.casefold(), names, 1, _LIKENESS)
    return vocabulary + names[near[0]] if near else None


@cache
def _well_known() -> dict[str, type[DefinedNamespace]]:
    """Return those that have a prefix here, by their namespace."""
    lists = (one for one in vars(namespace).values() if isinstance(one, type(DefinedNamespace)))
    return {str(one): one for one in lists if str(one) in PREFIXES.values()}


@cache
def _terms(base: str) -> frozenset[str]:
    """Return the names in a vocabulary."""
    return frozenset(str(term).removeprefix(base) for term in dir(_well_known()[base]))
