"""The short way to read an answer to FETCH says what IMAPClient says, or nothing."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imapclient.response_parser import parse_fetch_response

from inboxd.intake.imap_plain_answers import read_plainly

_MONTHS = b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_uids = st.integers(1, 2**32 - 1)


def _date(moment: dt.datetime, minutes: int) -> bytes:
    zone = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
    month = _MONTHS[moment.month - 1].decode()
    return f'INTERNALDATE "{moment.day:2}-{month}-{moment:%Y %H:%M:%S} {zone}"'.encode()


_dates = st.builds(
    _date,
    st.integers(0, 2**32).map(lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC)),
    st.integers(-12 * 60, 14 * 60),
)


@st.composite
def _answers(draw: Any) -> list[object]:
    """Draw what imaplib hands on of a few mails, listed or with their texts, items in any order."""
    said: list[object] = []
    for number in range(draw(st.integers(0, 4))):
        items = [b"UID %d" % draw(_uids)]
        items += draw(st.lists(st.one_of(_dates, st.just(b"RFC822.SIZE 1234")), max_size=1))
        items = draw(st.permutations(items))
        if draw(st.booleans()):
            said.append(b"%d (%b)" % (number + 1, b" ".join(items)))
            continue
        text = draw(st.binary(max_size=50))
        section = draw(st.sampled_from([b"BODY[]", b"BODY[HEADER]"]))
        last = draw(st.booleans())
        before, after = ((), items) if last and len(items) == 1 else (items, ())
        said.append((b"%d (%b {%d}" % (number + 1, b" ".join((*before, section)), len(text)), text))
        said.append(b" ".join((b"", *after)) + b")" if after else b")")
    return said


@settings(max_examples=150, deadline=None)
@given(_answers())
def test_it_says_what_imapclient_says(said: list[Any]) -> None:
    """Sizes, dates, texts and UIDs of a regular answer are those IMAPClient finds in it."""
    assert read_plainly(said) == dict(parse_fetch_response(said, normalise_times=False))


_odd = st.one_of(
    st.binary(max_size=60),
    st.none(),
    st.sampled_from([b")", b"1 (UID 5 RFC822.SIZE 7)", b"1 (UID 5 FLAGS (\\Seen))"]),
    st.tuples(st.sampled_from([b"1 (UID 5 BODY[] {3}", b"1 (BODY[] {3}", b"x"]), st.binary(max_size=5)),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_odd, max_size=5))
def test_anything_else_raises_nothing(said: list[object]) -> None:
    """Whatever a server says, it is read or left to the parser that knows all of the language."""
    found = read_plainly(said)
    assert found is None or all(isinstance(uid, int) for uid in found)


@pytest.mark.parametrize(
    "said",
    [
        [b"1 (FLAGS (\\Seen) UID 5)"],
        [b"1 (RFC822.SIZE 7)"],
        [b"1 (UID 5 BODY[] NIL)"],
        [b'1 (UID 5 INTERNALDATE "31-Feb-2026 00:00:00 +0000")'],
        [b'1 (UID 5 INTERNALDATE "01-Mai-2026 00:00:00 +0000")'],
        [b"1 (UID 5 "],
        [(b"1 (UID 5 BODY[] {3}", b"abc")],
        [(b"1 (UID 5 BODY[] {3}", b"abc"), b" FLAGS ())"],
        [(b"1 (UID 5 BODY[HEADER.FIELDS (TO)] {3}", b"abc"), b")"],
        [(b"1 (BODY[] {3}", b"abc"), b")"],
    ],
)
def test_what_is_not_regular_is_left_to_imapclient(said: list[object]) -> None:
    """Flags told by the way, a mail without UID, no text at all, days that are none: not for the short way."""
    assert read_plainly(said) is None
