"""The progress bar of an import, on stderr and only where a person looks at it."""

import contextlib
from collections.abc import Iterator

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn


class Bar:
    """What is done now and how far it is; silent where nobody looks."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._task = TaskID(0)
        self._part = ""

    def begin(self, name: str, total: int | None) -> None:
        """Begin a part of the work, of so many steps; None where nobody knows how many."""
        if self._progress is not None:
            self._task = self._progress.add_task(name, total=total)

    def reach(self, position: int) -> None:
        """Show that so many steps are done."""
        if self._progress is not None:
            self._progress.update(self._task, completed=position)

    def follow(self, part: str, position: int, total: int) -> None:
        """Show how far one of several parts is, such as a folder; a new one is begun where it is named first."""
        if part != self._part:
            self._part = part
            self.begin(part, total)
        self.reach(position)


@contextlib.contextmanager
def import_bar() -> Iterator[Bar]:
    """Yield a bar that is gone when the block ends."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Bar(None)
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as progress:
        yield Bar(progress)
