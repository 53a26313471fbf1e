"""What only the dataset of this project has, and no lone file: the modules of those blueprints."""

from types import ModuleType
from typing import Final

from sixaika_graph.web import (
    about,
    api_page,
    batches,
    catalogue,
    citation,
    ckan,
    collection,
    framed,
    library,
    linkset,
    lists,
    lookup,
    openapi,
    reconcile,
    resolve,
    robots,
    schema,
    search,
    why,
)

MODULES: Final[tuple[ModuleType, ...]] = (
    library,
    lookup,
    framed,
    collection,
    lists,
    schema,
    search,
    reconcile,
    resolve,
    batches,
    linkset,
    why,
    openapi,
    api_page,
    catalogue,
    citation,
    ckan,
    robots,
    about,
)
