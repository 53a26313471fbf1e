"""Where a place is: its point on a map of Finland, drawn here and fetched from nowhere.

The outline is in finland.toml. A plate carrée projection that is true to scale at 65° N is good
enough for a point on a map of this size.
"""

import math
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from rdflib.term import Node

_OUTLINE: Final = Path(__file__).parent / "finland.toml"
_POINT: Final = re.compile(r"(?:<[^>]*>\s*)?POINT\s*\(\s*([-\d.]+)\s+([-\d.]+)\s*\)", re.IGNORECASE)
_WEST, _EAST, _SOUTH, _NORTH = 19.0, 32.0, 59.5, 70.3
_DEGREE: Final = 40.0
"""How many units of the map a degree of latitude is high."""
_SHRINK: Final = math.cos(math.radians(65))

WIDTH: Final = round((_EAST - _WEST) * _SHRINK * _DEGREE)
HEIGHT: Final = round((_NORTH - _SOUTH) * _DEGREE)


@dataclass(frozen=True)
class Spot:
    """A point on the map, in its units from the upper left; `here` marks the place of the page."""

    x: float
    y: float
    here: bool


@dataclass(frozen=True)
class Locator:
    """A map: its size, the outline of the country as an SVG path, and the places on it."""

    width: int
    height: int
    outline: str
    spots: tuple[Spot, ...]


def locate(points: Iterable[tuple[Node, bool]]) -> Locator | None:
    """Draw WKT points, each with whether it is that of the page; None where that one is not there.

    A point outside the map is left out (https://www.ogc.org/standard/sfa/).
    """
    spots = [spot for point, here in points if (spot := _spot(str(point), here=here)) is not None]
    if not any(spot.here for spot in spots):
        return None
    spots.sort(key=lambda spot: spot.here)
    return Locator(WIDTH, HEIGHT, _outline(), tuple(spots))


def _spot(text: str, *, here: bool) -> Spot | None:
    match = _POINT.fullmatch(text)
    if match is None:
        return None
    east, north = float(match[1]), float(match[2])
    if not (_WEST <= east <= _EAST and _SOUTH <= north <= _NORTH):
        return None
    return Spot(*_project(east, north), here)


def _project(east: float, north: float) -> tuple[float, float]:
    return round((east - _WEST) * _SHRINK * _DEGREE, 1), round((_NORTH - north) * _DEGREE, 1)


@cache
def _outline() -> str:
    rings = tomllib.loads(_OUTLINE.read_text(encoding="utf-8"))["rings"]
    lines = (" ".join("{},{}".format(*_project(*point)) for point in ring) for ring in rings)
    return "".join(f"M{line}Z" for line in lines)
