"""The index kept on disk: a desk whose articles, evidence and model are the same has it back without computing.

Everything here can be made again; it lies under the user's cache, one index per desk, readable by nobody else.
"""

import contextlib
import hashlib
import json
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from inboxd.knowledge.articles import Article
from inboxd.knowledge.embed import Embedder
from inboxd.knowledge.frozen_files import DOCUMENT, read_tree, write_tree
from inboxd.knowledge.index import Index
from inboxd.knowledge.model_export import cache_folder
from inboxd.knowledge.seen_mails import Asked
from inboxd.knowledge.shelf import Learnt, Shelf

# Desks that are gone leave their index behind.
_UNUSED_SECONDS = 30 * 24 * 3600

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class IndexCache:
    """Where the index of one desk is kept; ``desk`` is any text no other desk on this machine has."""

    desk: str

    def load(
        self,
        articles: Sequence[Article],
        embedder: Embedder | None,
        learnt: Sequence[Learnt],
        asked: Sequence[Asked] | None = None,
    ) -> Index | None:
        """Return the kept index of exactly these articles, evidence and model, or None when there is none.

        Of exactly the mails ``asked``, too, but where they are None: mails seen since only move a threshold a little.
        """
        key = _key(articles, embedder, learnt)
        folders = self._folder.glob(f"{key}-*") if asked is None else [self._folder / f"{key}-{_mark(asked)}"]
        folder = next((one for one in folders if (one / DOCUMENT).is_file()), None)
        if folder is None:
            return None
        try:
            known = {article.slug: article for article in articles}
            shelves = tuple(
                replace(shelf, articles=tuple(known[slug] for slug in slugs))
                for slugs, shelf in read_tree(folder, Shelf)
            )
            os.utime(self._folder)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            _log.warning("the kept index cannot be used: %s", error, extra={"action": "index_cache_broken"})
            # It would stand in the way of the one that is built now.
            shutil.rmtree(folder, ignore_errors=True)
            return None
        return Index(tuple(articles), shelves, embedder)

    def keep(self, index: Index, learnt: Sequence[Learnt], asked: Sequence[Asked] = ()) -> Index:
        """Keep an index in place of the desk's last one; return it as it lies on disk, which takes less memory.

        Where it cannot be kept (no space, no right to write) the index itself is returned.
        """
        name = f"{_key(index.articles, index.embedder, learnt)}-{_mark(asked)}"
        try:
            self._write(name, index.shelves)
        except OSError as error:
            _log.warning("the index cannot be kept: %s", error, extra={"action": "index_cache_failed"})
            return index
        kept = self.load(index.articles, index.embedder, learnt, asked)
        return index if kept is None else replace(kept, new_vectors=index.new_vectors)

    def forget(self) -> None:
        """Remove what is kept: words of somebody who is erased may be in it, and it is made again."""
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _folder(self) -> Path:
        return cache_folder() / "indexes" / hashlib.sha256(self.desk.encode()).hexdigest()[:16]

    def _write(self, name: str, shelves: tuple[Shelf, ...]) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".draft-", dir=self._folder) as scratch:
            draft = Path(scratch) / "index"
            # Articles come from their files each time; only which and in what order is kept.
            slugs = [tuple(article.slug for article in shelf.articles) for shelf in shelves]
            bare = [replace(shelf, articles=()) for shelf in shelves]
            write_tree(draft, tuple(zip(slugs, bare, strict=True)))
            # The other process of this desk may have been faster; both made the same.
            with contextlib.suppress(OSError):
                draft.rename(self._folder / name)
        with contextlib.suppress(OSError):
            self._forget_others(name)

    def _forget_others(self, name: str) -> None:
        """Remove the desk's earlier indexes (a customer's erased words must not live on here), and forsaken desks'."""
        for folder in self._folder.iterdir():
            if folder.name != name and not folder.name.startswith("."):
                shutil.rmtree(folder, ignore_errors=True)
        now = time.time()  # noqa: TID251  compared with times of files, not with the desk's clock
        for folder in self._folder.parent.iterdir():
            if now - folder.stat().st_mtime > _UNUSED_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)


def _key(articles: Sequence[Article], embedder: Embedder | None, learnt: Sequence[Learnt]) -> str:
    """Return a name that is another one once anything the index was made of is."""
    made_of = [
        _CODE,
        embedder.name if embedder else "",
        [
            (one.slug, one.phrasings, one.lang, [(part.heading, part.text) for part in one.passages])
            for one in articles
        ],
        [(one.text, one.article) for one in learnt],
    ]
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:32]


def _mark(asked: Sequence[Asked]) -> str:
    return hashlib.sha256(json.dumps(list(asked)).encode()).hexdigest()[:16]


def _code() -> str:
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".py", ".json", ".txt"}:
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


# The program that makes an index: one of another version is never taken. Read with the program itself, not when it is
# asked for: an upgrade may have replaced the files of a daemon that still runs.
_CODE = _code()
