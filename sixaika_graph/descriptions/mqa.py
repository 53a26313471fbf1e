"""The score that data.europa.eu would give the catalogue (https://data.europa.eu/mqa/methodology).

It is written as DQV (https://www.w3.org/TR/vocab-dqv/). Whether an address answers is asked of the
caller. Of DCAT-AP the mandatory properties are looked at here; the tests run the shapes of SEMIC.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from rdflib import RDF, SKOS, XSD, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF
from rdflib.term import Node

from sixaika_graph.descriptions.authority import EU, MEDIA_TYPES
from sixaika_graph.descriptions.catalogue import CATALOGUE
from sixaika_graph.descriptions.metric import DIMENSIONS, METRICS, TOTAL, Metric
from sixaika_graph.namespaces import DCAT, DQV, SPDX

Answers = Callable[[str], bool]
"""Tells whether an address answers."""

_SCORE: Final = "score"
_SCORE_NAMES: Final = {"en": "Metadata score", "fi": "Metatietojen pisteet", "sv": "Metadatapoäng"}
_OPEN: Final = frozenset(
    "CSV JSON_LD RDF_N_QUADS RDF_N_TRIPLES RDF_TRIG RDF_TURTLE RDF_XML SQL".split()
)
"""Those of our formats that the portal lists as open, and as machine-readable."""
_MANDATORY: Final[Mapping[Node, tuple[URIRef, ...]]] = {
    DCAT.Catalog: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher),
    DCAT.Dataset: (DCTERMS.title, DCTERMS.description),
    DCAT.Distribution: (DCAT.accessURL,),
    DCAT.DataService: (DCTERMS.title, DCAT.endpointURL),
    FOAF.Agent: (FOAF.name,),
    SKOS.Concept: (SKOS.prefLabel,),
    SKOS.ConceptScheme: (DCTERMS.title,),
    SPDX.Checksum: (SPDX.algorithm, SPDX.checksumValue),
}


@dataclass(frozen=True)
class Measurement:
    """The points of a dataset by one metric."""

    dataset: URIRef
    metric: Metric
    points: Fraction


def measure(catalogue: Graph, answers: Answers) -> list[Measurement]:
    """Score every dataset of a catalogue by every metric."""
    datasets = sorted(catalogue.subjects(RDF.type, DCAT.Dataset), key=str)
    return [
        Measurement(URIRef(str(dataset)), metric, metric.points * share)
        for dataset in datasets
        for metric, share in _shares(catalogue, dataset, answers)
    ]


def _shares(catalogue: Graph, dataset: Node, answers: Answers) -> Iterator[tuple[Metric, Fraction]]:
    """Yield which share of its points each metric gives."""
    files = sorted(catalogue.objects(dataset, DCAT.distribution), key=str)
    best = max(files, key=lambda file: _of_best(catalogue, file), default=None)
    where = {
        "dataset": [dataset],
        "distribution": files,
        "best": [best] if best else [],
        "both": [dataset, *files],
    }
    for metric in METRICS:
        counts = (_counts(catalogue, node, metric, answers) for node in where[metric.on])
        yield metric, _mean(counts)


def _of_best(catalogue: Graph, file: Node) -> int:
    metrics = (metric for metric in METRICS if metric.on == "best")
    return sum(one.points for one in metrics if _counts(catalogue, file, one, lambda _: False))


def _mean(counts: Iterable[bool]) -> Fraction:
    values = list(counts)
    return Fraction(sum(values), len(values)) if values else Fraction(0)


def _counts(catalogue: Graph, node: Node, metric: Metric, answers: Answers) -> bool:
    """Tell whether a dataset or distribution meets a metric."""
    if metric.check == "mandatory":
        return _is_complete(catalogue)
    values = [str(value) for value in catalogue.objects(node, metric.path)]
    match metric.check:
        case "present":
            return bool(values)
        case "reachable":
            return any(map(answers, values))
        case "format":
            return any(value.removeprefix(f"{EU}file-type/") in _OPEN for value in values)
        case vocabulary:
            types = [str(one) for one in catalogue.objects(node, DCAT.mediaType)]
            known = all(value.startswith(vocabulary) for value in values)
            return bool(values) and known and all(one.startswith(MEDIA_TYPES) for one in types)


def _is_complete(catalogue: Graph) -> bool:
    """Tell whether everything has what is mandatory for its kind."""
    return all(
        (node, path, None) in catalogue
        for kind, paths in _MANDATORY.items()
        for node in catalogue.subjects(RDF.type, kind)
        for path in paths
    )


def describe(measurements: Iterable[Measurement]) -> Graph:
    """Write measurements, and their sum for each dataset, as DQV."""
    described = _metrics()
    totals: dict[URIRef, Fraction] = {}
    for one in measurements:
        totals[one.dataset] = totals.get(one.dataset, Fraction(0)) + one.points
        described += _measurement(one.dataset, one.metric.name, one.points)
    for dataset, points in totals.items():
        described += _measurement(dataset, _SCORE, points)
    return described


def _measurement(dataset: URIRef, name: str, points: Fraction) -> Graph:
    described = Graph(bind_namespaces="none")
    node = URIRef(f"{dataset}#mqa-{name}")
    value = Decimal(points.numerator) / Decimal(points.denominator)
    text = f"{value.quantize(Decimal('0.1'))}"
    described.add((dataset, DQV.hasQualityMeasurement, node))
    described.add((node, RDF.type, DQV.QualityMeasurement))
    described.add((node, DQV.computedOn, dataset))
    described.add((node, DQV.isMeasurementOf, _iri(name)))
    described.add((node, DQV.value, Literal(text, datatype=XSD.decimal)))
    return described


def _metrics() -> Graph:
    described = Graph(bind_namespaces="none")
    for name, names in DIMENSIONS.items():
        described.add((_iri(name), RDF.type, DQV.Dimension))
        _add_names(described, _iri(name), names)
    for metric in METRICS:
        node, looked = _iri(metric.name), metric.looks_at or "all nodes of the catalogue"
        described.add((node, RDF.type, DQV.Metric))
        described.add((node, DQV.inDimension, _iri(metric.dimension)))
        described.add((node, DQV.expectedDataType, XSD.decimal))
        text = f"At most {metric.points} points for {looked}: {metric.check}, on: {metric.on}."
        described.add((node, SKOS.definition, Literal(text, lang="en")))
        _add_names(described, node, metric.names)
    described.add((_iri(_SCORE), RDF.type, DQV.Metric))
    described.add((_iri(_SCORE), DQV.expectedDataType, XSD.decimal))
    text = f"The sum of all metrics of data.europa.eu, at most {TOTAL} points."
    described.add((_iri(_SCORE), SKOS.definition, Literal(text, lang="en")))
    _add_names(described, _iri(_SCORE), _SCORE_NAMES)
    return described


def _add_names(described: Graph, node: URIRef, names: Mapping[str, str]) -> None:
    for language, name in names.items():
        described.add((node, SKOS.prefLabel, Literal(name, lang=language)))


def _iri(name: str) -> URIRef:
    return URIRef(f"{CATALOGUE}#mqa-{name}")
