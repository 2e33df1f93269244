"""Reading an mbox in all its dialects."""

import datetime as dt
import gzip
import io
import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.errors import PermanentError
from inboxd.intake import mbox
from inboxd.intake.mbox import PastMail, open_mbox, read_mbox
from inboxd.intake.past_maildir import list_maildir, read_maildir

FROM = b"From carla@customer.test Mon Nov 16 10:00:00 2015\n"


def mails(data: bytes) -> list[PastMail]:
    return list(read_mbox(io.BytesIO(data)))


def raws(data: bytes) -> list[bytes]:
    return [one.raw for one in mails(data)]


def test_each_mail_comes_alone_with_its_noted_date() -> None:
    """The separators and the empty lines before them are none of the mails."""
    found = mails(FROM + b"Subject: a\n\nOne\n\n" + FROM + b"Subject: b\n\nTwo\n\n")

    assert [one.raw for one in found] == [b"Subject: a\n\nOne\n", b"Subject: b\n\nTwo\n"]
    assert found[0].noted == dt.datetime(2015, 11, 16, 10, 0, tzinfo=dt.UTC)
    assert found[1].position == 2 * len(FROM) + 2 * len(b"Subject: a\n\nOne\n\n")


@pytest.mark.parametrize(
    "separator",
    [
        b"From - Mon Nov 16 10:00:00 2015\n",
        b"From 1518@xxx Mon Nov 16 10:00:00 +0000 2015\r\n",
        b"From a at b.test  Mon Nov 16 10:00:00 2015\n",
        b"From a@b.test Mon Nov 16 11:00:00 2015 +0100\n",
        b"From a@b.test Mon Nov 16 10:00 2015\n",
    ],
    ids=["thunderbird", "takeout", "pipermail", "zone", "no seconds"],
)
def test_separators_of_many_programs_are_known(separator: bytes) -> None:
    """Address and zone are written in many ways."""
    data = separator + b"Subject: a\n\nOne\n\n" + separator + b"Subject: b\n\nTwo\n"

    assert [one.noted for one in mails(data)] == [dt.datetime(2015, 11, 16, 10, 0, tzinfo=dt.UTC)] * 2


def test_a_sentence_with_from_ends_no_mail() -> None:
    """From at the beginning of a line is a separator only with a date, behind an empty line and before a field."""
    body = (
        b"Subject: a\n\nFrom Monday to Friday\n\nFrom here on: see below\n\n"
        b"From a@b Mon Nov 16 10:00:00 2015\nis how it begins\n"
    )

    assert raws(FROM + body + b"\n" + FROM + b"Subject: b\n\nx\n") == [body, b"Subject: b\n\nx\n"]


def test_quoted_from_lines_lose_one_quote() -> None:
    """mboxo and mboxrd put one sign before such a line, which is taken away again."""
    assert raws(FROM + b"Subject: a\n\n>From me\n>>From you\n> From him\n") == [
        b"Subject: a\n\nFrom me\n>From you\n> From him\n"
    ]


def test_content_length_is_believed_where_it_is_true() -> None:
    """mboxcl2 quotes nothing: what is counted is the mail, also where it looks like a separator."""
    body = b"A\n\n" + FROM + b"Subject: quoted\n\n>From x\n"
    counted = b"Subject: a\nContent-Length: %d\n\n" % len(body)
    data = FROM + counted + body + b"\n" + FROM + b"Subject: b\n\nTwo\n"

    assert raws(data) == [counted + body, b"Subject: b\n\nTwo\n"]


@pytest.mark.parametrize("length", [3, 40, 10**9])
def test_a_content_length_that_lies_swallows_nothing(length: int) -> None:
    """Where no separator stands behind what is counted, the separators count."""
    counted = b"Subject: a\nContent-Length: %d\n\n" % length
    data = FROM + counted + b"Hello\n\n" + FROM + b"Subject: b\n\nTwo\n"

    assert raws(data) == [counted + b"Hello\n", b"Subject: b\n\nTwo\n"]


