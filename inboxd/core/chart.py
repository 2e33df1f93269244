"""A chart as a value: what is drawn, without how. ``inboxd/charts.py`` makes pictures of them.

No words stand in it, only figures: a picture needs no language and no font for it; the words stand in the mail.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

# On the page, in CSS pixels: half of a mail on a desktop, the whole of it on a phone.
WIDTH = 264
HEIGHT = 150


class Mark(StrEnum):
    """How a series is drawn; ``hollow`` bars are not there yet."""

    BARS = "bars"
    HOLLOW = "hollow"
    LINE = "line"


class Unit(StrEnum):
    """What the values are; the drawing writes it beside the figures."""

    COUNT = ""
    HOURS = "h"
    MINUTES = "min"
    PERCENT = "%"


@dataclass(frozen=True, slots=True)
class Series:
    """Values over the ticks of the chart, None where there is none; ``tone`` is a colour's name in the palettes."""

    values: tuple[float | None, ...]
    mark: Mark
    tone: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Series over the same ticks. ``top`` fixes the end of the axis; None: as the values need it."""

    name: str
    ticks: tuple[str, ...]
    series: tuple[Series, ...]
    unit: Unit = Unit.COUNT
    top: float | None = None


def to_documents(charts: Sequence[Chart]) -> list[dict[str, Any]]:
    """Return charts as plain values, for JSON."""
    return [asdict(one) for one in charts]


def from_documents(documents: Sequence[Mapping[str, Any]]) -> tuple[Chart, ...]:
    """Return the charts that ``to_documents`` made plain; raise ``KeyError`` or ``ValueError`` for anything else."""
    return tuple(
        Chart(
            name=one["name"],
            ticks=tuple(one["ticks"]),
            series=tuple(
                Series(tuple(each["values"]), Mark(each["mark"]), each["tone"]) for each in one["series"]
            ),
            unit=Unit(one["unit"]),
            top=one["top"],
        )
        for one in documents
    )
