"""Automatic answers with what they stated and what was said of them."""

import datetime as dt
from typing import Any

from inboxd.core.digest_week import AutomaticAnswer
from inboxd.store.engine import read
from inboxd.store.stated import automatic_answers

DAY = dt.timedelta(days=1)


def test_answers_and_what_was_said_of_them(stage: Any, mail: Any) -> None:
    """Each answer that went out by itself has its confidence; thanks are heard, `#wrong` is a complaint, silence nothing."""
    began = stage.clock()
    for at, name in enumerate(("silent", "glad", "cross")):
        stage.shelf.knows("export-data", 0.90 + at / 100)
        stage.take(mail(subject=name, from_=f"{name}@{name}.test"))
        stage.clock.advance(minutes=5)
    stage.shelf.matches = ()
    answers = {one.queued.recipients[0]: one for one in stage.written("answer")}
    stage.reply(answers["glad@glad.test"], "Thanks a lot, that helped!")
    stage.reply(answers["cross@cross.test"], "That is not what I asked.")
    stage.reply(stage.written("notification")[-1], "#wrong")
    stage.take(mail("By hand", subject="Other", from_="other@other.test"))
    with read(stage.desk.engine) as connection:
        found = automatic_answers(connection, began, stage.clock() + DAY)
        assert automatic_answers(connection, stage.clock() + DAY, stage.clock() + 2 * DAY) == []
    assert found == [
        AutomaticAnswer(0.90),
        AutomaticAnswer(0.91, wrong=False, heard=True),
        AutomaticAnswer(0.92, wrong=True, heard=True),
    ]
