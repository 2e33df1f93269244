from dataclasses import replace

from inboxd.knowledge.articles import Article
from inboxd.knowledge.revisions import changes, relied_on

OLD = Article(
    *("refund", "Refunds", (), (), (), "en", True, ()),
    body="You have **14 days**. Open [Billing](https://acme.test/b) and press Refund.\n\n## Cards\n\nIt takes a week.",
    file="refund.md",
    revision="1",
)
ANSWER = "Hello Carla,\n\nYou have 14 days. Open Billing and press Refund.\n\nCards\n\nIt takes a week.\n"


def test_an_answer_that_quotes_what_is_gone() -> None:
    """A sentence of the old text that is no longer there is what an answer relied on; Markdown does not count."""
    new = replace(OLD, body=OLD.body.replace("14 days", "30 days"))
    (change,) = changes([OLD], [new])
    assert change.gone == ("You have **14 days**.",)
    assert relied_on(change, ANSWER) == change.gone
    assert relied_on(change, ANSWER.replace("14 days", "30 days")) == ()


def test_nothing_changed() -> None:
    """An article whose words are the same has not changed, whatever its marks; nor has a new one."""
    same = replace(OLD, body=OLD.body.replace("**", ""))
    assert changes([OLD], [same, replace(OLD, slug="new")]) == ()


def test_what_was_added_is_missing_in_older_answers() -> None:
    """Where something was only added, an answer without it relied on the shorter text."""
    (change,) = changes([OLD], [replace(OLD, body=f"{OLD.body} Except for licences.")])
    assert relied_on(change, ANSWER) == ("Except for licences.",)
    assert relied_on(change, f"{ANSWER} Except for licences.") == ()


def test_a_deleted_article() -> None:
    """All of a deleted article is gone."""
    (change,) = changes([OLD], [])
    assert change.deleted
    assert len(relied_on(change, ANSWER)) == 4
