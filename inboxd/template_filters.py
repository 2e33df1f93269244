"""The language of templates: sandboxed Jinja2 whose every printed value is a stranger's word until a filter says else.

Each template is rendered twice, once for each form of the mail: as the text itself (core/text_form.py), and as
Markdown for the HTML (core/html_form.py). The filters have the same names in both.
"""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import FunctionLoader, StrictUndefined, Undefined, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from inboxd.core import figure_words, html_form, html_pictures, text_form, time_words
from inboxd.core.plain_words import as_name, inline

_FENCE = re.compile(r"^(?:```|~~~)", re.MULTILINE)
# They mark plain strings as ready to print, or escape for HTML where Markdown still follows.
_WITHOUT = ("safe", "urlize", "xmlattr", "tojson")
_ESCAPING = ("e", "escape", "forceescape")

Filters = dict[str, Callable[..., object]]
LoadSource = Callable[[str], tuple[str, str] | None]


class _Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox of Jinja2, which need not ask of our own views whether what they show is dangerous."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return a field of a view as it is; of anything else what the sandbox allows."""
        if attribute in getattr(type(obj), "__dataclass_fields__", ()) and not attribute.startswith("_"):
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)


def text_environment(load: LoadSource) -> ImmutableSandboxedEnvironment:
    """Return the environment for subjects and for the text form; ``load`` gives source and file of a key, or None."""
    return _environment(load, text_form.value, _TEXT_FILTERS)


def html_environment(load: LoadSource) -> ImmutableSandboxedEnvironment:
    """Return the environment that writes the Markdown of the HTML form."""
    return _environment(load, html_form.value, _HTML_FILTERS)


def layout_environment(load: LoadSource) -> ImmutableSandboxedEnvironment:
    """Return the environment for ``layout.html``: plain HTML, everything printed is escaped."""
    return _Sandbox(
        loader=_loader(load), undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )


def _environment(
    load: LoadSource, protect: Callable[[object], object], filters: Filters
) -> ImmutableSandboxedEnvironment:
    def finalize(value: object) -> object:
        return (
            value if isinstance(value, Undefined) else protect(value)
        )  # StrictUndefined raises when printed

    environment = _Sandbox(
        loader=_loader(load),
        undefined=StrictUndefined,
        # Whatever finalize returns is marked safe for its form; autoescape keeps that mark through macros and blocks.
        autoescape=True,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    for name in _WITHOUT:
        environment.filters.pop(name)
    environment.filters.update({**_SHARED_FILTERS, **filters, **dict.fromkeys(_ESCAPING, protect)})
    return environment


def _loader(load: LoadSource) -> FunctionLoader:
    def load_function(key: str) -> tuple[str, str, Callable[[], bool]] | None:
        found = load(key)
        return (*found, lambda: True) if found else None  # never stale: a reload makes a new environment

    return FunctionLoader(load_function)


@pass_context
def _when(context: Context, moment: dt.datetime) -> str:
    return time_words.near_time(moment, context["now"], _zone(context), context["language"])


@pass_context
def _date_time(context: Context, moment: dt.datetime) -> str:
    return time_words.full_time(moment, _zone(context), context["language"])


@pass_context
def _day(context: Context, moment: dt.datetime) -> str:
    return time_words.day(moment, _zone(context), context["language"])


@pass_context
def _span(context: Context, length: dt.timedelta) -> str:
    return time_words.span(length, context["language"])


@pass_context
def _weekday(context: Context, moment: dt.datetime) -> str:
    return time_words.weekday(moment, _zone(context), context["language"])


@pass_context
def _worked(context: Context, length: dt.timedelta) -> str:
    return figure_words.worked(length, context["language"])


@pass_context
def _money(context: Context, amount: float, currency: str = "") -> str:
    return figure_words.money(amount, currency, context["language"])


def _zone(context: Context) -> ZoneInfo:
    return ZoneInfo(context["desk"].timezone)


def _score(score: float) -> str:
    return f"{score:.1f}".removesuffix(".0") + "/5"


def _excerpt(body: str, limit: int = 400) -> str:
    """Return the first paragraphs of an article that fit, at least one, no code block left open."""
    blocks = str(body).strip().split("\n\n")
    taken = blocks[:1]
    for block in blocks[1:]:
        if sum(map(len, taken)) + len(block) > limit or block.startswith("#"):
            break
        taken.append(block)
    while len(taken) > 1 and len(_FENCE.findall("\n\n".join(taken))) % 2:
        taken.pop()
    return "\n\n".join(taken)


_SHARED_FILTERS: Filters = {
    "when": _when,
    "date_time": _date_time,
    "day": _day,
    "span": _span,
    "weekday": _weekday,
    "worked": _worked,
    "percent": figure_words.percent,
    "rate": figure_words.rate,
    "whole": figure_words.whole,
    "money": _money,
    "score": _score,
    "excerpt": _excerpt,
    "as_name": as_name,
    "short": inline,
}
_TEXT_FILTERS: Filters = {
    "said": text_form.said,
    "quote": text_form.quote,
    "written": text_form.written,
    "markdown": text_form.markdown,
    "button": text_form.button,
    "badge": text_form.badge,
    "figures": text_form.figures,
    "legend": text_form.legend,
    "picture": text_form.picture,
    "tiles": text_form.block,
    "tile": text_form.block,
    "card": text_form.block,
    "muted": text_form.block,
}
_HTML_FILTERS: Filters = {
    "said": html_form.said,
    "quote": html_form.quote,
    "written": html_form.written,
    "markdown": html_form.markdown,
    "button": html_form.button,
    "badge": html_form.badge,
    "figures": html_form.figures,
    "legend": html_pictures.legend,
    "picture": html_pictures.picture,
    "tiles": html_pictures.tiles,
    "tile": html_pictures.tile,
    "card": html_form.card,
    "muted": html_form.muted,
}
