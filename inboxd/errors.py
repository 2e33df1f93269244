"""Errors by what the caller must do, not by where they arose."""

from dataclasses import dataclass, replace
from pathlib import Path


class InboxdError(Exception):
    """Base of all errors this program raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file the operator edits: where it stands and what to do about it."""

    file: str
    line: int
    message: str

    def seen_from(self, folder: Path) -> "Problem":
        """Return the problem with its file named as one sees it from ``folder``."""
        path = Path(self.file)
        return replace(self, file=str(path.relative_to(folder))) if path.is_relative_to(folder) else self

    def __str__(self) -> str:
        """Return ``file:line: message``, the form editors jump to."""
        return f"{self.file}:{self.line}: {self.message}"


class ConfigError(InboxdError):
    """The operator must edit a file. Carries all problems at once; exit code 2."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class TransientError(InboxdError):
    """Nothing is wrong with the work itself: try it again later."""


class PermanentError(InboxdError):
    """Trying again is useless: record it and tell someone."""
