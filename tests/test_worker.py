import threading
from types import SimpleNamespace
from typing import Any

from inboxd.jobs.calendar import JOBS, Job
from inboxd.worker import Worker


def test_a_long_job_runs_beside_the_mails(lite_stage: Any) -> None:
    """A job marked so does not keep the worker from its mails, runs once at a time, and may fail."""
    began, go_on = threading.Event(), threading.Event()
    runs: list[str] = []

    def slow(_desk: Any, _now: Any) -> int:
        runs.append(threading.current_thread().name)
        began.set()
        go_on.wait(5)
        raise RuntimeError("no luck")

    worker = Worker(lite_stage.desk, SimpleNamespace(begin=lambda _mail: None, end=lambda: None, wake=None))  # type: ignore[arg-type]
    job = Job("slow", slow, 60, beside=True)
    worker.take_job(job)
    worker.take_job(job)
    assert worker.step()
    assert began.wait(5)
    assert worker.step()
    assert worker.step() is False
    go_on.set()
    for thread in [one for one in threading.enumerate() if one.name == "slow"]:
        thread.join(5)
    assert runs == ["slow"]


def test_learning_runs_beside() -> None:
    """Learning builds the index twice, so it is a job that runs beside the mails."""
    assert "learn" in [job.name for job in JOBS if job.beside]
