"""The progress bar of an import."""

import io

from rich.console import Console
from rich.progress import Progress, TextColumn

from inboxd.commands.import_bar import Bar


def test_each_part_of_the_work_is_shown_once() -> None:
    """A part that is named again goes on; one of unknown length only counts."""
    screen = io.StringIO()
    progress = Progress(
        TextColumn("{task.description} {task.completed}/{task.total}"), console=Console(file=screen)
    )
    bar = Bar(progress)

    for folder, uid in (("INBOX", 1), ("INBOX", 5), ("Sent", 2)):
        bar.follow(folder, uid, 5)
    bar.begin("tickets", None)
    bar.reach(3)

    assert [(one.description, one.completed, one.total) for one in progress.tasks] == [
        ("INBOX", 5, 5),
        ("Sent", 2, 5),
        ("tickets", 3, None),
    ]


def test_where_nobody_looks_nothing_is_shown() -> None:
    """The same calls, without a bar."""
    bar = Bar(None)
    bar.begin("reading", 3)
    bar.follow("INBOX", 1, 3)
    bar.reach(3)