def test_a_mail_without_body_ends_at_the_next() -> None:
    """A header section may be all there is."""
    assert raws(FROM + b"Subject: a\n" + FROM + b"Subject: b\n\nTwo\n") == [
        b"Subject: a\n",
        b"Subject: b\n\nTwo\n",
    ]


def test_gzip_is_unpacked(tmp_path: Path) -> None:
    """Archives of mailing lists are packed."""
    file = tmp_path / "2015.mbox.gz"
    file.write_bytes(gzip.compress(FROM + b"Subject: a\n\nOne\n"))

    with open_mbox(file) as opened:
        assert [one.raw for one in read_mbox(opened)] == [b"Subject: a\n\nOne\n"]


def test_what_is_no_mbox_is_refused(tmp_path: Path) -> None:
    """A file that begins with anything else is not taken for one huge mail."""
    file = tmp_path / "notes.txt"
    file.write_bytes(b"Dear diary\n")

    with pytest.raises(PermanentError, match="no mbox"):
        open_mbox(file)


def test_an_empty_file_is_an_empty_mbox(tmp_path: Path) -> None:
    """Nobody ever wrote: that is no error."""
    file = tmp_path / "empty"
    file.touch()

    with open_mbox(file) as opened:
        assert list(read_mbox(opened)) == []


def test_what_never_ends_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """One endless mail does not fill the memory."""
    monkeypatch.setattr(mbox, "MOST_BYTES", 1000)

    with pytest.raises(PermanentError, match="larger than"):
        mails(FROM + b"Subject: a\n\n" + b"x\n" * 1000)


@settings(max_examples=60)
@given(
    st.lists(
        st.lists(
            st.sampled_from(["", "From a@b Mon Nov 16 10:00:00 2015", ">From x", "text", "From: x", "From "]),
            max_size=6,
        ),
        max_size=5,
    )
)
def test_what_python_writes_is_read(bodies: list[list[str]]) -> None:
    """The standard library's mbox comes back mail by mail: as many as were put in, whatever they say."""
    import tempfile  # noqa: PLC0415  hypothesis allows no fixture of a function

    with tempfile.TemporaryDirectory() as folder:
        box = mailbox.mbox(f"{folder}/box")
        for number, lines in enumerate(bodies):
            mail = EmailMessage()
            mail["Subject"] = str(number)
            mail.set_payload("\n".join(lines) + "\n")
            box.add(mail)
        box.close()
        with open_mbox(Path(folder) / "box") as opened:
            found = [one.raw for one in read_mbox(opened)]

    assert [one.partition(b"\n")[0] for one in found] == [b"Subject: %d" % n for n in range(len(bodies))]


@given(st.binary(max_size=300))
def test_reading_never_raises(rest: bytes) -> None:
    """Whatever stands behind the first line, it is read to its end."""
    mails(FROM + rest)


def test_a_maildir_is_read_with_its_folders(tmp_path: Path) -> None:
    """Subfolders belong to it; drafts, trash and junk are no history, nor is what is marked so."""
    for folder, name in (
        ("", "1.a:2,S"),
        ("", "2.b:2,ST"),
        (".Sent", "3.c:2,S"),
        (".Drafts", "4.d:2,D"),
        (".INBOX.Trash", "5.e"),
        ("Archive/2015", "6.f"),
    ):
        (tmp_path / folder / "cur").mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "cur" / name).write_bytes(name.encode())

    found = [one.raw for one in read_maildir(list_maildir(tmp_path))]

    assert found == [b"1.a:2,S", b"3.c:2,S", b"6.f"]


def test_a_folder_that_is_no_maildir_is_refused(tmp_path: Path) -> None:
    """A slip of the hand imports nothing."""
    with pytest.raises(PermanentError, match="no Maildir"):
        list_maildir(tmp_path)
