"""``python -m inboxd.charts_drawn``: charts in as JSON, PNGs out as JSON (base64), each for a light and a dark page.

A process of its own, started by ``inboxd/charts.py``: matplotlib takes 100 MB that nobody needs but once a week.
"""

import base64
import io
import json
import sys
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator
from PIL import Image

from inboxd.core.chart import HEIGHT, WIDTH, Chart, Mark, Series, Unit, from_documents
from inboxd.core.mail_styles import CHART_TONES

# Sharp on the screens of phones, which have three dots for every pixel.
_DOTS = 3
_POINTS = 72  # points to the inch: with as many pixels a size in points is one in pixels
_COLOURS = 48
_GROUP = 0.74
_WHOLE_FROM = 10  # smaller values are written with a tenth
_FONT = ("DejaVu Sans",)  # comes with matplotlib, so that every machine draws the same


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of a page. Words have a contrast of 4.5:1 to ``paper``, what is drawn of 3:1 (WCAG 2.1 1.4.3, 1.4.11)."""

    paper: str
    words: str
    grid: str
    tones: dict[str, str]
    # Weeks before the last one stand back.
    faded: dict[str, str]


# ``paper`` is the sheet of core/mail_styles.py, in the light and in the dark.
LIGHT = Palette(
    "#ffffff",
    "#59636e",
    "#e4e8ec",
    {name: light for name, (light, _) in CHART_TONES.items()},
    {"first": "#9cc3ee", "second": "#95d5b2"},
)
DARK = Palette(
    "#1f2328",
    "#a9b2bb",
    "#343b43",
    {name: dark for name, (_, dark) in CHART_TONES.items()},
    {"first": "#3a5f8a", "second": "#356b47"},
)


def main() -> None:
    """Read charts from stdin, write a PNG per chart and palette to stdout."""
    charts = from_documents(json.load(sys.stdin))
    pictures = {
        one.name: {name: _encoded(draw(one, palette)) for name, palette in (("light", LIGHT), ("dark", DARK))}
        for one in charts
    }
    json.dump(pictures, sys.stdout)


def draw(chart: Chart, palette: Palette) -> bytes:
    """Return a chart as PNG; the same chart gives the same bytes."""
    with mpl.rc_context({"font.family": _FONT, "font.size": 10.5, "text.color": palette.words}):
        figure = Figure(figsize=(WIDTH / _POINTS, HEIGHT / _POINTS), dpi=_POINTS, facecolor=palette.paper)
        axes = figure.add_axes((0, 0, 1, 1), facecolor=palette.paper)
        _draw_series(axes, chart, palette)
        _draw_ticks(axes, chart, palette)
        _fit(figure, axes, chart)
        drawn = io.BytesIO()
        figure.savefig(drawn, format="png", dpi=_POINTS * _DOTS, facecolor=palette.paper)
    return _small(drawn.getvalue())


def _draw_series(axes: Axes, chart: Chart, palette: Palette) -> None:
    bars = [one for one in chart.series if one.mark is Mark.BARS]
    axes.set_xlim(-0.5, len(chart.ticks) - 0.5)
    axes.set_ylim(0, _top(chart))
    for one in chart.series:
        if one.mark is Mark.LINE:
            _draw_line(axes, one, palette)
        elif one.mark is Mark.HOLLOW:
            _draw_bars(axes, one, palette, _GROUP, 0.0, hollow=True)
        else:
            width = _GROUP / len(bars)
            shift = (bars.index(one) - (len(bars) - 1) / 2) * width
            _draw_bars(axes, one, palette, width, shift, alone=len(chart.series) == 1)


def _draw_bars(
    axes: Axes,
    series: Series,
    palette: Palette,
    width: float,
    shift: float,
    *,
    hollow: bool = False,
    alone: bool = False,
) -> None:
    """Draw bars; of a series that stands alone the last one is meant, and each says its value."""
    known = [(place, value) for place, value in enumerate(series.values) if value is not None]
    last = known[-1][0] if known else 0
    for place, value in known:
        colour = palette.tones[series.tone]
        if alone and place != last:
            colour = palette.faded[series.tone]
        left = place + shift - width * 0.44
        _draw_bar(axes, left, width * 0.88, value, colour, palette.paper if hollow else colour)
        if alone:
            _write_value(axes, place, value, palette, strong=place == last)


def _draw_bar(axes: Axes, left: float, width: float, value: float, edge: str, face: str) -> None:
    height = max(value, axes.get_ylim()[1] * 0.008)  # a nought is seen, as a line
    axes.add_patch(
        Rectangle((left, 0), width, height, facecolor=face, edgecolor=edge, linewidth=1.1, clip_on=False)
    )


def _draw_line(axes: Axes, series: Series, palette: Palette) -> None:
    colour = palette.tones[series.tone]
    values = [float("nan") if one is None else one for one in series.values]
    axes.plot(
        range(len(values)),
        values,
        color=colour,
        linewidth=2.2,
        marker="o",
        markersize=5.5,
        markeredgecolor=palette.paper,
        markeredgewidth=1.2,
        clip_on=False,
        zorder=3,
        solid_capstyle="round",
    )
    known = [(place, value) for place, value in enumerate(series.values) if value is not None]
    if known:
        _write_value(axes, *known[-1], palette, strong=True)


def _write_value(axes: Axes, place: int, value: float, palette: Palette, *, strong: bool) -> None:
    """Write a value above its place, with a rim of paper where a line runs behind it."""
    axes.annotate(
        f"{value:.1f}".removesuffix(".0") if value < _WHOLE_FROM else f"{value:.0f}",
        (place, value),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=10.5 if strong else 9.5,
        fontweight="bold" if strong else "normal",
        annotation_clip=False,
        path_effects=[withStroke(linewidth=3, foreground=palette.paper)],
        zorder=4,
    )


def _draw_ticks(axes: Axes, chart: Chart, palette: Palette) -> None:
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(palette.words)
    axes.spines["bottom"].set_linewidth(0.8)
    axes.set_xticks(range(len(chart.ticks)), [_shown(chart, at) for at in range(len(chart.ticks))])
    axes.tick_params(colors=palette.words, length=0, pad=4)
    axes.set_axisbelow(True)
    if len(chart.series) == 1:
        axes.set_yticks([])
        return
    whole = chart.unit is not Unit.HOURS
    ticks = MaxNLocator(3, integer=whole, steps=(1, 2, 5, 10)).tick_values(0, axes.get_ylim()[1])
    axes.set_yticks(ticks)
    axes.set_ylim(0, ticks[-1])
    axes.yaxis.set_major_formatter(lambda value, _at: f"{value:g} {chart.unit}".strip() if value else "0")
    axes.grid(axis="y", color=palette.grid, linewidth=0.9)


def _shown(chart: Chart, at: int) -> str:
    """Return a tick's word; of many only every other one has room, the last one always."""
    many = len(chart.ticks) > 8  # noqa: PLR2004  what fits in 270 pixels
    return "" if many and (len(chart.ticks) - 1 - at) % 2 else chart.ticks[at]


