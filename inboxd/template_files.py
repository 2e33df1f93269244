"""Template files as they lie on disk: a head (``Subject: …``), an empty line, a Markdown body."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from inboxd.errors import Problem

SHIPPED_FOLDER = Path(__file__).parent / "templates"
SHIPPED_LANGUAGE = "en"
LAYOUT_FILE = "layout.html"
LAYOUTS = ("letter", "card")

_FILE_NAME = re.compile(
    r"(?P<name>[a-z][a-z0-9_]{0,63})(?:\.(?P<language>[a-z]{2,3}(?:-[a-z0-9]{2,8})?))?\.md"
)
_PARTIAL_NAME = re.compile(r"_[a-z0-9_.-]{1,64}\.md")
_HEAD_FIELD = re.compile(r"(Subject|Preview|Layout):[ \t]*(.*)")
_SIZE_LIMIT = 200_000


@dataclass(frozen=True, slots=True)
class HeadField:
    """One field of a template's head, with the line it stands on."""

    value: str
    line: int


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """One variant of a template. ``body_line`` is the line its body begins on; ``shipped`` False: an override."""

    name: str
    language: str
    file: str
    shipped: bool
    subject: HeadField
    preview: HeadField
    layout: str
    body: str
    body_line: int


@dataclass(frozen=True, slots=True)
class TemplateFolder:
    """What one folder holds: templates, pieces for ``{% include %}`` by file name, the layout (or None), mistakes."""

    templates: tuple[TemplateFile, ...] = ()
    pieces: tuple[tuple[str, str, str], ...] = ()
    problems: tuple[Problem, ...] = ()


def read_folder(folder: Path, plain_language: str, *, shipped: bool) -> TemplateFolder:
    """Return the folder's templates; a missing folder is an empty one. ``name.md`` is in ``plain_language``."""
    templates: list[TemplateFile] = []
    pieces: list[tuple[str, str, str]] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*")) if folder.is_dir() else ():
        if path.name.startswith(".") or path.is_dir():
            continue
        text = _read(path)
        match = _FILE_NAME.fullmatch(path.name)
        if isinstance(text, Problem):
            problems.append(text)
        elif path.name == LAYOUT_FILE or _PARTIAL_NAME.fullmatch(path.name):
            pieces.append((path.name, str(path), text))
        elif match is None:
            problems.append(
                Problem(str(path), 1, "no template: name it name.md, name.zh.md, _piece.md or layout.html")
            )
        else:
            language = match["language"] or plain_language
            parsed = _parse(match["name"], language, str(path), text, shipped=shipped)
            templates.extend(parsed[0])
            problems.extend(parsed[1])
    return TemplateFolder(tuple(templates), tuple(pieces), tuple(problems))


def _read(path: Path) -> str | Problem:
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        return Problem(str(path), 1, f"cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        return Problem(str(path), raw.count(b"\n", 0, error.start) + 1, "is not UTF-8: save it as UTF-8")
    if len(raw) > _SIZE_LIMIT:
        return Problem(str(path), 1, f"is larger than {_SIZE_LIMIT // 1000} kB")
    return text.replace("\r\n", "\n")


def _parse(
    name: str, language: str, file: str, text: str, *, shipped: bool
) -> tuple[tuple[TemplateFile, ...], tuple[Problem, ...]]:
    head, _, body = text.partition("\n\n")
    head_lines = head.split("\n")
    problems = tuple(_head_problems(file, head_lines))
    fields = {
        match[1]: HeadField(match[2].strip(), line)
        for line, match in enumerate(map(_HEAD_FIELD.fullmatch, head_lines), start=1)
        if match
    }
    if problems:
        return (), problems
    template = TemplateFile(
        name=name,
        language=language,
        file=file,
        shipped=shipped,
        subject=fields["Subject"],
        preview=fields.get("Preview", HeadField("", 1)),
        layout=fields["Layout"].value if "Layout" in fields else LAYOUTS[0],
        body=body,
        body_line=len(head_lines) + 2,
    )
    return (template,), ()


def _head_problems(file: str, head_lines: list[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for line, text in enumerate(head_lines, start=1):
        match = _HEAD_FIELD.fullmatch(text)
        if match is None:
            yield Problem(
                file, line, "expected 'Subject: …', 'Preview: …' or 'Layout: …', then an empty line"
            )
            return
        if match[1] in seen:
            yield Problem(file, line, f"{match[1]} is given twice")
        if match[1] == "Layout" and match[2].strip() not in LAYOUTS:
            yield Problem(file, line, f"Layout must be one of: {', '.join(LAYOUTS)}")
        seen.add(match[1])
    if "Subject" not in seen:
        yield Problem(file, 1, "the head has no 'Subject: …'")
