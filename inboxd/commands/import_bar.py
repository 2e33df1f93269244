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

    def begin(self, name: str, total: int) -> None:
        """Begin a part of the work, of so many steps."""
        if self._progress is not None:
            self._task = self._progress.add_task(name, total=total)

    def reach(self, position: int) -> None:
        """Show that so many steps are done."""
        if self._progress is not None:
            self._progress.update(self._task, completed=position)


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
