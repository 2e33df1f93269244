from typing import Any

from inboxd.core.differences import changed_words, effects, in_words

REPLY = {"do": "reply", "template": "kb_answer", "rule": "a"}
TAG = {"do": "tag", "tags": ["x", "y"], "rule": "b"}


def document(*actions: Any, **changes: Any) -> dict[str, Any]:
    """Return an ``explain`` document as far as effects look at it."""
    return {"disposition": "file", "rules": [], "actions": list(actions), "suppressed": [], **changes}


def test_the_answering_article_counts() -> None:
    """The same template with another article is another answer; on other actions the article says nothing."""
    before, after = effects(document(REPLY, TAG), "export"), effects(document(REPLY, TAG), "import")
    assert changed_words(before, after) == ("reply",)
    assert in_words(before, ("reply",)) == "reply kb_answer export"
    assert changed_words(effects(document(TAG), "a"), effects(document(TAG), "b")) == ()


def test_which_rule_did_it_does_not_count() -> None:
    """A renamed or moved rule that does the same is no change; the order between kinds of actions neither."""
    before = effects(document(REPLY, TAG))
    after = effects(document({**TAG, "rule": "c"}, {**REPLY, "rule": "d"}))
    assert changed_words(before, after) == ()


def test_everything_else_has_its_word() -> None:
    """Disposition, what limits suppressed, and what shadow rules would do are told apart."""
    shadow = {"name": "s", "matched": True, "mode": "shadow"}
    no = {"template": "kb_answer", "limit": "brake", "why": "…"}
    after = effects(document(disposition="hold", rules=[shadow], suppressed=[no]))
    before = effects(document())
    words = changed_words(before, after)
    assert words == ("disposition", "suppressed", "shadow")
    assert in_words(after, words) == "hold; kb_answer stopped by brake; in shadow: s"
    assert in_words(before, ("tag",)) == "nothing"
    assert in_words(effects(document(TAG)), ("tag",)) == "tag x, y"
