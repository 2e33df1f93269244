"""Noticing that the operator saved a file: names, sizes and times of his rules, templates, articles and customers."""

from dataclasses import dataclass
from pathlib import Path

from inboxd.config import Config
from inboxd.rules_in_git import head_log

Signature = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """Which of the watched files and folders changed since the last look."""

    rules: bool
    articles: bool
    customers: bool = False


class WatchedFiles:
    """Remembers what the folders looked like; a look costs a ``stat`` per file."""

    def __init__(self, config: Config) -> None:
        self._rules = config.rules
        self._articles = config.kb.path
        self._customers = config.customers.file
        self._commits = head_log(self._rules)
        self._seen = self._look()

    def changed(self) -> Changed:
        """Return what changed since the last call."""
        now = self._look()
        before, self._seen = self._seen, now
        # Rules name articles, so a new or removed article may mend or break a rule.
        return Changed(
            rules=now[:3] != before[:3], articles=now[1] != before[1], customers=now[3] != before[3]
        )

    def _look(self) -> tuple[Signature, Signature, Signature, Signature]:
        # A commit changes no file, but the revision that decisions are stored with.
        commits = _file_signature(self._commits) if self._commits else ()
        rules, articles = folder_signature(self._rules), folder_signature(self._articles)
        return rules, articles, commits, _file_signature(self._customers)


def folder_signature(folder: Path) -> Signature:
    """Return name, size and time of every file below a folder: it differs once anything was saved."""
    files = sorted(folder.rglob("*")) if folder.is_dir() else ()
    return tuple(entry for path in files for entry in _file_signature(path))


def _file_signature(path: Path) -> Signature:
    try:
        status = path.stat()
    except FileNotFoundError:
        # Editors save by writing a second file and renaming it; what is gone now was never there.
        return ()
    return ((str(path), status.st_size, status.st_mtime_ns),)
