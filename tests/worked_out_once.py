"""What other people's code works out from the same source again and again, worked out once for all tests of a process.

A desk compiles its templates when it starts, the command line is put together from its functions at each call, and each
week is drawn in a process of its own. A user pays that once in a while; three thousand desks of a test run would
spend a tenth of their time on it.
"""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import CodeType
from typing import Any

import jinja2
import pytest
import typer.testing
from jinja2.environment import Environment

from inboxd.charts import Drawing, draw_charts
from inboxd.core.chart import Chart
from inboxd.jobs import digest_week

_compile = Environment.compile


@pytest.fixture(scope="session", autouse=True)
def worked_out_once() -> Iterator[None]:
    """Keep the code of templates, the command lines and the pictures made so far."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Environment, "compile", _remembering({}))
        patch.setattr(typer.testing, "_get_command", functools.cache(typer.testing._get_command))
        patch.setattr(digest_week, "draw_charts", _drawing_once({}))
        yield


def _drawing_once(known: dict[str, Drawing]) -> Callable[..., Mapping[str, Drawing]]:
    """Return what draws each chart of a digest once: its picture of the first week stands for that of every week."""

    def draw_once(charts: Sequence[Chart]) -> Mapping[str, Drawing]:
        known.update(draw_charts([one for one in charts if one.name not in known]))
        return {one.name: known[one.name] for one in charts}

    return draw_once


def _remembering(known: dict[tuple[Any, ...], CodeType]) -> Any:
    def compile_once(environment: jinja2.Environment, source: Any, *names: Any, **options: Any) -> Any:
        if not isinstance(source, str) or options:
            return _compile(environment, source, *names, **options)
        key = (source, names, *_kind(environment))
        if key not in known:
            known[key] = _compile(environment, source, *names)
        return known[key]

    return compile_once


def _kind(environment: jinja2.Environment) -> tuple[Any, ...]:
    """Return all that compiling looks at beside the source (https://jinja.palletsprojects.com/en/stable/api/)."""
    return (
        type(environment),
        environment.autoescape,
        *_sameness(environment.finalize),
        environment.optimized,
        environment.lexer,
        tuple(environment.extensions),
        tuple(environment.filters.items()),
        tuple(environment.tests.items()),
        repr(environment.policies),
    )


def _sameness(function: Any) -> tuple[Any, ...]:
    """Return what two functions share that were made by the same lines from the same values."""
    enclosed = getattr(function, "__closure__", None) or ()
    return getattr(function, "__code__", function), tuple(cell.cell_contents for cell in enclosed)
