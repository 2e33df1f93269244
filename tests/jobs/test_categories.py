from typing import Any

from inboxd.core.categories import Category
from inboxd.jobs.categories import LEAST, learn_categories
from inboxd.store import corrections
from inboxd.store.engine import read

CATEGORIES = (
    Category("billing", "invoices and payments", ("I was charged twice this month",), 0.4),
    Category("bug", "something fails", ("The app crashes when I open a project",), 0.6),
)
QUESTIONS = (
    "The green button on the second page is gone since Monday",
    "On the second page there is no green button any more",
    "Since Monday I miss the green button on the second page",
    "Where is the green button of the second page since Monday?",
    "The second page has lost its green button on Monday",
)


def put_right(stage: Any, mail: Any, questions: tuple[str, ...], category: str) -> None:
    """Let customers ask and an operator say what each question is about."""
    stage.desk.active.replace(categories=CATEGORIES)
    for number, text in enumerate(questions):
        stage.take(mail(text, subject=f"Matter {number}", from_=f"c@c{number}{category}.test"))
        told = stage.written("notification")[-1]
        stage.reply(told, f"#category {category}", from_=told.queued.recipients[0])


def test_better_corrections_are_adopted(stage: Any, mail: Any) -> None:
    """Corrections by which other tickets come out right count from then on, and a like question gets their category."""
    put_right(stage, mail, QUESTIONS, "bug")
    assert learn_categories(stage.desk, stage.clock()) == LEAST
    assert learn_categories(stage.desk, stage.clock()) == 0
    mail_id = stage.take(
        mail("The green button of the second page is gone", subject="Button", from_="z@z.test")
    )
    said = stage.stored(mail_id).decision["facts"]["category"]
    assert (said["name"], said["nearest"][0], said["by"]) == ("bug", "#", "words")
    assert stage.tickets[-1].category == "bug"


def test_useless_corrections_are_not(stage: Any, mail: Any) -> None:
    """Corrections that help no other ticket are tried once and do not count."""
    odd = ("Apples", "Trains to Rome", "A violin concerto", "Snow in the mountains", "Painting walls")
    put_right(stage, mail, odd, "billing")
    assert learn_categories(stage.desk, stage.clock()) == 0
    with read(stage.desk.engine) as connection:
        assert corrections.adopted(connection) == frozenset()
        assert len(corrections.tried(connection)) == len(odd)


def test_too_few_wait(stage: Any, mail: Any) -> None:
    """Under five corrections nothing is tried; without categories there is nothing to learn."""
    put_right(stage, mail, QUESTIONS[:3], "bug")
    assert learn_categories(stage.desk, stage.clock()) == 0
    stage.desk.active.replace(categories=())
    assert learn_categories(stage.desk, stage.clock()) == 0
    with read(stage.desk.engine) as connection:
        assert corrections.tried(connection) == frozenset()
