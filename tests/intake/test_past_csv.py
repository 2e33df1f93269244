"""Reading mails from a CSV."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.mail import Mail
from inboxd.core.parse import parse
from inboxd.errors import PermanentError
from inboxd.intake.past_csv import open_csv, read_csv


def read(text: str) -> list[Mail]:
    return [parse(one.raw) for one in read_csv(io.StringIO(text, newline=""), "support@acme.test")]


def test_a_row_is_a_mail() -> None:
    """Who, when, what: in quotes, over several lines, in any script; to the desk where nothing else is said."""
    (mail,) = read(
        'From,Date,Subject,Text\r\n"Carla <carla@customer.test>",2015-03-03 10:00:00,Où?,"How,\nand 在哪里?"\r\n'
    )

    assert (mail.from_.display_name, mail.from_.key, mail.to[0].key) == (
        "Carla",
        "carla@customer.test",
        "support@acme.test",
    )
    assert (mail.subject, mail.text.strip()) == ("Où?", "How,\nand 在哪里?")
    assert mail.date is not None
    assert mail.date.isoformat() == "2015-03-03T10:00:00+00:00"


def test_conversations_have_their_columns() -> None:
    """An export that knows its ids keeps its conversations."""
    text = "from,to,date,subject,text,message_id,in_reply_to\nada@acme.test,c@x.test,2015-03-03,Hi,Yes,<b@x>,<a@x>\n"
    (mail,) = read(text)

    assert (mail.to[0].key, mail.message_id, mail.in_reply_to) == ("c@x.test", "<b@x>", ("<a@x>",))


def test_missing_columns_are_named(tmp_path: Path) -> None:
    """Nothing is guessed."""
    file = tmp_path / "rows.csv"
    file.write_text("from,subject\na@b.test,Hi\n", encoding="utf-8")

    with pytest.raises(PermanentError, match="no column date, text"):
        open_csv(file)


@given(st.text(max_size=200))
def test_no_field_can_begin_another(value: str) -> None:
    """Whatever stands in a row, it is one mail with one subject, and nothing raises but a CSV that is none."""
    try:
        mails = read(f"from,date,subject,text\nx@y.test,,{value},t\n")
    except PermanentError:
        return
    assert all(len(mail.headers("Subject")) == 1 for mail in mails)
