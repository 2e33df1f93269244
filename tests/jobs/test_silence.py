"""A desk whose own mails show too many wrong answers sends none, and says so every morning."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import numpy as np

from inboxd.jobs.digest import build_digest
from inboxd.jobs.learn import learn
from inboxd.jobs.silence import note_silence
from inboxd.knowledge.confidence import load_calibrator
from inboxd.knowledge.space import Script
from inboxd.knowledge.threshold import Record

DAY = dt.timedelta(days=1)


def index_of(*wrong: int) -> Any:
    """Return an index of one shelf per number: of sixty mails of its own, each surely answered, so many wrongly."""
    shelves = [
        SimpleNamespace(
            calibrator=load_calibrator(Script.ENGLISH),
            own=Record(np.full(60, 0.9999), np.arange(60) >= number, np.ones(60, np.bool_)),
        )
        for number in wrong
    ]
    return SimpleNamespace(shelves=shelves, embedder=None)


def silent(stage: Any, now: dt.datetime) -> list[dt.datetime]:
    """Return since when the digest says that nothing is answered by itself."""
    view = build_digest(stage.desk, "ada@acme.test", now)
    return [one.at for one in view.incidents if one.kind == "silent"]


def test_it_is_told_every_morning_until_it_is_over(stage: Any) -> None:
    """The digest says since when; once enough answers are right again it says nothing."""
    began = stage.clock()
    for days in range(3):
        note_silence(stage.desk, index_of(40), began + days * DAY)
        assert silent(stage, began + days * DAY) == [began]
    note_silence(stage.desk, index_of(0), began + 3 * DAY)
    assert silent(stage, began + 3 * DAY) == []
    note_silence(stage.desk, index_of(40), began + 4 * DAY)
    assert silent(stage, began + 4 * DAY) == [began + 4 * DAY]


def test_one_script_that_is_silent_is_enough(lite_stage: Any) -> None:
    """Who writes in two scripts hears of the one in which nothing is answered."""
    note_silence(lite_stage.desk, index_of(0, 40), lite_stage.clock())
    assert silent(lite_stage, lite_stage.clock()) == [lite_stage.clock()]


def test_few_mails_silence_nothing(lite_stage: Any) -> None:
    """A desk without any mail of its own, or without articles, is not silent for that."""
    for index in (index_of(), index_of(0)):
        note_silence(lite_stage.desk, index, lite_stage.clock())
    assert silent(lite_stage, lite_stage.clock()) == []


def test_learning_looks_and_the_mail_says_it_in_words(lite_stage: Any, mail: Any) -> None:
    """Whenever the desk has learnt it is looked at, and both digests have words for it."""
    lite_stage.take(mail())
    lite_stage.shelf.index = index_of(40)
    lite_stage.shelf.look_again = lambda: None
    learn(lite_stage.desk, lite_stage.clock())
    view = build_digest(lite_stage.desk, "ada@acme.test", lite_stage.clock() + DAY)
    for language, word in (("en", "only suggested"), ("zh", "仅作建议")):
        text = lite_stage.desk.active.templates.render("digest", language, view).text
        assert word in text
        assert "none is sent by itself" in text
