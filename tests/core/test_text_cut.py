"""Cutting text where a reader would."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.header_fields import text_field
from inboxd.core.header_text import decode_header_text
from inboxd.core.mailto import mailto
from inboxd.core.plain_words import inline, paragraphs
from inboxd.core.reply_headers import base_subject
from inboxd.core.text_cut import cut, cut_to_columns

FAMILY = "👨‍👩‍👧‍👦"
CLUSTERS = st.lists(
    st.sampled_from(
        [
            "a",
            " ",
            "é",
            "e\u0301",
            "退",
            "款",
            "ガ",
            "か\u3099",
            "한",
            "ᄒ\u1161\u11ab",
            FAMILY,
            "🇩🇪",
            "👍🏽",
            "❤️",
        ]
    ),
    max_size=80,
).map("".join)


def clusters(text: str) -> list[str]:
    """Return the characters of a text as a reader counts them."""
    return regex.findall(r"\X", text)


@given(CLUSTERS, st.integers(min_value=20, max_value=60))
def test_no_character_is_taken_apart(text: str, limit: int) -> None:
    """What is left of a text is its beginning, in whole characters, and as long as fits."""
    whole = clusters(text)
    for shown in (cut(text, limit), cut_to_columns(text, limit)):
        assert whole[: len(clusters(shown))] == clusters(shown)
    assert len(cut(text, limit)) <= limit
    assert text == cut(text, limit) or len(cut(text, limit)) > limit - len(FAMILY)


@given(st.text(alphabet=st.characters(), max_size=200), st.integers(min_value=0, max_value=90))
def test_any_text_can_be_cut(text: str, limit: int) -> None:
    """Nothing raises, the limit holds, and what was cut stays as it is when cut again."""
    for function in (cut, cut_to_columns):
        shown = function(text, limit)
        assert text.startswith(shown)
        assert len(shown) <= limit
        assert function(shown, limit) == shown


def test_a_monster_is_cut_anyway() -> None:
    """A letter with a thousand accents is no writing, and takes no time."""
    assert len(cut("a" + "\u0301" * 1000, 100)) == 100


def test_chinese_is_counted_by_its_width() -> None:
    """In a line of 20 columns stand ten Han characters, or twenty letters."""
    assert inline("导出数据时提示权限不足请问怎么办", 20) == "导出数据时提示权限…"
    assert inline("How do I export my data today", 20) == "How do I export my…"


def test_paragraphs_end_with_a_whole_character() -> None:
    """A quoted text that is too long is not cut through an emoji."""
    assert paragraphs("abc" + FAMILY, 6) == "abc\n[…]"


@pytest.mark.parametrize("piece", ["导出数据时出错，", "データの", "한국어 제목 ", FAMILY, "Grüße aus Köln "])
def test_a_subject_in_any_script_goes_out_and_comes_back(piece: str) -> None:
    """Header lines stay below 78 characters (RFC 5322 2.1.1), encoded words below 76 (RFC 2047 2), and say the same."""
    subject = base_subject(f"Re: [#12] {piece * 40}", 12)
    field = text_field("Subject", subject)
    assert clusters(subject) == clusters(piece * 40)[: len(clusters(subject))] or " " in piece
    assert all(len(line) <= 78 for line in field.split("\r\n"))
    assert decode_header_text(field.removeprefix("Subject:")).strip() == subject
    assert mailto("a@b.test", subject).isascii()
