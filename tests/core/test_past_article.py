"""A line of another desk as a mail."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.mail import Address
from inboxd.core.parse import parse
from inboxd.core.past_article import PastArticle, PastFile, read_media_type, write_article

AT = dt.datetime(2015, 3, 3, 10, tzinfo=dt.UTC)
CARLA, DESK = Address("Cárla", "carla@customer.test"), Address("", "support@acme.test")


def test_it_reads_as_it_was_written() -> None:
    """People, date, subject in any script, HTML as text, ids and files."""
    files = (
        PastFile("ü 图.png", "image/png", b"\x89PNG", "c@x"),
        PastFile("a.txt", "text/plain", b"\r\n.\r\n"),
    )
    article = PastArticle(
        CARLA,
        (DESK,),
        "Où? 在哪里",
        AT,
        "<p>Hi<br>在哪里</p>",
        "<2@x>",
        is_html=True,
        answers=("<1@x>",),
        files=files,
    )

    mail = parse(write_article(article))

    assert (mail.from_.display_name, mail.from_.key, mail.to[0].key) == ("Cárla", CARLA.key, DESK.key)
    assert (mail.subject, mail.date, mail.text.strip()) == ("Où? 在哪里", AT, "Hi\n在哪里")
    assert (mail.message_id, mail.in_reply_to, mail.defects) == ("<2@x>", ("<1@x>",), ())
    assert [(one.filename, one.size, one.inline) for one in mail.attachments] == [
        ("ü 图.png", 4, True),
        ("a.txt", 5, False),
    ]


def test_what_no_person_wrote_says_so() -> None:
    """By the field of RFC 3834, so that it is nobody's answer."""
    raw = write_article(PastArticle(DESK, (CARLA,), "", None, "Got it.", "<3@x>", automatic=True))
    assert b"Auto-Submitted: auto-replied\r\n" in raw
    assert b"Date:" not in raw


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Text/Plain; charset=x", ("text", "plain")),
        ("", ("application", "octet-stream")),
        ("message/rfc822", ("application", "octet-stream")),
        ("multipart/mixed", ("application", "octet-stream")),
        ("a b", ("application", "octet-stream")),
    ],
)
def test_media_types(written: str, read: tuple[str, str]) -> None:
    """What is none, and what would be read as a mail within a mail, is bytes."""
    assert read_media_type(written) == read


anything = st.text(max_size=40)
people = st.builds(Address, anything, anything)
files = st.builds(PastFile, anything, anything, st.binary(max_size=40), anything)


@given(
    st.builds(
        PastArticle,
        people,
        st.lists(people, max_size=2).map(tuple),
        anything,
        st.none() | st.just(AT),
        anything,
        anything,
        cc=st.lists(people, max_size=2).map(tuple),
        is_html=st.booleans(),
        answers=st.lists(anything, max_size=3).map(tuple),
        files=st.lists(files, max_size=2).map(tuple),
    )
)
@settings(max_examples=80, deadline=None)
def test_whatever_a_desk_says_is_one_mail(article: PastArticle) -> None:
    """No error, the same bytes each time, and no line of it begins a field of its own."""
    raw = write_article(article)
    assert raw == write_article(article)
    header = raw.partition(b"\r\n\r\n")[0].decode("ascii")
    names = {line.partition(":")[0] for line in header.split("\r\n") if not line.startswith((" ", "\t"))}
    assert names <= {
        "From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
        "Content-Type", "MIME-Version", "Content-Transfer-Encoding",
    }  # fmt: skip
    assert len(parse(raw).attachments) == len(article.files)
