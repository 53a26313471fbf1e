"""The score that data.europa.eu would give the catalogue (https://data.europa.eu/mqa/methodology).

It is written as DQV (https://www.w3.org/TR/vocab-dqv/), each metric with what it looked at. Whether
an address answers is asked of the caller. Of DCAT-AP the mandatory properties are looked at here;
the tests run the shapes of SEMIC.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from rdflib import RDF, SKOS, XSD, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF
from rdflib.term import Node

from sixaika_graph.descriptions.authority import EU
from sixaika_graph.descriptions.catalogue import CATALOGUE
from sixaika_graph.descriptions.metric import (
    DIMENSIONS,
    METRICS,
    OPEN_FORMATS,
    SCORE_DEFINITIONS,
    SCORE_NAMES,
    Metric,
    Texts,
    path,
)
from sixaika_graph.namespaces import DCAT, DQV, SPDX

Answers = Callable[[str], bool]
"""Tells whether an address answers."""

_SCORE: Final = "score"
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
        "catalogue": [dataset],
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
    if metric.check == "vocabulary":
        starts = metric.vocabularies.items()
        return all(_is_of(catalogue, node, path(name), start) for name, start in starts)
    values = [str(value) for value in catalogue.objects(node, path(metric.looks_at))]
    match metric.check:
        case "reachable":
            return any(map(answers, values))
        case "format":
            return any(value.removeprefix(f"{EU}file-type/") in OPEN_FORMATS for value in values)
        case _:
            return bool(values)


def _is_of(catalogue: Graph, node: Node, looked_for: URIRef, start: str) -> bool:
    values = [str(value) for value in catalogue.objects(node, looked_for)]
    return bool(values) and all(value.startswith(start) for value in values)


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
        _add_texts(described, _iri(name), SKOS.prefLabel, names)
    for metric in METRICS:
        described.add((_iri(metric.name), DQV.inDimension, _iri(metric.dimension)))
        _add_metric(described, _iri(metric.name), metric.names, metric.definitions)
    _add_metric(described, _iri(_SCORE), SCORE_NAMES, SCORE_DEFINITIONS)
    return described


def _add_metric(described: Graph, node: URIRef, names: Texts, definitions: Texts) -> None:
    described.add((node, RDF.type, DQV.Metric))
    described.add((node, DQV.expectedDataType, XSD.decimal))
    _add_texts(described, node, SKOS.prefLabel, names)
    _add_texts(described, node, SKOS.definition, definitions)


def _add_texts(described: Graph, node: URIRef, kind: URIRef, texts: Texts) -> None:
    for language, text in texts.items():
        described.add((node, kind, Literal(text, lang=language)))


def _iri(name: str) -> URIRef:
    return URIRef(f"{CATALOGUE}#mqa-{name}")
