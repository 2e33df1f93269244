from dataclasses import replace
from pathlib import Path
from typing import Any

from inboxd.jobs.digest import build_digest
from inboxd.jobs.gaps import TOLD_AT, draft_gaps, look_for_gaps, note_gaps


def answer_by_hand(stage: Any, mail: Any, times: int) -> None:
    """Let operators answer one question of several customers in their own words."""
    for number in range(times):
        stage.take(
            mail("Do you ship boxes to Norway?", subject="Shipping", from_=f"Eve <eve@customer{number}.test>")
        )
        told = next(one for one in reversed(stage.written("notification")) if "[#" in one.queued.subject)
        stage.reply(told, "We ship boxes to Norway within five working days.")
        stage.clock.advance(minutes=30)


def test_the_digest_names_what_is_asked_again_and_again(lite_stage: Any, mail: Any) -> None:
    """After three answers by hand to one question the digest says that an article is missing; after two it does not."""
    answer_by_hand(lite_stage, mail, TOLD_AT - 1)
    note_gaps(lite_stage.desk, None, lite_stage.clock())
    assert build_digest(lite_stage.desk, "ada@acme.test", lite_stage.clock()).gaps == ()
    lite_stage.take(mail("Do you ship boxes to Norway?", subject="Shipping", from_="Eve <eve@new.test>"))
    told = lite_stage.written("notification")[-1]
    lite_stage.reply(told, "We ship boxes to Norway within five working days.")
    note_gaps(lite_stage.desk, None, lite_stage.clock())
    (gap,) = build_digest(lite_stage.desk, "ada@acme.test", lite_stage.clock()).gaps
    assert (gap.question, gap.times) == ("Do you ship boxes to Norway?", 3)


def test_a_question_with_an_article_is_no_gap(lite_stage: Any, mail: Any) -> None:
    """What was answered with ``#kb`` has its article, however often it was answered by hand besides."""
    lite_stage.shelf.knows("shipping", 0.3, sure=False)
    for number in range(3):
        lite_stage.take(mail("Do you ship boxes to Norway?", from_=f"Eve <eve@customer{number}.test>"))
        told = lite_stage.written("notification")[-1]
        lite_stage.reply(told, "#kb shipping\n\nWe do ship to Norway.")
        lite_stage.clock.advance(minutes=30)
    assert look_for_gaps(lite_stage.desk, None, 2) == ()


def test_no_password_gets_into_a_draft(lite_stage: Any, mail: Any) -> None:
    """A password, a card or an account in a question or an answer is in no draft of an article."""
    for number in range(3):
        asked = "Do you ship boxes to Norway? My password: hunterxx, IBAN DE89 3704 0044 0532 0130 00"
        lite_stage.take(mail(asked, subject="Shipping", from_=f"Eve <eve@customer{number}.test>"))
        told = next(one for one in reversed(lite_stage.written("notification")) if "[#" in one.queued.subject)
        lite_stage.reply(told, "We ship boxes to Norway. Your new password is: swordfish")
        lite_stage.clock.advance(minutes=30)
    (gap,) = look_for_gaps(lite_stage.desk, None, 3)
    assert not [word for word in ("hunterxx", "DE89", "swordfish") if word.lower() in repr(gap).lower()]


def test_a_draft_that_became_an_article_is_no_gap(lite_stage: Any, mail: Any, tmp_path: Path) -> None:
    """Whoever moves a draft among the articles is not told of it again, even where nothing is sure yet."""
    lite_stage.configure(kb=replace(lite_stage.desk.config.kb, path=tmp_path / "kb"))
    answer_by_hand(lite_stage, mail, TOLD_AT)
    (drafted,) = draft_gaps(lite_stage.desk, look_for_gaps(lite_stage.desk, None, TOLD_AT))
    assert drafted.written
    drafted.file.rename(drafted.file.parent.parent / "shipping-abroad.md")
    assert look_for_gaps(lite_stage.desk, None, TOLD_AT) == ()
