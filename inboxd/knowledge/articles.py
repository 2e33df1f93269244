"""``kb/*.md`` to articles: front matter and sections (DESIGN 4.4), every mistake as file:line."""

import hashlib
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from inboxd.errors import Problem
from inboxd.knowledge.sections import Section, split_sections

if TYPE_CHECKING:
    from inboxd.knowledge.front_matter import FrontMatter

# A longer file is no answer to a mail; it is a mistake (a log, a dump) and would block the index.
MAX_ARTICLE_BYTES = 256 * 1024
# What joins the slugs of an answer that several articles make together; so no file name has it.
JOIN = "+"


@dataclass(frozen=True, slots=True)
class Passage:
    """A section of an article: its heading (empty for the lead) and its words without Markdown."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article.

    ``body`` is Markdown as written, ``revision`` the SHA-256 of the file, ``file`` its path, ``lines`` the line of each
    question in it.
    """

    slug: str
    title: str
    questions: tuple[str, ...]
    symptoms: tuple[str, ...]
    tags: tuple[str, ...]
    lang: str
    auto_reply: bool
    passages: tuple[Passage, ...]
    body: str
    file: str
    revision: str
    lines: tuple[int, ...] = ()

    @property
    def phrasings(self) -> tuple[str, ...]:
        """Return what a customer might write to ask for this article: its title and its questions."""
        return tuple(dict.fromkeys((self.title, *self.questions)))


def load_articles(
    folder: Path, last_good: Iterable[Article] = ()
) -> tuple[tuple[Article, ...], tuple[Problem, ...]]:
    """Return the articles of a folder in slug order, and what is wrong with the others.

    A broken file is a problem and never an exception; when ``last_good`` holds an earlier version of it, that one
    stays in use (and one that did not change since is not parsed again). README.md, hidden files and everything under ``drafts/`` are not articles.
    """
    earlier = {article.slug: article for article in last_good}
    articles: dict[str, Article] = {}
    problems: list[Problem] = []
    if not folder.is_dir():
        return (), (Problem(str(folder), 1, "the folder of articles does not exist"),)
    for path in sorted(folder.rglob("*.md")):
        if not _is_article(path.relative_to(folder)):
            continue
        article, wrong = _read(path, earlier.get(path.stem))
        problems += wrong
        article = article or earlier.get(path.stem)
        if article is not None and article.slug in articles:
            other = Path(articles[article.slug].file)
            name = other.relative_to(folder) if other.is_relative_to(folder) else other
            problems.append(Problem(str(path), 1, f"{name} has the same name"))
        elif article is not None:
            articles[article.slug] = article
    return tuple(articles[slug] for slug in sorted(articles)), tuple(problems)


def _is_article(path: Path) -> bool:
    folders = path.parts[:-1]
    hidden = any(part.startswith((".", "_")) for part in path.parts)
    return not hidden and "drafts" not in folders and path.name.lower() != "readme.md"


def _read(path: Path, earlier: Article | None) -> tuple[Article | None, list[Problem]]:
    """Return the article of one file, or None and the problems that keep it from being one."""
    file = str(path)
    try:
        if refused := _no_article(path):
            return None, [Problem(file, 1, refused)]
        raw = path.read_bytes()
        revision = hashlib.sha256(raw).hexdigest()
        if earlier is not None and (earlier.revision, earlier.file) == (revision, file):
            return earlier, []
        text = raw.decode("utf-8-sig")
    except OSError as error:
        return None, [Problem(file, 1, f"cannot be read: {error.strerror}")]
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return None, [Problem(file, line, "not UTF-8; save the file as UTF-8")]
    from inboxd.knowledge.front_matter import read_front_matter  # noqa: PLC0415  with YAML 1 MB, for new articles

    front, lines, body, problems = read_front_matter(text.replace("\r\n", "\n"), file)
    if front is None:
        return None, problems
    article = _article(path, front, lines, body, revision)
    if not article.passages:
        # Nothing at all, a comment, a picture without a description: the answer would be an empty mail.
        return None, [*problems, Problem(file, 1, "the article has no text below its front matter")]
    return article, problems


def _no_article(path: Path) -> str:
    """Return why a file is not read at all, empty when it is; raises ``OSError``."""
    if JOIN in path.stem:
        return f"'{JOIN}' in the file name joins two articles; rename the file"
    about = path.stat()
    # A pipe or a device would keep whoever reads it waiting for ever.
    if not (stat.S_ISREG(about.st_mode) or stat.S_ISDIR(about.st_mode)):
        return "no ordinary file"
    return f"larger than {MAX_ARTICLE_BYTES // 1024} KiB" if about.st_size > MAX_ARTICLE_BYTES else ""


def _article(path: Path, front: "FrontMatter", lines: tuple[int, ...], body: str, revision: str) -> Article:
    return Article(
        slug=path.stem,
        title=front.title,
        questions=tuple(front.questions),
        symptoms=tuple(front.symptoms),
        tags=tuple(front.tags),
        lang=front.lang,
        auto_reply=front.auto_reply,
        passages=tuple(_passage(section) for section in split_sections(body)),
        body=body.strip(),
        file=str(path),
        revision=revision,
        lines=lines,
    )


def _passage(section: Section) -> Passage:
    return Passage(section.heading, section.text)