def _top(chart: Chart) -> float:
    highest = max((value for one in chart.series for value in one.values if value is not None), default=0)
    return chart.top or max(highest * 1.02, 1.0)


def _fit(figure: Figure, axes: Axes, chart: Chart) -> None:
    """Use all the room there is, with the figures of the axis inside it."""
    widest = max((len(one.get_text()) for one in axes.get_yticklabels()), default=0)
    left = 6 + widest * 6.6 if len(chart.series) > 1 else 4
    above = 18 if any(one.mark is Mark.LINE for one in chart.series) or len(chart.series) == 1 else 10
    axes.set_position((left / WIDTH, 22 / HEIGHT, 1 - (left + 8) / WIDTH, 1 - (22 + above) / HEIGHT))
    figure.canvas.draw_idle()


def _small(png: bytes) -> bytes:
    """Return a picture of few colours as one with a palette: a fifth of the bytes, and no word of who made it."""
    with Image.open(io.BytesIO(png)) as image:
        few: Any = image.convert("RGB").quantize(
            _COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
    written = io.BytesIO()
    few.save(written, format="PNG", optimize=True)
    return written.getvalue()


def _encoded(png: bytes) -> str:
    return base64.b64encode(png).decode("ascii")


if __name__ == "__main__":
    main()
