import datetime as dt
from types import SimpleNamespace
from typing import Any

from inboxd.core.outcome import Learnt
from inboxd.core.ticket import Event
from inboxd.jobs.digest import build_digest
from inboxd.jobs.learn import learn, promote
from inboxd.knowledge.learning import Lesson, Score
from inboxd.store import learnt, standings, tickets
from inboxd.store.engine import read, write

DAY = {"hours": 25}


def evidence(stage: Any) -> list[tuple[str | None, str, bool, float]]:
    """Return article, source, rightness and weight of all evidence."""
    with read(stage.desk.engine) as connection:
        found = [one.learnt for one in learnt.list_stored(connection)]
    return [(one.article, one.source, one.right, one.weight) for one in found]


def texts(stage: Any) -> str:
    """Return all that was learnt, in lower case."""
    with read(stage.desk.engine) as connection:
        return "\n".join(one.learnt.text for one in learnt.list_stored(connection)).lower()


def run(stage: Any, **span: float) -> int:
    """Let time pass and learn."""
    return learn(stage.desk, stage.clock.advance(**(span or DAY)))


def answered(stage: Any, mail: Any, reply: str, number: int = 1) -> None:
    """Let one customer be answered from the article ``export-data`` and write back."""
    stage.shelf.knows("export-data")
    stage.shelf.articles["export-data"] = SimpleNamespace(slug="export-data", revision="r1")
    stage.take(mail(from_=f"Carla Kent <carla@customer{number}.test>"))
    *_, answer = stage.written("answer")
    if reply:
        stage.reply(answer, reply)


def test_a_complaint_is_evidence_against_the_article(lite_stage: Any, mail: Any) -> None:
    """Who says after an automatic answer that it is not it speaks against the article; who asks on, hardly."""
    answered(lite_stage, mail, "That is not what I asked.", 1)
    answered(lite_stage, mail, "And how long does the export take?", 2)
    assert run(lite_stage) == 2
    assert evidence(lite_stage) == [
        ("export-data", "wrote_back", False, 0.7),
        ("export-data", "wrote_back_unclear", False, 0.2),
    ]


def test_thanks_are_evidence_for_it(lite_stage: Any, mail: Any) -> None:
    """A thank-you after an automatic answer speaks for the article."""
    answered(lite_stage, mail, "Thanks, that worked!")
    run(lite_stage)
    assert evidence(lite_stage) == [("export-data", "thanks", True, 0.8)]


def test_learning_twice_learns_nothing_new(lite_stage: Any, mail: Any) -> None:
    """A run that is repeated, at once or after a crash before it was noted, adds nothing."""
    answered(lite_stage, mail, "That is not what I asked.")
    assert run(lite_stage) > 0
    assert learn(lite_stage.desk, lite_stage.clock()) == 0
    with write(lite_stage.desk.engine) as connection:
        connection.exec_driver_sql("delete from job_run")
    learn(lite_stage.desk, lite_stage.clock())
    assert len(evidence(lite_stage)) == 1


def test_drafts_weigh_by_their_distance(lite_stage: Any, mail: Any) -> None:
    """A draft that was sent nearly as it was says that its article was right; a deleted one says little."""
    lite_stage.take(mail())
    with write(lite_stage.desk.engine) as connection:
        for kind, detail in (
            ("draft.sent", {"article": "export-data", "distance": 0.1}),
            ("draft.deleted", {"article": "import-data"}),
        ):
            tickets.add_event(connection, Event(kind, detail), lite_stage.clock(), ticket_number=1)
    run(lite_stage)
    assert evidence(lite_stage) == [
        ("export-data", "draft.sent", True, 0.9),
        ("import-data", "draft.deleted", False, 0.2),
    ]


def test_an_answer_by_hand_says_that_no_article_fits(lite_stage: Any, mail: Any) -> None:
    """A question the operator answered in his own words, with no article named, belongs to none."""
    lite_stage.take(mail("Are you hiring at the moment?", subject="Jobs"))
    notification, *_ = lite_stage.written("notification")
    lite_stage.reply(notification, "#solved\n\nNo, sorry.")
    assert lite_stage.ticket().status == "solved"
    run(lite_stage)
    assert evidence(lite_stage) == [(None, "by_hand", True, 0.6)]


def test_nothing_personal_is_kept(lite_stage: Any, mail: Any) -> None:
    """What is learnt from a mail names neither the customer nor his order, his address or his account."""
    lite_stage.shelf.knows("export-data")
    body = "Hello,\nmy name is Carla Kent, order 20931. How do I export my data from kent@customer.test?\n\nCarla"
    lite_stage.take(mail(body, from_="Carla Kent <carla@customer.test>"))
    with write(lite_stage.desk.engine) as connection:
        learnt.add(connection, Learnt("export-data", body, "#kb"), lite_stage.clock(), 1)
    assert "carla" in texts(lite_stage)
    run(lite_stage)
    said = texts(lite_stage)
    assert "export my data" in said
    assert not [secret for secret in ("carla", "kent", "20931", "customer") if secret in said]


def test_complaints_demote_an_article(lite_stage: Any, mail: Any) -> None:
    """An article with complaints above its bound is demoted, the digest says so, and ``kb promote`` brings it back."""
    for number in range(3):
        answered(lite_stage, mail, "That is not what I asked." if number else "", number)
    run(lite_stage)
    with read(lite_stage.desk.engine) as connection:
        standing = standings.load_all(connection)["export-data"]
    assert (standing.answers, standing.complaints) == (3, 2)
    assert standing.demoted_at == lite_stage.clock()
    lines = build_digest(lite_stage.desk, "ada@acme.test", lite_stage.clock()).incidents
    assert [(one.kind, one.what) for one in lines if one.kind == "demoted"] == [("demoted", "export-data")]

    assert promote(lite_stage.desk, "export-data", lite_stage.clock.advance(hours=1))
    assert not promote(lite_stage.desk, "no-such-article", lite_stage.clock())
    run(lite_stage)
    with read(lite_stage.desk.engine) as connection:
        standing = standings.load_all(connection)["export-data"]
    assert (standing.demoted_at, standing.answers) == (None, 0)


def test_an_edited_article_begins_anew(lite_stage: Any, mail: Any) -> None:
    """Once its file is another, a demoted article may be sent again, and old complaints count no more."""
    for number in range(2):
        answered(lite_stage, mail, "That is not what I asked.", number)
    run(lite_stage)
    assert lite_stage.events("article_demoted")
    lite_stage.shelf.articles["export-data"] = SimpleNamespace(slug="export-data", revision="r2")
    run(lite_stage)
    assert [one.detail["by"] for one in lite_stage.events("article_restored")] == ["edited"]


def test_evidence_is_tried_once_it_is_enough_or_old(lite_stage: Any, mail: Any, monkeypatch: Any) -> None:
    """The knowledge base tries fresh evidence when ten pieces wait or one is a day old, and the same only once."""
    tried: list[dt.datetime] = []

    def study(now: dt.datetime) -> Lesson:
        tried.append(now)
        return Lesson(1, 20, Score(5, 0), Score(3, 2), adopted=False, why="worse")

    monkeypatch.setattr(lite_stage.shelf, "learn", study, raising=False)
    answered(lite_stage, mail, "That is not what I asked.")
    run(lite_stage, hours=1)
    assert tried == []
    run(lite_stage)
    run(lite_stage)
    assert len(tried) == 1
    assert lite_stage.events("learnt")[0].detail["why"] == "worse"
