import os
import threading
from collections.abc import Iterator

import pytest

from inboxd.worker_link import FrontLink, WorkerStatus

Pipe = tuple[int, int]


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    """The two ends of a pipe; closing them is up to the test."""
    yield os.pipe()


def listening(status: WorkerStatus, descriptor: int, wakes: list[str]) -> threading.Thread:
    thread = threading.Thread(target=status.listen, args=(descriptor, lambda: wakes.append("wake")))
    thread.start()
    return thread


def test_the_front_knows_the_mail_in_work(pipe: Pipe) -> None:
    """What the worker begins is known until it ends; a wake-up in between changes nothing of it."""
    status, wakes = WorkerStatus(), []
    link = FrontLink(pipe[0], pipe[1])
    link.begin(12)
    link.wake()
    os.close(pipe[1])
    listening(status, pipe[0], wakes).join(10)
    assert status.busy is not None
    assert (status.busy.mail_id, wakes) == (12, ["wake"])
    status.forget()
    assert status.busy is None


def test_between_mails_nothing_is_in_work(pipe: Pipe) -> None:
    """After the end of a mail a death of the worker is counted against none."""
    status = WorkerStatus()
    link = FrontLink(pipe[0], pipe[1])
    link.begin(12)
    link.end()
    os.close(pipe[1])
    listening(status, pipe[0], []).join(10)
    assert status.busy is None


def test_lines_cut_anywhere(pipe: Pipe) -> None:
    """A message that arrives in pieces is read whole; one that is cut off by death is not believed."""
    status, wakes = WorkerStatus(), []
    thread = listening(status, pipe[0], wakes)
    for piece in (b"1", b"23\nw", b"\nw\n4", b"5"):
        os.write(pipe[1], piece)
    os.close(pipe[1])
    thread.join(10)
    assert status.busy is not None
    assert (status.busy.mail_id, wakes) == (123, ["wake", "wake"])


def test_the_worker_hears_and_learns_of_the_end(pipe: Pipe) -> None:
    """Every sign of life is work to look for, and told as it is; end-of-file is the end."""
    heard: list[object] = []
    os.write(pipe[1], b"w")
    link = FrontLink(pipe[0], -1)
    thread = threading.Thread(
        target=link.listen, args=(heard.append, lambda: heard.append("work"), lambda: heard.append("end"))
    )
    thread.start()
    os.close(pipe[1])
    thread.join(10)
    os.close(pipe[0])
    assert heard == [b"w", "work", b"", "end"]


def test_a_front_that_is_gone_is_no_fault(pipe: Pipe) -> None:
    """A worker that speaks to nobody goes on quietly; it is told of the end another way."""
    os.close(pipe[0])
    link = FrontLink(-1, pipe[1])
    link.begin(1)
    link.wake()
    link.end()
    os.close(pipe[1])


def test_stages_go_with_the_end_of_a_mail(pipe: Pipe) -> None:
    """What each stage took arrives with the end of the mail; what is cut off or no number is left out."""
    told: list[tuple[str, float]] = []
    status = WorkerStatus(lambda stage, seconds: told.append((stage, seconds)))
    link = FrontLink(pipe[0], pipe[1])
    link.begin(12)
    link.end([("parse", 0.25), ("apply", 1.5)])
    os.write(pipe[1], b"s match:x thread \xff:1 decide:0.5\ns parse:")
    os.close(pipe[1])
    listening(status, pipe[0], []).join(10)
    assert status.busy is None
    assert [one for one in told if one[0].isascii()] == [("parse", 0.25), ("apply", 1.5), ("decide", 0.5)]
