"""Every mail we write, rendered: ``rules/templates/`` over the shipped ones, by language; docs/templates.md.

A template that fails never stops a mail: the shipped one of the same name takes its place and the problem is told.
"""

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

from markupsafe import Markup

from inboxd.core.mail_html import markdown_to_html
from inboxd.core.mail_styles import DARK_MODE, FONT, NARROW
from inboxd.core.plain_words import inline
from inboxd.core.template_contexts import TEMPLATE_VIEWS
from inboxd.core.view_samples import samples
from inboxd.core.views import ReplyView, View
from inboxd.errors import ConfigError, Problem
from inboxd.template_files import (
    LAYOUT_FILE,
    SHIPPED_FOLDER,
    SHIPPED_LANGUAGE,
    TemplateFile,
    TemplateFolder,
    read_folder,
)
from inboxd.template_filters import html_environment, layout_environment, text_environment
from inboxd.template_problems import misspelt_names, problem_of

_SUBJECT_LIMIT = 250
_PREVIEW_LIMIT = 140
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclasses.dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's words. ``language`` is that of the template used; ``problem`` says why a better one was passed over."""

    subject: str
    text: str
    html: str
    language: str
    problem: Problem | None = None


class Templates:
    """All templates of one desk; reads no file after ``load``."""

    def __init__(self, shipped: TemplateFolder, override: TemplateFolder, desk_language: str) -> None:
        self._shipped = shipped
        self._override = override
        self._desk_language = desk_language
        self._sources = _sources(shipped, override)
        self._text = text_environment(self._load_source)
        self._html = html_environment(self._load_source)
        self._layout = layout_environment(self._load_source)

    @classmethod
    def load(cls, override: Path | None, desk_language: str = SHIPPED_LANGUAGE) -> "Templates":
        """Return the shipped templates with those of the folder ``override`` (may be missing) over them.

        A plain ``name.md`` there is in the desk's language. Raise ``ConfigError`` with every problem of the override.
        """
        shipped = read_folder(SHIPPED_FOLDER, SHIPPED_LANGUAGE, shipped=True)
        own = read_folder(override, desk_language, shipped=False) if override else TemplateFolder()
        templates = cls(shipped, own, desk_language)
        problems = templates.problems()
        if problems:
            raise ConfigError(problems)
        return templates

    def names(self) -> frozenset[str]:
        """Return the names of all templates."""
        return frozenset(template.name for template in self._all())

    def reply_names(self) -> frozenset[str]:
        """Return the names a rule may use in ``then.reply``: those whose context is ``ReplyView``."""
        return frozenset(name for name in self.names() if TEMPLATE_VIEWS.get(name, ReplyView) is ReplyView)

    def render(self, name: str, language: str, view: View) -> Rendered:
        """Return the mail in the customer's language, else the desk's, else English.

        Raise ``ConfigError`` when there is no such template or none of its variants can be rendered.
        """
        problems: list[Problem] = []
        for template in self._candidates(name, language):
            try:
                rendered = self._rendered(template, view)
            except Exception as error:  # noqa: BLE001  a template is the operator's program: it may raise anything
                problems.append(problem_of(error, template.file, self._files()))
            else:
                return dataclasses.replace(rendered, problem=problems[0] if problems else None)
        raise ConfigError(tuple(problems) or (Problem(name, 1, "there is no such template"),))

    def problems(self) -> tuple[Problem, ...]:
        """Return what ``inboxd check`` shows: every override rendered with sample data, at ``file:line``."""
        found = [*self._override.problems, *misspelt_names(self._override.templates)]
        own_pieces = {name for name, _, _ in self._override.pieces}
        for template in self._all() if LAYOUT_FILE in own_pieces else self._override.templates:
            found.extend(self._sample_problems(template))
        return tuple(dict.fromkeys(found))

    def _sample_problems(self, template: TemplateFile) -> Iterator[Problem]:
        for view in samples(template.name):
            try:
                self._rendered(template, view)
            except Exception as error:  # noqa: BLE001  as in render
                yield problem_of(error, template.file, self._files())

    def _all(self) -> tuple[TemplateFile, ...]:
        return (*self._override.templates, *self._shipped.templates)

    def _candidates(self, name: str, language: str) -> tuple[TemplateFile, ...]:
        """Return the variants best first: by language, and within one language the override first.

        A desk's own ``name.zh.md`` stands over the shipped ``name.zh-hant.md``: its words are wanted, not ours.
        """
        wanted = (_with_base(language), _with_base(self._desk_language), (SHIPPED_LANGUAGE,))
        named = tuple(template for template in self._all() if template.name == name)
        by_language = (
            template
            for variants in wanted
            for shipped in (False, True)
            for one in variants
            for template in named
            if template.language == one and template.shipped is shipped
        )
        return tuple(dict.fromkeys((*by_language, *named)))

    def _rendered(self, template: TemplateFile, view: View) -> Rendered:
        context: dict[str, object] = {
            field.name: getattr(view, field.name) for field in dataclasses.fields(view)
        }
        context["language"] = template.language
        subject = inline(self._part(template, "subject", context), _SUBJECT_LIMIT)
        text = "\n".join(line.rstrip(" \t") for line in self._part(template, "body", context).split("\n"))
        markdown = self._html.get_template(f"{template.file}#body").render(context)
        html = self._layout.get_template(LAYOUT_FILE).render(
            language=template.language,
            layout=template.layout,
            subject=subject,
            preview=inline(self._part(template, "preview", context), _PREVIEW_LIMIT),
            desk=view.desk,
            font=Markup(FONT),  # noqa: S704  a constant
            dark_mode=Markup(DARK_MODE),  # noqa: S704  a constant
            narrow=Markup(NARROW),  # noqa: S704  a constant
            body=Markup(markdown_to_html(markdown)),  # noqa: S704  cleaned and escaped there
        )
        return Rendered(subject, _BLANK_LINES.sub("\n\n", text).strip() + "\n", html, template.language)

    def _part(self, template: TemplateFile, part: str, context: dict[str, object]) -> str:
        return self._text.get_template(f"{template.file}#{part}").render(context)

    def _load_source(self, key: str) -> tuple[str, str] | None:
        return self._sources.get(key)

    def _files(self) -> frozenset[str]:
        return frozenset(file for _, file in self._sources.values())


def _sources(shipped: TemplateFolder, override: TemplateFolder) -> dict[str, tuple[str, str]]:
    """Return source and file by key: ``FILE#part`` for a template's parts, the bare name for what it includes.

    Empty lines stand for what lies above a part, so that every line number is that of the file.
    """
    sources: dict[str, tuple[str, str]] = {}
    for folder in (shipped, override):
        for template in folder.templates:
            for part, line, text in (
                ("subject", template.subject.line, template.subject.value),
                ("preview", template.preview.line, template.preview.value),
                ("body", template.body_line, template.body),
            ):
                sources[f"{template.file}#{part}"] = ("\n" * (line - 1) + text, template.file)
        for name, file, text in folder.pieces:
            sources[name] = (text, file)
    return sources


def _with_base(language: str) -> tuple[str, ...]:
    language = language.lower().replace("_", "-")
    return (language, language.partition("-")[0])
