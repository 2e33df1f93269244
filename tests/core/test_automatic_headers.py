"""What single header fields say; the whole zoo is gone through in test_classify."""

from inboxd.core.automatic_headers import (
    auto_submitted,
    automatic_sign,
    is_auto_forwarded,
    list_sign,
    silencing_field,
)
from inboxd.core.mail import Mail
from inboxd.core.parse import parse


def mail(fields: str) -> Mail:
    """Return a mail with these fields."""
    return parse(f"From: a@x.example\n{fields}\nx".encode())


def test_comments_and_parameters_do_not_count() -> None:
    """RFC 3834 5: the keyword decides."""
    assert auto_submitted(mail("Auto-Submitted: (by hand) No; x=y\n")) == "no"
    assert auto_submitted(mail("")) == ""


def test_the_evidence_is_the_field_itself() -> None:
    """The operator reads why."""
    sign = automatic_sign(mail("X-Autoreply: yes\n"))
    assert sign is not None
    assert sign.evidence == "X-Autoreply: yes"


def test_lists_are_found_by_any_of_their_fields() -> None:
    """RFC 2919 and RFC 2369, and what came before them."""
    for field in (
        "List-Id: <a.b>",
        "List-Unsubscribe: <mailto:x>",
        "Mailing-List: list x",
        "Precedence: list",
    ):
        assert list_sign(mail(f"{field}\n")) is not None
    assert list_sign(mail("")) is None


def test_silence_is_asked_for_in_many_ways() -> None:
    """Exchange's field, debbugs', Mailman's, and the loop marks of other desks."""
    for field in (
        "X-Auto-Response-Suppress: OOF",
        "X-Ack: no",
        "X-Debbugs-No-Ack: 1",
        "X-RT-Loop-Prevention: rt",
    ):
        assert silencing_field(mail(f"{field}\n")) == field
    assert silencing_field(mail("X-Auto-Response-Suppress: NDR, RN\n")) == ""


def test_forwards_by_rule_are_seen() -> None:
    """RFC 2156 and its kin."""
    assert is_auto_forwarded(mail("Autoforwarded: TRUE\n"))
    assert not is_auto_forwarded(mail("Autoforwarded: FALSE\n"))
