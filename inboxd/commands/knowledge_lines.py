"""Files of labelled questions (DESIGN 4.7): JSON Lines, every mistake with its line."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from inboxd.core.quoting import separate_text
from inboxd.errors import ConfigError, Problem
from inboxd.knowledge.evaluate import Labelled

_FORM = '{"text": …, "article": … or null}'
Slug = Annotated[str, StringConstraints(min_length=1)]


class LabelledLine(BaseModel):
    """One line: a question, and the article that answers it (None: none does)."""

    model_config = ConfigDict(extra="allow")

    text: str
    article: Slug | None
    # What other programs write for nothing.
    subject: str | None = None
    also: list[Slug] | None = None


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """The lines of a file that are not empty, and where each of them stands in it."""

    file: Path
    lines: tuple[LabelledLine, ...]
    numbers: tuple[int, ...]

    @property
    def questions(self) -> tuple[Labelled, ...]:
        """Return them as the pipeline would ask them: without quote, signature and disclaimer."""
        return tuple(
            Labelled(
                separate_text(line.text).new_text, line.article, line.subject or "", tuple(line.also or ())
            )
            for line in self.lines
        )

    def unknown_articles(self, known: Collection[str]) -> tuple[Problem, ...]:
        """Return the lines that name an article there is not."""
        return tuple(
            Problem(str(self.file), number, f"there is no article {slug}")
            for number, line in zip(self.numbers, self.lines, strict=True)
            for slug in dict.fromkeys((*([line.article] if line.article else []), *(line.also or ())))
            if slug not in known
        )


def read_labelled(file: Path) -> LabelledFile:
    """Return the lines of a JSON Lines file; raise ``ConfigError`` with every bad one at its line."""
    found: list[tuple[int, LabelledLine]] = []
    problems: list[Problem] = []
    # Only a line feed ends a line of JSON: other separators of Unicode stand within strings (RFC 8259 7).
    for number, line in enumerate(file.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        read = list(_read(str(file), number, line))
        problems += [one for one in read if isinstance(one, Problem)]
        found += [(number, one) for one in read if isinstance(one, LabelledLine)]
    if problems:
        raise ConfigError(tuple(problems))
    return LabelledFile(file, tuple(line for _, line in found), tuple(number for number, _ in found))


def _read(file: str, number: int, line: bytes) -> Iterator[LabelledLine | Problem]:
    try:
        yield LabelledLine.model_validate(json.loads(line.decode("utf-8")))
    except UnicodeDecodeError:
        yield Problem(file, number, "not UTF-8; save the file as UTF-8")
    except ValidationError as error:
        for one in error.errors():
            place = ".".join(map(str, one["loc"]))
            yield Problem(file, number, f"{place}: {one['msg']}" if place else f"no object {_FORM}")
    except (ValueError, RecursionError) as error:
        yield Problem(file, number, f"no JSON: {error}")
