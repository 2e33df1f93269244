"""The progress bar of a first walk through a large folder, for a person who waits for ``run --until-idle``."""

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from inboxd.intake.imap_folder import Progress

Show = Callable[[Progress], None]


@contextlib.contextmanager
def progress_bar() -> Iterator[Show | None]:
    """Yield what shows progress on stderr, one line per folder; None where no person looks at it."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Bar(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        lines: dict[str, TaskID] = {}

        def show(progress: Progress) -> None:
            if progress.folder not in lines:
                lines[progress.folder] = bar.add_task(progress.folder, total=progress.last_uid)
            bar.update(lines[progress.folder], completed=progress.uid, total=progress.last_uid)

        yield show
