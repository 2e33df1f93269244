"""Articles as they were last read: a file that did not change is not parsed again, not even after a restart."""

import contextlib
import hashlib
import logging
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from inboxd.errors import Problem
from inboxd.knowledge.articles import Article, load_articles
from inboxd.knowledge.frozen_files import read_tree, write_tree
from inboxd.knowledge.model_export import cache_folder

_log = logging.getLogger(__name__)


def load_known_articles(
    folder: Path, last_good: Sequence[Article] = ()
) -> tuple[tuple[Article, ...], tuple[Problem, ...]]:
    """Return what ``load_articles`` does; without ``last_good`` those that were read last time stand for it."""
    earlier = tuple(last_good) or _kept(folder)
    articles, problems = load_articles(folder, earlier)
    if articles != tuple(earlier):
        _keep(folder, articles)
    return articles, problems


def _kept(folder: Path) -> tuple[Article, ...]:
    """Return the articles of the last time, none when that was another version of the program."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        kept: tuple[Article, ...] = read_tree(_place(folder) / _CODE, Article)
        return kept
    return ()


def _keep(folder: Path, articles: tuple[Article, ...]) -> None:
    place = _place(folder)
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".draft-", dir=place) as scratch:
            draft = Path(scratch) / "articles"
            write_tree(draft, articles)
            for old in place.iterdir():
                if not old.name.startswith("."):
                    shutil.rmtree(old, ignore_errors=True)
            draft.rename(place / _CODE)
    except OSError as error:
        # Nothing is lost but time: the next start parses them again.
        _log.debug("articles cannot be kept: %s", error)


def _place(folder: Path) -> Path:
    return cache_folder() / "articles" / hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:16]


def _code() -> str:
    digest = hashlib.sha256()
    for module in ("articles", "front_matter", "sections"):
        digest.update(Path(__file__).with_name(f"{module}.py").read_bytes())
    return digest.hexdigest()[:16]


# What reads articles: they are read anew by a program that reads them otherwise (as of when this one was loaded).
_CODE = _code()
