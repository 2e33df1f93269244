"""What customers should never have written does not stand in the digest."""

from typing import Any

from inboxd.jobs.digest import build_digest


def test_the_digest_shows_no_card_and_no_password(lite_stage: Any, mail: Any) -> None:
    """Subject and first words of a waiting ticket are shown without card numbers and passwords."""
    lite_stage.take(mail("My password: hunter22 does not work", subject="Card 4111 1111 1111 1111"))
    view = build_digest(lite_stage.desk, "ada@acme.test", lite_stage.clock())
    (waiting,) = view.waiting
    assert (waiting.subject, waiting.preview) == ("Card [card]", "My password: [secret] does not work")
    assert "4111" not in repr(view)
    assert "hunter22" not in repr(view)
