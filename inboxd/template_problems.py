"""What is wrong with a template, said as ``file:line: what to do``."""

import traceback
from collections.abc import Iterable, Iterator

from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError

from inboxd.core.template_contexts import TEMPLATE_VIEWS
from inboxd.errors import Problem
from inboxd.template_files import TemplateFile

_NEARLY = 0.8


def problem_of(error: Exception, file: str, files: frozenset[str]) -> Problem:
    """Return the problem an exception of compiling or rendering ``file`` stands for, at the line that caused it."""
    if isinstance(error, TemplateSyntaxError):
        return Problem(error.filename or file, error.lineno, f"template syntax: {error.message}")
    # Jinja2 puts the template's own file and line into the traceback; the innermost frame is the cause.
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in files]
    place = (frames[-1].filename, frames[-1].lineno or 1) if frames else (file, 1)
    return Problem(*place, _sentence(error))


def misspelt_names(templates: Iterable[TemplateFile]) -> Iterator[Problem]:
    """Yield templates whose name is nearly that of a shipped one: they would silently be used for nothing."""
    for template in templates:
        near = None if template.name in TEMPLATE_VIEWS else _nearest(template.name)
        if near:
            yield Problem(template.file, 1, f"there is no template '{template.name}': did you mean '{near}'?")


def _nearest(name: str) -> str | None:
    import difflib  # noqa: PLC0415  mostly nothing is misspelt

    return next(iter(difflib.get_close_matches(name, TEMPLATE_VIEWS, n=1, cutoff=_NEARLY)), None)


def _sentence(error: Exception) -> str:
    if isinstance(error, UndefinedError):
        if "'None' has no attribute" in str(error.message):
            return f"may be absent, so put it between {{% if … %}} and {{% endif %}}: {error.message}"
        return f"not in this template's context: {error.message}"
    if isinstance(error, TemplateNotFound):
        return f"there is no piece '{error.name}' to include"
    if isinstance(error, SecurityError):
        return f"not allowed in templates: {error}"
    return f"fails with the sample data: {type(error).__name__}: {error}"
