import datetime as dt
import threading
from types import SimpleNamespace
from typing import Any

from inboxd import worker as worker_module
from inboxd.core.outcome import Learnt
from inboxd.giving_way import MORE_COMES, WORK
from inboxd.jobs.calendar import JOBS, Job
from inboxd.store import learnt
from inboxd.store.customer_listing import find_listing
from inboxd.store.engine import read, write
from inboxd.worker import Worker

MONDAY = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)


def idle_worker(stage: Any) -> Worker:
    """Return a worker whose front hears nothing."""
    link = SimpleNamespace(begin=lambda _mail: None, end=lambda _stages=(): None, wake=None)
    return Worker(stage.desk, link)  # type: ignore[arg-type]


def test_a_long_job_runs_beside_the_mails(lite_stage: Any) -> None:
    """A job marked so does not keep the worker from its mails, runs once at a time, and may fail."""
    began, go_on = threading.Event(), threading.Event()
    runs: list[str] = []

    def slow(_desk: Any, _now: Any) -> int:
        runs.append(threading.current_thread().name)
        began.set()
        go_on.wait(5)
        raise RuntimeError("no luck")

    link = SimpleNamespace(begin=lambda _mail: None, end=lambda _stages: None, wake=None)
    worker = Worker(lite_stage.desk, link)  # type: ignore[arg-type]
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


def test_mails_wait_while_more_is_taken_in(lite_stage: Any, mail: Any) -> None:
    """Told that the front takes in more, the worker begins no mail before the front is done; then it does."""
    mail_id = lite_stage.accept(mail())
    begun: list[int] = []
    link = SimpleNamespace(begin=begun.append, end=lambda _stages=(): None, wake=None)
    worker = Worker(lite_stage.desk, link)  # type: ignore[arg-type]
    begun_by_then: list[list[int]] = []

    def be_done() -> None:
        begun_by_then.append(begun.copy())
        worker.way.hear(WORK)

    front = threading.Timer(0.1, be_done)
    worker.way.hear(MORE_COMES)
    front.start()
    assert worker.step()
    front.join()
    assert (begun_by_then, begun) == ([[]], [mail_id])


def test_the_calendar_is_anothers(lite_stage: Any) -> None:
    """While another daemon has the calendar a job that is due is not run here; when this one has it, under its term."""
    ran: list[Any] = []
    terms: dict[str, int] = {}
    worker = idle_worker(lite_stage)
    leaders = SimpleNamespace(term=terms.get, fenced=lambda name, term: (name, term))
    worker.company = SimpleNamespace(leaders=leaders, is_alone=lambda: False)  # type: ignore[assignment]
    job = Job("due", lambda desk, _now: bool(ran.append(desk.engine)), 60)
    worker.take_job(job)
    assert worker.step()
    assert ran == []
    terms["calendar"] = 3
    worker.take_job(job)
    assert worker.step()
    assert ran == [("calendar", 3)]


def test_what_another_daemon_learnt(lite_stage: Any, monkeypatch: Any) -> None:
    """When the daemon with the calendar let evidence count, the others build their index anew; asked once a minute."""
    built: list[Any] = []
    monkeypatch.setattr(worker_module, "load_in_background", lambda *given: built.append(given))
    monkeypatch.setattr(worker_module, "_LEARNT_SECONDS", 0.0)
    worker = idle_worker(lite_stage)
    terms: dict[str, int] = {}
    worker.company = SimpleNamespace(leaders=SimpleNamespace(term=terms.get), is_alone=lambda: False)  # type: ignore[assignment]
    worker.reload()
    with write(lite_stage.desk.engine) as connection:
        learnt.add(connection, Learnt("export", "How?", "test"), MONDAY, None, adopted=True)
    assert built == []
    worker.reload()
    worker.reload()
    assert len(built) == 1


def test_a_model_that_was_tuned_elsewhere_is_loaded(lite_stage: Any, monkeypatch: Any) -> None:
    """``kb tune`` and its ``--revert`` hold for a desk that runs; whether one was given is asked once a minute."""
    built: list[Any] = []
    monkeypatch.setattr(worker_module, "load_in_background", lambda *given: built.append(given))
    worker = idle_worker(lite_stage)
    monkeypatch.setattr(lite_stage.shelf, "is_outdated", lambda: True, raising=False)
    worker.reload()
    assert built == []
    monkeypatch.setattr(worker_module, "_MODEL_SECONDS", 0.0)
    worker.reload()
    assert len(built) == 1


def test_a_worker_that_stands_still_says_so(lite_stage: Any, monkeypatch: Any) -> None:
    """The loop turns as long as its last turn is not long ago; then whoever depends on it must not count on it."""
    worker = idle_worker(lite_stage)
    before = worker.turns()
    monkeypatch.setattr(worker_module, "_LONGEST_TURN", 0.0)
    assert (before, worker.turns()) == (True, False)


def test_learning_runs_beside() -> None:
    """Learning builds the index twice, so it is a job that runs beside the mails."""
    assert "learn" in [job.name for job in JOBS if job.beside]


def test_a_saved_file_of_customers_holds(lite_stage: Any) -> None:
    """It is taken over at the next look, also at the first; a broken one changes nothing and is told."""
    worker, file = idle_worker(lite_stage), lite_stage.desk.config.customers.file
    told: list[Any] = []
    worker.take_problems = told.append  # type: ignore[method-assign]

    def plan() -> str:
        with read(lite_stage.desk.engine) as connection:
            found = find_listing(connection, "carla@customer.test")
        return found.fields["plan"] if found else ""

    for text, expected in (("pro", "pro"), ("free", "free"), ("gold\nnobody", "free")):
        file.write_text(f"address,plan\ncarla@customer.test,{text}\n", encoding="utf-8")
        worker.reload()
        assert plan() == expected
    (problems,) = told
    assert [(one.line, one.message) for one in problems] == [(3, "'nobody' is no e-mail address")]
