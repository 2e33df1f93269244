"""Noticing that the operator saved a file: names, sizes and times of his rules, templates and articles."""

from dataclasses import dataclass
from pathlib import Path

from inboxd.config import Config

Signature = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """Which of the watched folders changed since the last look."""

    rules: bool
    articles: bool


class WatchedFiles:
    """Remembers what the folders looked like; a look costs a ``stat`` per file."""

    def __init__(self, config: Config) -> None:
        self._rules = config.rules
        self._articles = config.kb.path
        self._seen = (folder_signature(self._rules), folder_signature(self._articles))

    def changed(self) -> Changed:
        """Return what changed since the last call."""
        now = (folder_signature(self._rules), folder_signature(self._articles))
        before, self._seen = self._seen, now
        # Rules name articles, so a new or removed article may mend or break a rule.
        return Changed(rules=now != before, articles=now[1] != before[1])


def folder_signature(folder: Path) -> Signature:
    """Return name, size and time of every file below a folder: it differs once anything was saved."""
    found = []
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        try:
            status = path.stat()
        except FileNotFoundError:
            # Editors save by writing a second file and renaming it; what is gone now was never there.
            continue
        found.append((str(path), status.st_size, status.st_mtime_ns))
    return tuple(found)
